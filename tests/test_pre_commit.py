"""The hook, run by the real pre-commit from a clone of this project: clean files, then staged bugs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLEAN = """\
from tensorflow import keras

base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
base.trainable = False
model.compile("adam", "mse")
model.fit(x, y)
"""
BUG = CLEAN.replace("base.trainable = False\n", "") + "base.trainable = False\nmodel.fit(x, y)\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


def git(*arguments: str, cwd: Path) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the working tree: what is not committed yet is tested too."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is nothing to clone")
    target = tmp_path_factory.mktemp("clone")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file() and not name.startswith(("fixtures/", "tests/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    git("init", "-q", cwd=target)
    git("add", "-A", cwd=target)
    git("commit", "-qm", "clone", cwd=target)
    return target


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pre-commit home of our own; building the hook's environment in it needs a package index."""
    return tmp_path_factory.mktemp("pre-commit-home")


def try_repo(clone: Path, home: Path, project: Path, *files: str) -> tuple[int, str]:
    """Stage files in a new repository and run the hook on what is staged: exit status and output."""
    git("init", "-q", cwd=project)
    git("add", *files, cwd=project)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHONPATH"))}
    environment |= {"PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(clone), "freezelint", "--verbose"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    if "Could not find a version" in output or "No matching distribution" in output:
        pytest.skip("no package index can be reached, so pre-commit cannot build the hook's environment")
    return done.returncode, output


def test_clean_foreign_and_excluded_files_pass(clone: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(CLEAN)
    (tmp_path / "notes.txt").write_text(BUG)
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "train.py").write_text(BUG)
    (tmp_path / "pyproject.toml").write_text('[tool.freezelint]\nextend-exclude = ["generated"]\n')
    status, output = try_repo(clone, home, tmp_path, ".")
    assert status == 0, output
    assert "All checks passed! (1 file checked)" in output


def test_a_staged_bug_fails_in_every_kind_of_file(clone: Path, home: Path, tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": BUG, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "train.py").write_text(BUG)
    (tmp_path / "train.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "page.md").write_text(f"```python\n{BUG}```\n")
    (tmp_path / "unstaged.py").write_text(BUG)
    status, output = try_repo(clone, home, tmp_path, "train.py", "train.ipynb", "page.md")
    assert status == 1, output
    for place in ("train.py:7:1", "train.ipynb:cell 1:7:1", "page.md:8:1"):
        assert f"--> {place}\n" in output
    assert "Found 3 errors in 3 files (3 files checked)." in output
