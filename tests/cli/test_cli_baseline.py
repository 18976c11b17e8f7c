"""`check --baseline` and `--write-baseline`: wrong files first, then what is held back, what shrinks, what grows."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from freezelint.__main__ import main

FLAG = "base.trainable = False\n"
OTHER = "head.trainable = True\n"
FILE = "b.json"


@pytest.fixture
def project(stub_rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Any:
    """`freezelint check … --output-format concise`: exit status, places of findings, standard error."""

    def run(*arguments: str) -> tuple[int, list[str], str]:
        status = main(["check", *arguments, "--output-format", "concise"])
        captured = capsys.readouterr()
        return status, [line.split(": ")[0] for line in captured.out.splitlines() if ": FRZ" in line], captured.err

    return run


def entries(path: Path) -> dict[str, dict[str, list[int]]]:
    """The counts of a baseline, by file and code."""
    files = json.loads(path.read_text())["files"]
    return {name: {code: list(own.values()) for code, own in codes.items()} for name, codes in files.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a baseline of freezelint: invalid JSON: Expecting value"),
        ("{", "not a baseline of freezelint: invalid JSON"),
        ("\udcff", "not a baseline of freezelint: it is not UTF-8 text"),
        ("[" * 100_000, "not a baseline of freezelint: invalid JSON"),
        ("[]", 'not a baseline of freezelint: it does not say "format": "freezelint baseline"'),
        ('{"name": "package"}', "not a baseline of freezelint"),
        (
            '{"format": "freezelint baseline", "version": 2, "files": {}}',
            "a baseline of version 2, this freezelint reads",
        ),
        ('{"format": "freezelint baseline", "version": 1}', '"files" is not an object'),
        ('{"format": "freezelint baseline", "version": 1, "files": {"a": 1}}', 'the entry of "a" is not an object'),
        ('{"format": "freezelint baseline", "version": 1, "files": {"a": {"FRZ101": 1}}}', 'the entry of "a"'),
        ('{"format": "freezelint baseline", "version": 1, "files": {"a": {"E501": {}}}}', 'the entry of "a"'),
        ('{"format": "freezelint baseline", "version": 1, "files": {"a": {"FRZ101": {"c": "2"}}}}', "is not a count"),
        ('{"format": "freezelint baseline", "version": 1, "files": {"a": {"FRZ101": {"c": 0}}}}', "is not a count"),
        ('<<<<<<< HEAD\n{"format": "freezelint baseline"}', "invalid JSON"),
    ],
)
@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_wrong_file_exits_2_and_stays(project: Path, check: Any, text: str, message: str, option: str) -> None:
    (project / "a.py").write_text(FLAG)
    (project / FILE).write_text(text, errors="surrogateescape")
    before = (project / FILE).read_bytes()
    status, found, err = check(option, FILE)
    assert (status, found, err.count("\n")) == (2, [], 1)
    assert err.startswith(f"freezelint: error: {FILE}: ")
    assert message in err
    assert (project / FILE).read_bytes() == before


def test_a_baseline_that_is_not_there_or_cannot_be_written(project: Path, check: Any) -> None:
    (project / "a.py").write_text(FLAG)
    advice = f"write it with `freezelint check --write-baseline {FILE}`"
    missing = f"freezelint: error: {FILE}: there is no such baseline; {advice}\n"
    assert check("--baseline", FILE) == (2, [], missing)
    status, _, err = check("--write-baseline", "no/b.json")
    assert (status, "the baseline cannot be written (No such file or directory)" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--extend-baseline"], "--extend-baseline goes with --write-baseline FILE"),
        (["--extend-baseline", "--baseline", FILE], "--extend-baseline goes with --write-baseline FILE"),
        (["--baseline", "a", "--write-baseline", "b"], "--baseline and --write-baseline name two files"),
    ],
)
def test_wrong_usage(project: Path, check: Any, arguments: list[str], message: str) -> None:
    status, _, err = check(*arguments)
    assert status == 2
    assert message in err


def test_what_was_there_is_held_back_wherever_it_moves(project: Path, check: Any) -> None:
    (project / "src").mkdir()
    (project / "src/b.py").write_text(FLAG + OTHER)
    (project / "a.py").write_text(FLAG + FLAG)
    assert check("--write-baseline", FILE) == (0, [], f"freezelint: {FILE} written: 4 findings in 2 files\n")
    assert entries(project / FILE) == {"a.py": {"FRZ101": [2]}, "src/b.py": {"FRZ101": [1, 1]}}
    held = f"freezelint: 4 findings are held back by {FILE}\n"
    assert check("--baseline", FILE) == (0, [], held)
    (project / "src/b.py").write_text("import keras\n\n" + OTHER + "\n\n" + FLAG.replace("False", "False  # still"))
    assert check("--baseline", FILE) == (0, [], held)
    (project / "src/b.py").write_text(FLAG + FLAG + OTHER)
    assert check("--baseline", FILE) == (1, ["src/b.py:2:1"], held)
    assert check("src", "--baseline", FILE) == (1, ["src/b.py:2:1"], held.replace("4", "2"))
    (project / "src/b.py").write_text("def f():\n    " + FLAG)
    assert check("--baseline", FILE)[:2] == (1, ["src/b.py:2:5"])


def test_names_count_from_the_repository(project: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "src").mkdir()
    (project / "src/a.py").write_text(FLAG)
    assert check("--write-baseline", f"src/{FILE}")[0] == 0
    assert list(entries(project / "src" / FILE)) == ["src/a.py"]
    monkeypatch.chdir(project / "src")
    assert check("--baseline", FILE)[:2] == (0, [])
    assert check(str(project / "src"), "--baseline", str(project / "src" / FILE))[:2] == (0, [])
    (project / ".git").rmdir()
    assert check("--baseline", FILE)[:2] == (1, ["a.py:1:1"])


def test_it_is_sorted_and_stable(project: Path, check: Any) -> None:
    for name in ("b.py", "a.py", "ä.py"):
        (project / name).write_text(OTHER + FLAG)
    check("--write-baseline", FILE)
    text = (project / FILE).read_text(encoding="utf-8")
    assert list(json.loads(text)["files"]) == ["a.py", "b.py", "ä.py"]
    contexts = list(json.loads(text)["files"]["a.py"]["FRZ101"])
    assert contexts == sorted(contexts)
    (project / FILE).unlink()
    check("ä.py", "b.py", "a.py", "--write-baseline", FILE)
    assert (project / FILE).read_text(encoding="utf-8") == text
    assert text.endswith("}\n")


def test_what_is_no_longer_needed_is_said_and_taken_out(project: Path, check: Any) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (project / name).write_text(FLAG + OTHER)
    check("--write-baseline", FILE)
    (project / "a.py").write_text(FLAG)
    (project / "b.py").unlink()
    status, found, err = check("--baseline", FILE)
    assert (status, found) == (0, [])
    assert err == (
        f"freezelint: 3 findings are held back by {FILE}\n"
        f"freezelint: 3 entries of {FILE} are no longer needed (a.py: FRZ101; b.py: FRZ101); "
        f"`--write-baseline {FILE}` takes out what is not needed\n"
    )
    before = (project / FILE).read_bytes()
    assert check("c.py", "--baseline", FILE)[2].count("b.py: FRZ101") == 1
    assert (project / FILE).read_bytes() == before
    assert check("--write-baseline", FILE) == (0, [], f"freezelint: {FILE} shrank from 6 to 3 findings\n")
    assert entries(project / FILE) == {"a.py": {"FRZ101": [1]}, "c.py": {"FRZ101": [1, 1]}}
    assert check("--write-baseline", FILE) == (0, [], f"freezelint: {FILE} stays as it is: 3 findings\n")


def test_what_was_not_looked_for_may_be_needed(project: Path, check: Any) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(FLAG)
    check("--write-baseline", FILE)
    (project / "a.py").write_text("x = 1\n")
    assert check("b.py", "--baseline", FILE) == (0, [], f"freezelint: 1 finding is held back by {FILE}\n")
    assert check("--ignore", "FRZ101", "--baseline", FILE) == (0, [], "")
    assert check("b.py", "--write-baseline", FILE)[2] == f"freezelint: {FILE} stays as it is: 2 findings\n"
    (project / "a.py").write_text("base.trainable = = False\n")
    assert check("--baseline", FILE) == (1, ["a.py:1:18"], f"freezelint: 1 finding is held back by {FILE}\n")
    assert check("--write-baseline", FILE)[:2] == (1, ["a.py:1:18"])
    assert sorted(entries(project / FILE)) == ["a.py", "b.py"]


def test_it_never_grows_by_itself(project: Path, check: Any) -> None:
    (project / "a.py").write_text(FLAG + OTHER)
    check("--write-baseline", FILE)
    (project / "a.py").write_text(FLAG + FLAG + "new.trainable = 1\n")
    status, found, err = check("--write-baseline", FILE)
    assert (status, found) == (1, ["a.py:2:1", "a.py:3:1"])
    assert err == (
        f"freezelint: {FILE} shrank from 2 to 1 finding\n"
        "freezelint: a baseline does not grow by itself: 2 findings are new; repair, or add with "
        f"`--write-baseline {FILE} --extend-baseline`\n"
    )
    assert entries(project / FILE) == {"a.py": {"FRZ101": [1]}}
    grown = f"freezelint: {FILE} grew from 1 to 3 findings\n"
    assert check("--write-baseline", FILE, "--extend-baseline") == (0, [], grown)
    assert check("--baseline", FILE)[0] == 0


def test_files_that_were_not_analysed_never_enter(project: Path, stub_rules: dict[str, Any], check: Any) -> None:
    (project / "a.py").write_text("base.trainable = = False\n")
    (project / "b.ipynb").write_text("{ base.trainable = False")
    (project / "c.py").write_text(FLAG)
    stub_rules["FRZ102"] = lambda timeline, target: 1 / 0
    status, found, err = check("--write-baseline", FILE)
    assert (status, found[0], found[-1]) == (2, "a.py:1:1", "c.py:1:1")
    assert err == f"freezelint: {FILE} written: 1 finding in 1 file\n"
    assert entries(project / FILE) == {"c.py": {"FRZ101": [1]}}
    assert check("--baseline", FILE)[0] == 2


def test_notebooks_pages_and_standard_input(project: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def notebook(*cells: str) -> str:
        return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in cells], "nbformat": 4})

    (project / "a.ipynb").write_text(notebook("x = 1", FLAG))
    (project / "b.md").write_text(f"It's\n```python\n{FLAG}```\n")
    check("--write-baseline", FILE)
    (project / "a.ipynb").write_text(notebook(FLAG, "!ls"))
    (project / "b.md").write_text(f"Don't\n\n```py\n{OTHER}```\n```python\n{FLAG}```\n")
    assert check("--baseline", FILE)[:2] == (1, ["b.md:4:1"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(notebook("", OTHER, FLAG).encode())))
    assert check("-", "--stdin-filename", "a.ipynb", "--baseline", FILE) == (
        1,
        ["a.ipynb:cell 2:1:1"],
        f"freezelint: 1 finding is held back by {FILE}\n",
    )


def test_the_setting_counts_from_its_file(project: Path, check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text(f"[tool.freezelint]\nbaseline = '{FILE}'\n")
    (project / "src").mkdir()
    (project / "src/a.py").write_text(FLAG)
    assert check()[0] == 2
    assert check("--write-baseline", FILE)[0] == 0
    assert check()[:2] == (0, [])
    assert check("--isolated")[:2] == (1, ["src/a.py:1:1"])
    monkeypatch.chdir(project / "src")
    assert check()[:2] == (0, [])
    assert check()[2] == f"freezelint: 1 finding is held back by {os.path.join(project, FILE)}\n"
