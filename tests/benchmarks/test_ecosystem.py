"""benchmarks/ecosystem.py: two versions over a folder of repositories, and what differs.

Most tests compare two fake versions: a script that prints, for each repository, the JSON that lies in its folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import ecosystem
import pytest
from entries import entry

FAKE = """
import json, pathlib, sys, time
version, repository = sys.argv[1], pathlib.Path(sys.argv[3])
assert sys.argv[2] == "check" and "--isolated" in sys.argv and sys.argv[-2:] == ["--keras-version", "3"], sys.argv
answer = json.loads((repository / f"{version}.json").read_text())
time.sleep(answer.get("sleep", 0))
print("warning: not what matters\\n" + answer.get("stderr", ""), file=sys.stderr)
print(answer["stdout"] if "stdout" in answer else json.dumps(answer["findings"]))
sys.exit(answer.get("status", 1))
"""

TOGGLED_TOO_LATE = """import keras

base = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2)])
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""


@pytest.fixture
def repos(tmp_path: Path) -> Path:
    folder = tmp_path / "repos"
    folder.mkdir()
    return folder


def add(repos: Path, name: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """A repository with one Python file, for which the fake versions answer `old` and `new`."""
    folder = repos / name
    folder.mkdir()
    (folder / "train.py").write_text("pass\n")
    for version, answer in (("old", old), ("new", new)):
        for found in answer.get("findings", []):
            found["filename"] = str(folder / found["filename"])
        (folder / f"{version}.json").write_text(json.dumps(answer))


def run(repos: Path, *options: str) -> int:
    script = repos.parent / "fake.py"
    script.write_text(FAKE)
    old, new = (f"{sys.executable} {script} {version}" for version in ("old", "new"))
    return ecosystem.main([str(repos), "--old", old, "--new", new, "--keras-version", "3", *options])


def test_two_commands_are_compared_and_the_report_is_printed_and_written(
    repos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(repos, "one", {"findings": [entry("FRZ101", 3)]}, {"findings": [entry("FRZ101", 3), entry("FRZ404", 8)]})
    add(repos, "two", {"findings": [], "status": 0}, {"findings": [], "status": 0})
    (repos / ".git").mkdir()
    (repos / "README").write_text("no repository")
    assert run(repos, "--jobs", "2", "--output", str(repos.parent / "report.md")) == 0
    captured = capsys.readouterr()
    assert (repos.parent / "report.md").read_text() == captured.out
    assert "2 repositories, 2 Python files and notebooks, 0 Markdown files" in captured.out
    assert "**1 came, 0 went, 0 changed, 0 moved** (1 findings before, 2 now)." in captured.out
    assert "## Crashes\n\nNone." in captured.out
    assert "### one (+1 -0 !0)\n\n```diff\n+ train.py:8:1: FRZ404 [error] words\n```" in captured.out
    assert "### two" not in captured.out
    assert captured.err.splitlines()[1].startswith("[2/2] two: +0 -0, ")


CRASHES = {
    "exit": ({"findings": [], "status": 2, "stderr": "error: bad"}, "exit status 2: error: bad"),
    "no-json": (
        {"stdout": "Traceback", "status": 1, "stderr": "ValueError: x"},
        "exit status 1, no JSON: ValueError: x",
    ),
    "no-finding": ({"stdout": "[1]", "status": 1, "stderr": "odd"}, "exit status 1, no JSON: odd"),
    "rule": ({"findings": [entry("FRZ904", 1, "rule raised")], "status": 2}, "train.py:1:1: FRZ904 rule raised"),
    "time": ({"findings": [], "status": 0, "sleep": 30}, "stopped after 2 s"),
}


@pytest.mark.parametrize("name", CRASHES)
def test_each_crash_of_the_new_version_is_named_and_fails(
    repos: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    answer, crash = CRASHES[name]
    add(repos, "one", {"findings": [], "status": 0}, answer)
    assert run(repos, "--timeout", "2") == 1
    assert f"## Crashes\n\n- new: one: {crash}\n\n" in capsys.readouterr().out


def test_a_crash_of_the_old_version_alone_is_named_and_its_findings_are_not_called_new(
    repos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(repos, "one", {"stdout": "", "status": 3}, {"findings": [entry("FRZ101", 3)]})
    assert run(repos) == 0
    out = capsys.readouterr().out
    assert "- old: one: exit status 3, no JSON: warning: not what matters" in out
    assert "**0 came, 0 went" in out


def test_a_file_that_cannot_be_read_is_a_finding_and_no_crash(repos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(repos, "one", {"findings": [], "status": 0}, {"findings": [entry("FRZ903", 1, "no UTF-8")], "status": 2})
    assert run(repos) == 0
    out = capsys.readouterr().out
    assert "## Crashes\n\nNone." in out
    assert "+ train.py:1:1: FRZ903 [error] no UTF-8" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["REPOS", "--old", "no-such-command-or-revision x"], "is neither a git revision of"),
        (["REPOS", "--old", ""], "is neither a git revision of"),
        (["REPOS/one/train.py"], "train.py is no folder"),
        (["REPOS/one"], "one holds no folders; each repository is one"),
        (["REPOS", "--old", "python3 x", "--new", "python3 y", "--slow", "1"], "--slow needs the source of the new"),
    ],
)
def test_what_cannot_be_done_is_refused(
    repos: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    add(repos, "one", {}, {})
    with pytest.raises(SystemExit) as stopped:
        ecosystem.main([argument.replace("REPOS", str(repos)) for argument in arguments])
    assert stopped.value.code == 2
    assert complaint in " ".join(capsys.readouterr().err.split())


def worktrees() -> str:
    return subprocess.run(
        ["git", "-C", ecosystem.ROOT, "worktree", "list"], capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.skipif(not worktrees(), reason="not a git checkout")
def test_a_revision_and_the_working_tree_run_for_real_with_the_time_of_each_file(
    repos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repos / "one").mkdir()
    (repos / "one" / "train.py").write_text(TOGGLED_TOO_LATE)
    (repos / "one" / "freezelint.py").write_text("raise SystemExit('a repository is read, never imported')\n")
    monkeypatch.setattr(tempfile, "tempdir", str(repos.parent))
    assert ecosystem.main([str(repos), "--old", "HEAD", "--slow", "0", "--keras-version", "3"]) == 0
    assert str(repos.parent) not in worktrees()
    out = capsys.readouterr().out
    assert "**0 came, 0 went, 0 changed, 0 moved** (1 findings before, 1 now)." in out
    assert "| FRZ102 | 1 | 1 |  |  |  |  |" in out
    assert "Old: HEAD (" in out
    assert "New: working tree (" in out
    assert " | one/train.py |  |" in out


def test_the_file_that_was_being_checked_at_the_time_out_is_named(tmp_path: Path) -> None:
    slow = tmp_path / "freezelint"
    slow.mkdir()
    (slow / "engine.py").write_text(
        "def files_of(paths, settings): return [paths[0] + '/a.py', paths[0] + '/b.py'], []"
    )
    (slow / "__init__.py").write_text(
        "import time\n"
        "class Settings: of = staticmethod(lambda **options: None)\n"
        "def check_source(text, settings): pass\n"
        "def check_paths(paths, settings, jobs): time.sleep(30 if paths[0].endswith('b.py') else 0)\n"
    )
    version = ecosystem.Version("slow", (sys.executable, "-m", "freezelint"), str(tmp_path), str(tmp_path))
    first, second = ecosystem.slow_files(version, tmp_path / "repository", "3", 3)
    assert (first.filename, first.problem) == ("a.py", "")
    assert (second.filename, second.problem) == ("b.py", "stopped: the repository took 3 s")
