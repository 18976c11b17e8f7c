"""Which fixes are applied together, and what happens to those that do harm."""

from __future__ import annotations

import pytest

from freezelint import Settings
from freezelint.file_check import FileResult
from freezelint.findings import Edit, Finding, Fix, Location
from freezelint.fixes import apply
from freezelint.fixes.apply import applicable, chosen_of, edited, fix_data
from freezelint.fixes.diff import diff

SETTINGS = Settings.of(keras_version="3")
SCRIPT = """\
from tensorflow import keras

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="a"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
model.get_layer("a").trainable = False  # now
model.fit(x, y)
"""


def finding(*edits: tuple[str, int, int, int, int], code: str = "FRZ102", cell: int | None = None) -> Finding:
    changes = tuple(Edit(text, Location(a, b), Location(c, d)) for text, a, b, c, d in edits)
    fix = Fix("unsafe", "Do it", changes)
    return Finding(code, "name", "error", "message", "a.py", cell, Location(1, 1), Location(1, 2), fix=fix)


def test_only_what_may_be_applied_is() -> None:
    edits = (Edit("", Location(1, 1), Location(1, 2)),)
    assert applicable(Fix("safe", "m", edits), unsafe=False)
    assert not applicable(Fix("unsafe", "m", edits), unsafe=False)
    assert applicable(Fix("unsafe", "m", edits), unsafe=True)
    assert not applicable(Fix("display", "m", edits), unsafe=True)
    assert not applicable(Fix("safe", "m", ()), unsafe=True)
    assert not applicable(None, unsafe=True)


def test_overlapping_fixes_wait_for_the_next_round() -> None:
    first, inside, behind = finding(("x", 1, 1, 2, 5)), finding(("y", 2, 1, 2, 3)), finding(("z", 2, 5, 2, 6))
    assert chosen_of([first, inside, behind]) == [first, behind]
    assert chosen_of([first, finding(("y", 2, 1, 2, 3), cell=2)]) == [first, finding(("y", 2, 1, 2, 3), cell=2)]


def test_the_same_addition_elsewhere_waits() -> None:
    one, other = finding(("\nmodel.compile()", 1, 9, 1, 9)), finding(("\n  model.compile()", 5, 9, 5, 9))
    assert chosen_of([one, other]) == [one]
    assert chosen_of([one, finding(("\nmodel.compile()", 5, 9, 5, 9), code="FRZ101")])[1:]


def test_a_compile_is_added_once_and_the_comment_stays() -> None:
    fixed = fix_data(SCRIPT.encode(), "train.py", SETTINGS, unsafe=True)
    added = 'model.compile("sgd", "mse")\n'
    assert fixed.data.decode() == SCRIPT.replace("# now\n", "# now\n" + added)
    assert dict(fixed.codes) == {"FRZ102": 1}
    assert fix_data(fixed.data, "train.py", SETTINGS, unsafe=True).data == fixed.data
    assert fix_data(SCRIPT.encode(), "train.py", SETTINGS, unsafe=False).data == SCRIPT.encode()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("mark", "cookie", "encoding"), [("", "# coding: latin-1", "latin-1"), ("\ufeff", "#", "utf-8")]
)
def test_encoding_cookie_mark_and_line_ends_stay(end: str, mark: str, cookie: str, encoding: str) -> None:
    text = f"{mark}{cookie}\n# é\n{SCRIPT}"
    before = text.replace("\n", end).encode(encoding)
    fixed = fix_data(before, "train.py", SETTINGS, unsafe=True)
    wanted = text.replace("# now\n", '# now\nmodel.compile("sgd", "mse")\n')
    assert fixed.data == wanted.replace("\n", end).encode(encoding)


def lint_with(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> None:
    """A linter that always finds the same."""
    monkeypatch.setattr(apply, "check_data", lambda data, filename, settings: FileResult(list(found)))


def test_a_fix_that_would_not_parse_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = finding((")", 1, 1, 1, 1)), finding(("y", 2, 1, 2, 2))
    lint_with(monkeypatch, bad)
    fixed = fix_data(b"x = 1\nx = 2\n", "a.py", SETTINGS, unsafe=True, findings=[bad, good])
    assert fixed.data == b"x = 1\ny = 2\n"
    (problem,) = fixed.problems
    assert problem.startswith("a.py:1: the fix of FRZ102 would not parse and was left out.")


def test_fixes_that_do_not_come_to_rest_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lint_with(monkeypatch, finding(("x\n", 1, 1, 1, 1)))
    fixed = fix_data(b"x = 1\n", "a.py", SETTINGS, unsafe=True)
    assert fixed.data == b"x = 1\n"
    assert not fixed.codes
    assert "do not come to rest, nothing was changed" in fixed.problems[0]


def test_text_that_the_encoding_does_not_have_changes_nothing() -> None:
    data = b"# coding: ascii\nx = 1\n"
    fixed = fix_data(data, "a.py", SETTINGS, unsafe=True, findings=[finding(("é", 2, 1, 2, 2))])
    assert fixed.data == data
    assert "its fixes were not applied" in fixed.problems[0]


def test_a_diff_names_cells_and_a_missing_line_end() -> None:
    after = edited(b"a\nb", "a.py", [finding(("c", 2, 1, 2, 2))])
    missing = "\\ No newline at end of file\n"
    heading = "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a\n"
    assert diff(b"a\nb", after, "a.py") == f"{heading}-b\n{missing}+c\n{missing}"
    assert diff(b"a\n", b"a\n", "a.py") == ""
    notebook = b'{"cells": [{"cell_type": "code", "source": "a"}, {"cell_type": "code", "source": "b"}]}'
    changed = edited(notebook, "n.ipynb", [finding(("c", 1, 1, 1, 2), cell=2)])
    assert diff(notebook, changed, "n.ipynb").startswith("--- n.ipynb:cell 2\n+++ n.ipynb:cell 2\n")
