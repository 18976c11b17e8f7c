"""A chunk: some programs drawn with a seed of their own, planned, run, compared; a disagreement is shrunk."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.internal.conjecture import engine

from freezelint.plan import plan_text
from generated.compare import Tally, compare
from generated.measure import FILENAME, Bench, Outcome
from generated.strategies import programs
from generated.text import text_of
from generated.tree import Program

CHUNK = 50
SHRINK_SECONDS = 90


class Differs(AssertionError):
    """The plan and the measurement disagree about a program."""


@dataclass
class Chunk:
    """The counts of one chunk, as they stand in the state file. `hashes` are those of its programs' texts."""

    number: int
    seed: int
    keras: str
    programs: int = 0
    raised: int = 0
    calls: int = 0
    weights: int = 0
    predicted: int = 0
    idle: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    disagreements: list[dict[str, Any]] = field(default_factory=list)
    crashes: list[dict[str, str]] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def grammar_digest() -> str:
    """Changes when other programs would be drawn: numbers of two grammars are not added up."""
    here = Path(__file__).parent
    files = ("tree.py", "text.py", "architectures.py", "strategies.py")
    read = b"".join((here / name).read_bytes() for name in files)
    return hashlib.sha256(read + hypothesis.__version__.encode()).hexdigest()[:12]


def run_chunk(bench: Bench, keras: str, number: int, seed: int, known: set[str], limit: int) -> Chunk:
    """Draw CHUNK programs and judge up to `limit` of those that are new: `known` holds the hashes of all so far."""
    chunk, started = Chunk(number, seed, keras), time.monotonic()
    outcomes: dict[str, Outcome] = {}

    def judge(program: Program) -> None:
        text = text_of(program)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        if key in known or chunk.programs >= limit:
            return
        known.add(key)
        chunk.hashes.append(key)
        outcomes[text] = bench.run(text)
        _count(chunk, text, outcomes[text])

    _draw(keras, seed, judge, (Phase.generate,))
    if chunk.disagreements:
        kinds = [tuple(kind) for kind in dict.fromkeys(tuple(d["kind"]) for d in chunk.disagreements)]
        for kind in kinds[:2]:
            minimal = shrink(bench, keras, seed, kind, outcomes)
            for entry in chunk.disagreements:
                if tuple(entry["kind"]) == kind:
                    entry["minimal"] = minimal
                    break
    chunk.seconds = round(time.monotonic() - started, 2)
    return chunk


def _count(chunk: Chunk, text: str, outcome: Outcome) -> None:
    chunk.programs += 1
    chunk.raised += bool(outcome.error)
    try:
        tally = compare(text, plan_text(text, FILENAME, keras=chunk.keras), outcome)  # type: ignore[arg-type]
    except Exception as error:
        chunk.crashes.append({"error": f"{type(error).__name__}: {error}"[:300], "text": text})
        return
    chunk.calls += tally.calls
    chunk.weights += tally.weights
    chunk.predicted += tally.predicted
    chunk.idle += tally.idle
    chunk.unknown = dict(Counter(chunk.unknown) + tally.unknown)
    if tally.disagreements:
        told = [str(d) for d in tally.disagreements[:8]]
        chunk.disagreements.append({"kind": _kinds(tally)[0], "told": told, "text": text, "minimal": ""})


def _kinds(tally: Tally) -> list[tuple[str, str]]:
    return list(dict.fromkeys((d.planned, d.measured) for d in tally.disagreements))


def shrink(bench: Bench, keras: str, seed: int, kind: tuple[str, ...], outcomes: dict[str, Outcome]) -> str:
    """The smallest program, found within SHRINK_SECONDS, in which plan and measurement differ in this way."""
    smallest = ""

    def judge(program: Program) -> None:
        nonlocal smallest
        text = text_of(program)
        if text not in outcomes:
            outcomes[text] = bench.run(text)
        tally = compare(text, plan_text(text, FILENAME, keras=keras), outcomes[text])  # type: ignore[arg-type]
        if kind in _kinds(tally):
            if not smallest or len(text) < len(smallest):
                smallest = text
            raise Differs

    kept, engine.MAX_SHRINKING_SECONDS = engine.MAX_SHRINKING_SECONDS, SHRINK_SECONDS
    try:
        _draw(keras, seed, judge, (Phase.generate, Phase.shrink))
    except Differs:
        pass
    finally:
        engine.MAX_SHRINKING_SECONDS = kept
    return smallest


def _draw(keras: str, seed: int, judge: Callable[[Program], None], phases: tuple[Phase, ...]) -> None:
    """Give `judge` CHUNK programs, always the same for one seed."""
    options = hypothesis.settings(
        max_examples=CHUNK,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    test = hypothesis.given(programs(keras))(lambda program: judge(program))
    hypothesis.seed(seed)(options(test))()
