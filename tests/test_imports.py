"""What a run imports: never a framework, and nothing heavy where nothing can matter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FRAMEWORKS = ("tensorflow", "keras", "tf_keras", "jax", "torch", "numpy")
BUG = """\
import keras
base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""

PROLOGUE = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {FRAMEWORKS!r}:
            raise AssertionError("imported " + name)
sys.meta_path.insert(0, Blocker())
"""


def modules_after(code: str, cwd: Path) -> tuple[set[str], str]:
    """The names in sys.modules after running code in a fresh interpreter, and what it printed."""
    script = PROLOGUE + code + "\nimport json; print(); print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    output, _, names = run.stdout.rstrip("\n").rpartition("\n")
    return set(json.loads(names)), output


def test_the_blocker_would_see_an_import(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="imported tensorflow"):
        modules_after("import tensorflow", tmp_path)


def test_importing_freezelint_is_cheap(tmp_path: Path) -> None:
    names, _ = modules_after("import freezelint", tmp_path)
    heavy = {*FRAMEWORKS, "click", "libcst", "pathspec", "dataclasses", "typing", "re", "tomllib", "tomli"}
    # What site itself imports (a `.pth` file may do anything) is not ours.
    before, _ = modules_after("", tmp_path)
    assert (names - before) & heavy == set()


def test_a_whole_run_over_a_bug_imports_no_framework(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BUG)
    code = "from freezelint.__main__ import main; print(main(['check', 'train.py', '--output-format', 'json']))"
    names, output = modules_after(code, tmp_path)
    assert "libcst" in names
    assert not names & set(FRAMEWORKS)
    assert output.rstrip().endswith("1"), output


def test_a_run_over_files_that_cannot_matter_imports_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n")
    code = "from freezelint.__main__ import main; main(['check', 'plain.py'])"
    names, output = modules_after(code, tmp_path)
    before, _ = modules_after("", tmp_path)
    assert output.rstrip() == "All checks passed! (1 file checked)"
    assert {name for name in names - before if not name.startswith("freezelint")} <= {
        "json",
        "__future__",
    } | {name for name in names if name.startswith("json.")}


def test_help_and_version_import_no_analysis(tmp_path: Path) -> None:
    code = "from freezelint.__main__ import main; main(['--help']); main(['--version'])"
    names, _ = modules_after(code, tmp_path)
    assert not {"libcst", "pathspec", "freezelint.engine", "freezelint.rules"} & names


def test_the_public_names() -> None:
    import freezelint

    assert all(getattr(freezelint, name) is not None for name in freezelint.__all__)
    assert set(freezelint.__all__) <= set(dir(freezelint))
    with pytest.raises(AttributeError, match="module 'freezelint' has no attribute 'chekc'"):
        _ = freezelint.chekc  # type: ignore[attr-defined]
