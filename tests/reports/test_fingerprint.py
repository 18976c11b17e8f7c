"""Fingerprints stay where lines move, and differ where findings differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import IN_CELL, ROWS, finding, result, unreadable

from freezelint.findings import Location
from freezelint.reports.fingerprint import fingerprints
from freezelint.result import Result


def names(*args: Result) -> list[list[str]]:
    return [fingerprints(one, "/") for one in args]


def test_nothing() -> None:
    assert names(result()) == [[]]


def test_it_survives_moved_lines_indents_cells_and_better_words() -> None:
    moved = finding(location=Location(4, 14), end_location=Location(4, 36), message="other words", keras="2")
    first, second = names(result(finding()), result(moved, rows=("", "import this", *[f"    {row}" for row in ROWS])))
    assert first == second
    cell = result(replace(IN_CELL, cell=7))
    assert names(cell) == names(result(IN_CELL))


def test_it_tells_apart_what_differs() -> None:
    twice = finding(location=Location(2, 20)), finding(), finding(code="FRZ101"), finding(filename="other.py")
    (found,) = names(result(*twice, finding(location=Location(1, 1)), unreadable(), unreadable("worse.py")))
    assert len(set(found)) == len(found) == 7
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in found)


def test_the_file_counts_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (above,) = (fingerprints(result(finding(filename=str(tmp_path / "sub/a.py"))), str(tmp_path)),)
    monkeypatch.chdir(tmp_path / "sub")
    assert fingerprints(result(finding(filename="a.py")), str(tmp_path)) == above
