"""A chunk: some programs, drawn with a seed of their own and run. Where plan and measurement differ they are shrunk."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.internal.conjecture import engine

from generated.measure import Bench, Outcome
from generated.strategies import programs
from generated.text import text_of
from generated.tree import Program

CHUNK = 50


class Wanted(Exception):
    """A program does what is looked for."""


@dataclass
class Chunk:
    """The programs of one chunk, none of which was in an earlier one, each with what running it showed."""

    number: int
    seconds: float = 0.0
    measured: list[tuple[str, Outcome]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        found = [{"text": text, **outcome.to_dict()} for text, outcome in self.measured]
        return {"number": self.number, "seconds": self.seconds, "programs": found}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Chunk:
        found = [(entry["text"], Outcome.from_dict(entry)) for entry in data["programs"]]
        return cls(data["number"], data["seconds"], found)


def grammar_digest() -> str:
    """Changes when other programs would be drawn: chunks of two grammars do not belong together."""
    here = Path(__file__).parent
    files = ("tree.py", "text.py", "architectures.py", "strategies.py")
    read = b"".join((here / name).read_bytes() for name in files)
    return hashlib.sha256(read + hypothesis.__version__.encode()).hexdigest()[:12]


def seed_of(seed: int, number: int) -> int:
    """The seed of the chunk `number` of a run."""
    return seed * 1_000_000 + number


def run_chunk(bench: Bench, keras: str, seed: int, number: int, known: set[str], limit: int) -> Chunk:
    """Draw CHUNK programs and run up to `limit` of those whose text is not `known` yet."""
    started = time.monotonic()
    texts: list[str] = []

    def keep(program: Program) -> None:
        text = text_of(program)
        if text not in known and len(texts) < limit:
            known.add(text)
            texts.append(text)

    draw(keras, seed_of(seed, number), keep, (Phase.generate,))
    measured = [(text, bench.run(text)) for text in texts]
    return Chunk(number, round(time.monotonic() - started, 2), measured)


def shrink(keras: str, seed: int, wanted: Callable[[str], bool], *, seconds: float) -> str:
    """The smallest program for which `wanted` holds, found in about so many seconds; "" if the seed draws none."""
    smallest = ""

    def judge(program: Program) -> None:
        nonlocal smallest
        text = text_of(program)
        if wanted(text):
            if not smallest or len(text) < len(smallest):
                smallest = text
            raise Wanted

    with _shrinking_for(seconds), contextlib.suppress(Wanted):
        draw(keras, seed, judge, (Phase.generate, Phase.shrink))
    return smallest


@contextlib.contextmanager
def _shrinking_for(seconds: float) -> Iterator[None]:
    kept, engine.MAX_SHRINKING_SECONDS = engine.MAX_SHRINKING_SECONDS, seconds  # type: ignore[assignment]
    try:
        yield
    finally:
        engine.MAX_SHRINKING_SECONDS = kept


def draw(keras: str, seed: int, judge: Callable[[Program], None], phases: tuple[Phase, ...]) -> None:
    """Give `judge` CHUNK programs, always the same for one seed."""
    options = hypothesis.settings(
        max_examples=CHUNK,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    test = hypothesis.given(programs(keras))(lambda program: judge(program))
    hypothesis.seed(seed)(options(test))()
