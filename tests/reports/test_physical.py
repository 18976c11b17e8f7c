"""Places in files as they are on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import CELL, FIX, IN_CELL, apply, finding, result, write_notebook

from freezelint.findings import Edit, Fix, Location
from freezelint.reports.physical import Physical


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_outside_of_notebooks_a_place_is_itself() -> None:
    physical = Physical(result(finding(fix=FIX)))
    assert physical.span(finding()) == (Location(2, 10), Location(2, 32))
    assert physical.edits(finding(fix=FIX)) == FIX.edits
    assert physical.edits(finding()) == ()
    assert physical.line("train.py", None, 3) == "model.fit(x, y)"
    assert physical.line("train.py", None, 4) is None
    assert physical.line("other.py", None, 1) is None


@pytest.mark.parametrize("content", [None, b"no JSON", b"\xff\xfe\x00", b'{"cells": []}'])
def test_a_notebook_that_is_not_there_any_more(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "n.ipynb").write_bytes(content)
    physical = Physical(result(IN_CELL))
    assert physical.span(IN_CELL) is None
    assert physical.edits(IN_CELL) == ()


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("indent", [1, None])
def test_a_notebook_on_disk(tmp_path: Path, indent: int | None, listed: bool) -> None:
    text = write_notebook(tmp_path, indent=indent, listed=listed)
    physical = Physical(result(IN_CELL))
    start, end = physical.span(IN_CELL) or (None, None)
    assert start is not None
    assert end is not None
    row = text.splitlines()[start.row - 1]
    assert (row[start.column - 1 : end.column - 1], end.row) == ("base.trainable = False", start.row)
    assert physical.line("n.ipynb", 2, start.row) == row


def test_standard_input_is_not_looked_for_on_disk(tmp_path: Path) -> None:
    text = write_notebook(tmp_path)
    (tmp_path / "n.ipynb").write_text("{}")
    for data in (text, text.encode()):
        assert Physical(result(IN_CELL, texts={"n.ipynb": data})).span(IN_CELL) is not None
    assert Physical(result(IN_CELL)).span(IN_CELL) is None


EDITS = [
    [Edit("model.compile(\"adam\", loss='ü')\n", Location(3, 1), Location(3, 1))],
    [Edit("", Location(2, 1), Location(3, 1))],
    [Edit("\tpass", Location(2, 10), Location(3, 6)), Edit("# é\\n\n", Location(1, 1), Location(1, 1))],
    [Edit("\nlast", Location(3, 16), Location(3, 16))],
]


@pytest.mark.parametrize("edits", EDITS)
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("indent", [1, None])
def test_edits_of_the_json_do_what_the_fix_means(
    tmp_path: Path, edits: list[Edit], indent: int | None, listed: bool
) -> None:
    text = write_notebook(tmp_path, indent=indent, listed=listed)
    fixed = replace(IN_CELL, fix=Fix("safe", "x", tuple(edits)))
    places = [
        (edit.location.row, edit.location.column, edit.end_location.row, edit.end_location.column, edit.content)
        for edit in Physical(result(fixed)).edits(fixed)
    ]
    after = json.loads(apply(text, places))
    meant = [
        (edit.location.row, edit.location.column, edit.end_location.row, edit.end_location.column, edit.content)
        for edit in edits
    ]
    assert "".join(after["cells"][1]["source"]) == apply(CELL, meant)
    assert after["cells"][0] == json.loads(text)["cells"][0]
