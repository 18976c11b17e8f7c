"""The plans of small programs in which plan and verifier once differed, held against what running them showed."""

from __future__ import annotations

from pathlib import Path

import pytest

from freezelint.plan import plan_text
from generated.cases import FOLDER, comments, outcome_of
from generated.compare import compare

CASES = sorted(FOLDER.glob("*.py"))
#: How many weights the plan leaves open: the result of calling a layer in a call, another shape of the data.
UNKNOWN = {
    ("list_of_a_part", "2"): 2,
    ("list_of_a_part", "3"): 2,
    ("retrace_for_another_shape", "3"): 2,
    ("trace_of_a_smaller_batch", "3"): 4,
    ("weight_flag_on_some_paths", "3"): 1,
}


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_plan_says_what_happened(path: Path, keras: str) -> None:
    text = path.read_text(encoding="utf-8")
    outcome = outcome_of(text, keras)
    tally = compare(text, plan_text(text, path.name, keras=keras), outcome)  # type: ignore[arg-type]
    assert tally.disagreements == []
    assert outcome.calls
    assert tally.unknown.total() == UNKNOWN.get((path.stem, keras), 0), tally.unknown


def test_comments_are_read_as_they_are_written() -> None:
    for path in CASES:
        text = path.read_text(encoding="utf-8")
        for keras in ("2", "3"):
            written = [line for line in text.splitlines() if line.startswith(f"# measured[keras{keras}]")]
            assert comments(outcome_of(text, keras), keras) == written
