"""The plans of small programs in which plan and verifier once differed, held against what running them showed."""

from __future__ import annotations

from pathlib import Path

import pytest

from freezelint.plan import plan_text
from generated.cases import FOLDER, comments, outcome_of
from generated.compare import compare

CASES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_plan_says_what_happened(path: Path, keras: str) -> None:
    text = path.read_text(encoding="utf-8")
    outcome = outcome_of(text, keras)
    tally = compare(text, plan_text(text, path.name, keras=keras), outcome)  # type: ignore[arg-type]
    assert tally.disagreements == []
    assert outcome.calls
    unknown = "unknown" if keras == "3" and path.stem == "frozen_when_weights_are_made" else ""
    assert tally.predicted == tally.weights - (2 if unknown else 0), tally.unknown


def test_comments_are_read_as_they_are_written() -> None:
    for path in CASES:
        text = path.read_text(encoding="utf-8")
        for keras in ("2", "3"):
            written = [line for line in text.splitlines() if line.startswith(f"# measured[keras{keras}]")]
            assert comments(outcome_of(text, keras), keras) == written
