"""scripts/new_rule.py, in a copy of the project."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import new_rule
import pytest
from evidence import read_facts

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without its tests of anything else."""
    for folder in ("freezelint", "fixtures"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    for name in ("tests/test_fixtures.py", "tests/evidence.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["FRZ101", "some-new-name"], "FRZ101 exists: freezelint/rules/frz101_toggle_after_compile.py"),
        (["FRZ498", "toggle-after-compile"], "FRZ101 exists: freezelint/rules/frz101_toggle_after_compile.py"),
        (["frz498", "some-new-name"], "frz498 is no code of a rule: FRZ101 to FRZ899, and 9xx is freezelint itself"),
        (["FRZ998", "some-new-name"], "FRZ998 is no code of a rule: FRZ101 to FRZ899, and 9xx is freezelint itself"),
        (
            ["FRZ498", "Some_Name"],
            "Some_Name is no name of a rule: words in lower case with hyphens, such as toggle-after-compile",
        ),
    ],
)
def test_refuses_and_writes_nothing(
    copy: Path, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(copy.rglob("*"))
    assert new_rule.main(arguments, copy) == 2
    assert capsys.readouterr().err == f"error: {reason}\n"
    assert sorted(copy.rglob("*")) == before


def test_writes_rule_and_fixtures_and_prints_the_next_steps(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_rule.main(["FRZ498", "frozen-twice"], copy) == 0
    out = capsys.readouterr().out
    assert out.startswith("FRZ498 frozen-twice: 6 files. Next:\n\n1. Write the fixtures.")
    assert "run_fixtures.py fixtures/FRZ498-frozen-twice\n" in out
    folder = copy / "fixtures" / "FRZ498-frozen-twice"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(new_rule.FIXTURES)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        ast.parse(text)
        assert [fact.engine for fact in read_facts(text)] == ["keras2", "keras3"]
        assert ("# expect: FRZ498" in text) is path.stem.startswith("bad_")
    assert new_rule.main(["FRZ498", "frozen-twice"], copy) == 2


def test_the_new_rule_passes_ruff_and_its_fixtures_are_red_until_they_are_written(copy: Path) -> None:
    module, *fixtures = new_rule.scaffold(copy, "FRZ498", "frozen-twice")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", module], ["format", "--check", module], ["format", "--check", *fixtures]):
        subprocess.run([*ruff, *command], cwd=copy, check=True, capture_output=True)
    red = run_tests(copy)
    for path in fixtures:
        assert f"carries_evidence_for_both_generations[FRZ498/{path.stem}]" in red
        expected = f"say_what_the_fixture_expects[keras2-FRZ498/{path.stem}]"
        assert (expected in red) is path.stem.startswith("bad_")
    module.write_text(module.read_text(encoding="utf-8").replace("    yield from ()\n", WRITTEN), encoding="utf-8")
    for path in fixtures:
        text = path.read_text(encoding="utf-8").replace(new_rule.CLAIM, "still base/**")
        path.write_text(text.replace("= False", "= True") if path.stem.startswith("good_") else text, encoding="utf-8")
    assert run_tests(copy) == ""


WRITTEN = """\
    from freezelint.timeline.events import FlagWritten

    for write in timeline.of(FlagWritten):
        if write.value is False:
            yield Report(write.at.site, "found", "error")
"""


def run_tests(copy: Path) -> str:
    """The lines of the tests of the new rule's fixtures that fail, in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "FRZ498", "tests/test_fixtures.py"]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("FAILED"))
