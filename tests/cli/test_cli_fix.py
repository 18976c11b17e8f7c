"""`freezelint check --fix`, `--unsafe-fixes` and `--diff` as a person calls them."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from freezelint.__main__ import main

SCRIPT = """\
from tensorflow import keras
base = keras.Sequential([keras.layers.Dense(1)])
base.trainble = False  # freezelint: ignore[FRZ102]
"""
SAFE = SCRIPT.replace("  # freezelint: ignore[FRZ102]", "")
FIXED = SAFE.replace("trainble", "trainable")
DIFF = """\
--- a.py
+++ a.py
@@ -1,3 +1,3 @@
 from tensorflow import keras
 base = keras.Sequential([keras.layers.Dense(1)])
-base.trainble = False  # freezelint: ignore[FRZ102]
+base.trainable = False
"""
LEFT = (
    "`base.trainble` is not the flag `trainable`: Keras accepts any attribute name, and nothing is frozen or un-frozen"
)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(SCRIPT)
    return tmp_path / "a.py"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["check", "--output-format", "concise", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_without_fix_the_report_says_what_could_be_fixed(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "a.py")
    assert status == 1
    assert f"a.py:3:1: FRZ601 {LEFT}\na.py:3:24: FRZ901 [*] this" in out
    assert out.endswith("\n[*] 1 fixable with `--fix`; 1 more with `--fix --unsafe-fixes`.\n")
    _, out, _ = run(capsys, "a.py", "--unsafe-fixes")
    assert f"a.py:3:1: FRZ601 [*] {LEFT}\n" in out
    assert out.endswith("\n[*] 2 fixable with `--fix --unsafe-fixes`.\n")
    assert script.read_text() == SCRIPT


def test_fix_applies_what_is_safe_and_reports_the_rest(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = "Found 1 error in 1 file (1 file checked).\n1 fixable with `--fix --unsafe-fixes`.\n"
    left = f"a.py:3:1: FRZ601 {LEFT}\n{summary}"
    assert run(capsys, "a.py", "--fix") == (1, left, "freezelint: fixed 1 finding (1 FRZ901)\n")
    assert script.read_text() == SAFE
    assert run(capsys, "a.py", "--fix") == (1, left, "")


def test_unsafe_fixes_clean_the_file(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "freezelint: fixed 2 findings (1 FRZ601, 1 FRZ901)\n"
    clean = "All checks passed! (1 file checked)\n"
    assert run(capsys, "a.py", "--fix", "--unsafe-fixes") == (0, clean, said)
    assert script.read_text() == FIXED
    assert run(capsys, "a.py", "--fix", "--unsafe-fixes") == (0, clean, "")


def test_diff_shows_and_changes_nothing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "freezelint: would fix 2 findings (1 FRZ601, 1 FRZ901)\n"
    assert run(capsys, "a.py", "--diff", "--unsafe-fixes") == (1, DIFF, said)
    assert script.read_text() == SCRIPT
    script.write_text(SAFE)
    assert run(capsys, "a.py", "--diff") == (0, "", "freezelint: no fix would change a file\n")
    assert run(capsys, "a.py", "nope.py", "--diff")[0] == 2


def test_the_settings_file_may_ask_for_fixes(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (script.parent / "pyproject.toml").write_text("[tool.freezelint]\nfix = true\nunsafe-fixes = true\n")
    assert run(capsys, "a.py", "--no-fix")[0] == 1
    assert script.read_text() == SCRIPT
    assert run(capsys, "a.py", "--no-unsafe-fixes")[0] == 1
    assert script.read_text() == SAFE
    assert run(capsys, "a.py")[0] == 0
    assert script.read_text() == FIXED


def test_standard_input_goes_to_standard_output(
    script: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SCRIPT.replace("\n", "\r\n").encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    assert main(["check", "-", "--stdin-filename", "b.py", "--fix"]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out == SAFE.replace("\n", "\r\n").encode()
    assert b"fixed 1 finding (1 FRZ901)" in captured.err
    assert b"b.py:3:1" in captured.err
