"""Findings that the tests of the report formats share: in a module, in a notebook, in another file, with fixes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from freezelint.findings import Edit, Finding, Fix, Location, Related
from freezelint.result import Result

ROWS = ("model.fit(x, y)", "s = 'ü'; base.trainable = False", "model.fit(x, y)")
CELL = "%matplotlib inline\ns = 'ü'; base.trainable = False\nmodel.fit(x, y)"
ODD = "src dir/tr äin 50%.py"


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "code": "FRZ102",
        "name": "toggle-after-training",
        "severity": "error",
        "message": "`base` keeps training",
        "filename": "train.py",
        "cell": None,
        "location": Location(2, 10),
        "end_location": Location(2, 32),
        "keras": "3",
        "url": "https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md",
    }
    return Finding(**{**values, **changes})


def unreadable(filename: str = "bad.py") -> Finding:
    start, end = Location(1, 1), Location(1, 2)
    return finding(code="FRZ903", message="is UTF-16", filename=filename, location=start, end_location=end)


FIX = Fix("unsafe", "Compile again", (Edit("model.compile('adam')\n", Location(3, 1), Location(3, 1)),))
RELATED = (
    Related("trained here", "train.py", None, Location(1, 1)),
    Related("compiled in another file", "lib/ü.py", None, Location(12, 5)),
)
IN_CELL = finding(filename="n.ipynb", cell=2, severity="warning", fix=FIX)


def result(*findings: Finding, errors: tuple[str, ...] = (), rows: Iterable[str] = ROWS, **more: Any) -> Result:
    """A result that knows the text of every file and cell that its findings are in."""
    lines = {
        (one.filename, one.cell): tuple(CELL.split("\n")) if one.cell else tuple(rows)
        for one in findings
        if one.code != "FRZ903"
    }
    return Result(findings, 17, errors, lines, **more)


def write_notebook(folder: Path, *, name: str = "n.ipynb", indent: int | None = 1, listed: bool = True) -> str:
    """A notebook whose second code cell is CELL, and its text."""
    sources: list[Any] = [["import keras\n"], CELL.splitlines(keepends=True) if listed else CELL]
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=indent)
    (folder / name).write_text(text, encoding="utf-8")
    return text


def apply(text: str, edits: Iterable[tuple[int, int, int, int, str]]) -> str:
    """A text after edits given as row, column, end row, end column (from 1, in characters) and what is put there."""
    starts = [0]
    for row in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    for row, column, end_row, end_column, content in sorted(edits, reverse=True):
        text = text[: starts[row - 1] + column - 1] + content + text[starts[end_row - 1] + end_column - 1 :]
    return text
