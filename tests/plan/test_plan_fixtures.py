"""The plan of every fixture against the evidence in its header, which tests/run_fixtures.py measures."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import pytest

from freezelint.plan import PlannedCall, plan_text

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
PROGRAMS = sorted([*FIXTURES.glob("*/*.py"), *FIXTURES.glob("*/*/main.py")])
FACT = re.compile(r"# evidence\[keras([23])\](?: ([\w.]+))?: (moved|still|nothing moved) ?([\w*/]*)", re.MULTILINE)
#: What is behind a network with random weights in inference mode gets features of zero (FACTS X8).
SILENT = "MobileNet("


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern that may start at any layer means all that a path of a plan means."""
    names = path.split("/")
    whole = pattern.removesuffix("/**")
    return any(fnmatch.fnmatchcase("/".join(names[i:][: whole.count("/") + 1]), whole) for i in range(len(names)))


def last_row(calls: tuple[PlannedCall, ...], subject: str) -> PlannedCall | None:
    """The last call of a subject of evidence: a model by name, perhaps with the method; None where a step of the
    program's own follows, which may move any model: that is left to tests/run_fixtures.py."""
    found = [c for c in calls if subject in (c.model, f"{c.model}.{c.call}") and not c.repeats]
    steps = [c.index for c in calls if c.call == "apply_gradients" and c not in found]
    return found[-1] if found and found[-1].index > max(steps, default=-1) else None


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: "/".join(p.relative_to(FIXTURES).parts))
def test_the_plan_does_not_contradict_the_evidence(path: Path, keras: str) -> None:
    text = path.read_text(encoding="utf-8")
    calls = plan_text(text, str(path), keras=keras).calls  # type: ignore[arg-type]
    wrong = []
    for generation, subject, word, pattern in FACT.findall(text):
        row = last_row(calls, subject or "model") if generation == keras else None
        if row is None or "raises" in text:
            continue
        other = row.still if word == "moved" else row.trains
        if word == "nothing moved":
            wrong += [f"{subject} {word}: trains {p}" for p in other]
        elif pattern:
            wrong += [f"{subject} {word} {pattern}: planned otherwise: {p}" for p in other if matches(p, pattern)]
    assert [sentence for sentence in wrong if SILENT not in text] == []


def test_of_most_calls_something_is_said() -> None:
    """An analysis that says nothing contradicts nothing."""
    calls = [c for path in PROGRAMS for c in plan_text(path.read_text(encoding="utf-8"), str(path)).calls]
    told = [c for c in calls if c.trains or c.still]
    assert len(told) / len(calls) > 0.75
