"""`--output-file [FORMAT:]FILE`: several reports in one run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from freezelint.__main__ import main
from freezelint.cli.destinations import Destination, parse

FLAG = "import keras\n\nbase.trainable = False\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("out.txt", Destination(None, "out.txt")),
        ("sarif:a b.sarif", Destination("sarif", "a b.sarif")),
        ("json-lines:C:\\out.json", Destination("json-lines", "C:\\out.json")),
        ("C:\\out.json", Destination(None, "C:\\out.json")),
        ("./sarf:a", Destination(None, "./sarf:a")),
        ("12:00.txt", Destination(None, "12:00.txt")),
    ],
)
def test_parse(text: str, expected: Destination) -> None:
    assert parse([text]) == (expected,)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["sarf:a.sarif"], 'unknown format "sarf"; did you mean "sarif"? For a file of that name write ./sarf:a.sarif'),
        (["xyz:a"], 'unknown format "xyz"; use one of: full, concise, grouped, '),
        (["sarif:"], "--output-file sarif:: no file; write [FORMAT:]FILE, such as sarif:freezelint.sarif"),
        ([""], "no file; write [FORMAT:]FILE"),
        (["sarif:a", "json:./a"], "--output-file ./a: given twice; give every report its own file"),
    ],
)
def test_what_cannot_be_meant(texts: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        parse(texts)
    assert message in caught.value.message


@pytest.fixture
def _project(stub_rules: object) -> None:
    Path("a.py").write_text(FLAG)


@pytest.mark.usefixtures("_project")
def test_files_with_a_format_leave_the_screen_alone(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--output-format", "concise", "--output-file", "sarif:a.sarif", "--output-file", "gitlab:a.json"]
    assert main(["check", "a.py", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == "a.py:3:1: FRZ101 the flag is written\nFound 1 error in 1 file (1 file checked).\n"
    assert said.err == ""
    assert json.loads(Path("a.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "FRZ101"
    assert json.loads(Path("a.json").read_text())[0]["check_name"] == "FRZ101"
    assert sorted(os.listdir()) == ["a.json", "a.py", "a.sarif"]


@pytest.mark.usefixtures("_project")
def test_a_file_without_one_takes_what_the_screen_would_show(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--output-format", "pylint", "--output-file", "a.txt", "--output-file", "json:a.json"]
    assert main(["check", "a.py", *arguments]) == 1
    assert capsys.readouterr().out == ""
    assert Path("a.txt").read_text() == "a.py:3: [FRZ101] the flag is written\n"
    assert len(json.loads(Path("a.json").read_text())) == 1


@pytest.mark.usefixtures("_project")
def test_reports_of_a_clean_run_are_written_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text("x = 1\n")
    assert main(["check", "a.py", "--output-file", "junit:a.xml", "--output-file", "gitlab:a.json"]) == 0
    assert capsys.readouterr().out == "All checks passed! (1 file checked)\n"
    assert Path("a.json").read_text() == "[]\n"
    assert 'tests="1" failures="0"' in Path("a.xml").read_text()


@pytest.mark.usefixtures("_project")
def test_one_that_cannot_be_written_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "a.py", "--output-file", "sarif:no/a.sarif", "--output-file", "json:a.json"]) == 2
    said = capsys.readouterr()
    assert "--output-file no/a.sarif: cannot be written (No such file or directory)" in said.err
    assert "FRZ101" in said.out
    assert len(json.loads(Path("a.json").read_text())) == 1


@pytest.mark.usefixtures("_project")
def test_a_wrong_format_stops_before_anything_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "a.py", "--output-file", "sarf:a.sarif"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert 'did you mean "sarif"?' in said.err


@pytest.mark.usefixtures("_project")
def test_a_notebook_from_standard_input_keeps_its_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys
    from types import SimpleNamespace

    text = json.dumps({"cells": [{"cell_type": "code", "source": FLAG.splitlines(keepends=True)}]}, indent=1)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    assert main(["check", "-", "--stdin-filename", "n.ipynb", "--output-format", "pylint"]) == 1
    row = next(number for number, line in enumerate(text.splitlines(), 1) if "base.trainable" in line)
    assert capsys.readouterr().out == f"n.ipynb:{row}: [FRZ101] the flag is written (cell 1, line 3)\n"
