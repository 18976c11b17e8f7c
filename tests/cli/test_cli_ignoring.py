"""`check --add-ignore` as a person calls it: wrong usage first."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from freezelint.__main__ import main

FLAG = "base.trainable = False\n"
NOTE = "base.trainable = False  # freezelint: ignore[FRZ101]"


@pytest.fixture
def project(stub_rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["check", *arguments, "--output-format", "concise"])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add-ignore", "-"], "--add-ignore changes files, and standard input (-) is none"),
        (["--add-ignore", "--diff"], "--diff changes nothing, --add-ignore changes files"),
        (["--add-ignore", "--write-baseline", "b"], "--add-ignore and --write-baseline both silence"),
        (["--add-ignore=two\nlines"], "--add-ignore=REASON: the reason has to fit on one line"),
    ],
)
def test_wrong_usage(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    (project / "a.py").write_text(FLAG)
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert message in err
    assert (project / "a.py").read_text() == FLAG


def test_a_second_run_reports_nothing_and_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src").mkdir()
    for name in ("a.py", "src/b.py"):
        (project / name).write_text(f"x[\n0], {FLAG}" + FLAG)
        (project / name).chmod(0o750)
    clean = "All checks passed! (2 files checked)\n"
    assert run(capsys, "--add-ignore") == (0, clean, "freezelint: ignored 4 findings in 2 files\n")
    text = (project / "src/b.py").read_text()
    assert text == f"# freezelint: ignore[FRZ101]\nx[\n0], {FLAG}{NOTE}\n"
    assert os.stat(project / "src/b.py").st_mode & 0o777 == 0o750
    assert run(capsys) == (0, clean, "")
    assert run(capsys, "--add-ignore=why") == (0, clean, "freezelint: ignored 0 findings in 0 files\n")
    assert (project / "src/b.py").read_text() == text


def test_the_word_behind_the_option_is_a_path(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(FLAG)
    assert run(capsys, "--add-ignore", "a.py")[0] == 0
    assert run(capsys, "--add-ignore=frozen on purpose", "b.py")[0] == 0
    assert (project / "a.py").read_text() == f"{NOTE}\n"
    assert (project / "b.py").read_text() == f"{NOTE} frozen on purpose\n"


def test_what_cannot_be_ignored_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("base.trainable = = False\n")
    (project / "b.py").write_text(FLAG.replace("\n", "  # freezelint: ignore[FRZ102]\n"))
    (project / "c.py").write_bytes(b"# coding: latin-1\n" + FLAG.encode())
    status, out, err = run(capsys, "--add-ignore=\u2192")
    assert status == 2
    assert [line.replace("[*] ", "") for line in out.splitlines() if ": FRZ" in line] == [
        "a.py:1:18: FRZ900 broken",
        "b.py:1:25: FRZ901 this comment suppresses no `FRZ102`; remove it",
        "c.py:2:1: FRZ101 the flag is written",
    ]
    assert err.splitlines() == [
        "freezelint: ignored 1 finding in 1 file",
        "freezelint: error: c.py: no comments were added: the reason does not fit its encoding, iso-8859-1: "
        "ordinal not in range(256)",
    ]
    assert (project / "a.py").read_text() == "base.trainable = = False\n"


def test_what_a_baseline_holds_back_gets_no_comment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text(FLAG)
    run(capsys, "--write-baseline", "b.json")
    (project / "a.py").write_text(FLAG + "def f():\n    " + FLAG)
    assert run(capsys, "--baseline", "b.json", "--add-ignore")[0] == 0
    assert (project / "a.py").read_text() == f"{FLAG}def f():\n    {NOTE}\n"


def test_fixes_come_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("x = 1  # freezelint: ignore[FRZ101]\n" + FLAG)
    assert run(capsys, "--fix", "--add-ignore")[0] == 0
    assert (project / "a.py").read_text() == f"x = 1\n{NOTE}\n"


def test_an_imported_file_that_was_not_given_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    helper = "def freeze(base):\n    base.trainable = False\n"
    (tmp_path / "helper.py").write_text(helper)
    (tmp_path / "a.py").write_text(
        "import keras\nfrom helper import freeze\nbase = keras.applications.ResNet50()\n"
        "model = keras.Sequential([base, keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "model.fit([], [])\nfreeze(base)\nmodel.fit([], [])\n"
    )
    status, out, err = run(capsys, "a.py", "--add-ignore")
    assert (status, out.split(": ")[0]) == (1, "helper.py:2:5")
    assert err.endswith(
        "freezelint: helper.py was not given and stays as it is; add it to the paths to ignore what is found there\n"
    )
    assert (tmp_path / "helper.py").read_text() == helper
    assert run(capsys, "--add-ignore")[0] == 0
    assert "ignore[FRZ102]" in (tmp_path / "helper.py").read_text()
    assert run(capsys)[:2] == (0, "All checks passed! (2 files checked)\n")


@pytest.mark.slow
def test_all_fixtures(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every finding of every fixture gets a comment that silences it, and nothing else changes."""
    fixtures = Path(__file__).parents[2] / "fixtures"
    shutil.copytree(fixtures, tmp_path / "fixtures")
    monkeypatch.chdir(tmp_path / "fixtures")
    assert run(capsys, "--add-ignore=accepted")[0] == 0
    changed = 0
    for file in fixtures.rglob("*.py"):
        new = (tmp_path / "fixtures" / file.relative_to(fixtures)).read_text(encoding="utf-8")
        text = file.read_text(encoding="utf-8")
        assert re.sub(r"(?m)^ *(# freezelint: ignore.*\n)|  # freezelint: ignore.*$", "", new) == text
        changed += new != text
    assert changed > 150
    assert run(capsys)[0] == 0
