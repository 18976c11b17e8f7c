"""grouped, pylint, json-lines, and GitHub's annotations in notebooks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from report_cases import FIX, IN_CELL, ODD, RELATED, finding, result, unreadable, write_notebook

from freezelint.findings import Location
from freezelint.reports import render


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("output_format", ["grouped", "pylint", "json-lines"])
def test_nothing_found(output_format: str) -> None:
    assert render(output_format, result()) == ""


def test_grouped() -> None:
    later = finding(location=Location(120, 1), code="FRZ101", severity="warning")
    assert (
        render("grouped", result(IN_CELL, finding(), later))
        == """\
n.ipynb:
  cell 2:2:10  FRZ102 `base` keeps training

train.py:
    2:10  FRZ102 `base` keeps training
  120:1   FRZ101 `base` keeps training

"""
    )
    assert render("grouped", result(later), color=True) == (
        "\033[1mtrain.py\033[0m:\n  120:1  \033[1;33mFRZ101\033[0m `base` keeps training\n\n"
    )


# What Jenkins' warnings plugin reads pylint's lines with, and a plain problem matcher.
JENKINS = re.compile(r"^(?P<path>.*):(?P<line>\d+): \[(?P<code>\D\d*).*\] (?P<message>.*)$")
MATCHER = re.compile(r"^(?P<path>.+?):(?P<line>\d+): \[(?P<code>\w+)\] (?P<message>.+)$")


@pytest.mark.parametrize("matcher", [JENKINS, MATCHER])
def test_pylint_is_read_by_problem_matchers(tmp_path: Path, matcher: re.Pattern[str]) -> None:
    text = write_notebook(tmp_path)
    row = next(number for number, line in enumerate(text.splitlines(), 1) if "base.trainable" in line)
    found = result(
        finding(), IN_CELL, finding(filename=ODD, message="a\nb"), unreadable(), finding(filename="C:\\a.py")
    )
    matches = [matcher.fullmatch(line) for line in render("pylint", found).splitlines()]
    assert [(match["path"], int(match["line"])) for match in matches if match] == [
        ("train.py", 2),
        ("n.ipynb", row),
        (ODD, 2),
        ("bad.py", 1),
        ("C:\\a.py", 2),
    ]
    assert [match["message"] for match in matches if match][1:3] == ["`base` keeps training (cell 2, line 2)", "a b"]


def test_json_lines_are_the_objects_of_json() -> None:
    found = result(finding(related=RELATED, fix=FIX), IN_CELL, finding(message="a\nb\u2028c"))
    lines = render("json-lines", found).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(render("json", found))
    assert render("json-lines", found).isascii()


def test_github_annotates_the_line_of_the_notebooks_file(tmp_path: Path) -> None:
    text = write_notebook(tmp_path)
    row = next(number for number, line in enumerate(text.splitlines(), 1) if "base.trainable" in line)
    column = text.splitlines()[row - 1].index("base.trainable") + 1
    assert render("github", result(IN_CELL)) == (
        f"::warning title=freezelint (FRZ102),file=n.ipynb,line={row},col={column},endLine={row},"
        f"endColumn={column + 22}::n.ipynb:cell 2:2:10: FRZ102 `base` keeps training\n"
    )


def test_github_counts_file_names_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    text = render("github", result(finding(), finding(filename="../../out.py")))
    assert re.findall("file=(.*?),", text) == ["sub/train.py", "../../out.py"]
