"""The plugin as the real flake8 runs it: what it stays silent about first."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from freezelint.toml import loads

ROOT = Path(__file__).parents[1]
BUG = """\
from tensorflow import keras

base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit([], [])
base.trainable = False
model.fit([], [])
"""
FOUND = "7:1: FRZ102 `base` is frozen after `model` trained"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("flake8") is None, reason="flake8 is not installed"),
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for Python's path: freezelint with the entry points of pyproject.toml, and a TensorFlow that fails."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "freezelint").symlink_to(ROOT / "freezelint")
    points = loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]  # type: ignore[index]
    information = folder / "freezelint-0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: freezelint\nVersion: 0.0\n")
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in own.items()) for group, own in points.items()]
    (information / "entry_points.txt").write_text("\n".join(lines))
    for name in ("tensorflow", "keras", "tf_keras"):
        (folder / f"{name}.py").write_text("raise SystemExit('a linter must not import this')\n")
    return folder


@pytest.fixture
def flake8(installed: Path, tmp_path: Path) -> Any:
    """flake8 in an empty folder: its exit status and its lines."""

    def run(*arguments: str, stdin: str | None = None) -> tuple[int, list[str]]:
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        command = [sys.executable, "-m", "flake8", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, input=stdin, capture_output=True, text=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).splitlines()

    return run


def places(lines: list[str]) -> list[str]:
    """`file:row:column: CODE` of each line."""
    return [" ".join(line.split(" ")[:2]) for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        BUG.replace("base.trainable = False\n", ""),
        BUG.replace("= False", "= False  # noqa"),
        BUG.replace("= False", "= False  # noqa: FRZ102"),
        BUG.replace("= False", "= False  # freezelint: ignore[FRZ102]"),
        "# flake8: noqa\n" + BUG,
        "# flake8: noqa: FRZ102\n" + BUG,
    ],
)
def test_silent(flake8: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert flake8("a.py") == (0, [])


def test_what_freezelint_finds_flake8_reports_once_at_its_place(flake8: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("\ufeff" + BUG, encoding="utf-8")
    status, lines = flake8("a.py")
    assert (status, len(lines)) == (1, 1)
    assert lines[0].startswith(f"a.py:{FOUND}")
    assert flake8("a.py", "--ignore", "FRZ102") == (0, [])
    assert flake8("a.py", "--extend-ignore", "FRZ") == (0, [])
    assert places(flake8("a.py", "--select", "FRZ1")[1]) == ["a.py:7:1: FRZ102"]
    assert any("freezelint: " in line for line in flake8("--version")[1])


def test_flake8_decides_about_noqa(flake8: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG.replace("= False", "= False  # noqa: E501"))
    assert places(flake8("a.py")[1]) == ["a.py:7:1: FRZ102"]
    (tmp_path / "a.py").write_text(BUG.replace("= False", "= False  # noqa: FRZ102"))
    assert places(flake8("a.py", "--disable-noqa")[1]) == ["a.py:7:1: FRZ102"]


def test_standard_input(flake8: Any, tmp_path: Path) -> None:
    assert places(flake8("-", stdin=BUG)[1]) == ["stdin:7:1: FRZ102"]
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/freezelint.toml").write_text('ignore = ["FRZ102"]\n')
    named = ("-", "--stdin-display-name", "lib/a.py")
    assert flake8(*named, stdin=BUG) == (0, [])


def test_settings_are_those_nearest_to_the_file(flake8: Any, tmp_path: Path) -> None:
    for name in ("a.py", "legacy/a.py", "lib/a.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BUG)
    (tmp_path / "pyproject.toml").write_text('[tool.freezelint]\nextend-exclude = ["legacy"]\nkeras-version = "3"\n')
    (tmp_path / "lib/freezelint.toml").write_text('ignore = ["FRZ102"]\n')
    status, lines = flake8(".", "--jobs", "2")
    assert (status, places(lines)) == (1, ["./a.py:7:1: FRZ102"])
    assert "on Keras 2" not in lines[0]


def test_a_wrong_setting_is_said(flake8: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG)
    (tmp_path / "pyproject.toml").write_text("[tool.freezelint]\nselct = []\n")
    status, lines = flake8("a.py", "--jobs", "1")
    assert status == 1
    assert any('unknown key "selct"; did you mean "select"?' in line for line in lines)


def test_a_baseline_holds_here_too(flake8: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG)
    (tmp_path / "freezelint.toml").write_text('baseline = "b.json"\n')
    check = [sys.executable, "-m", "freezelint", "check", "--write-baseline", "b.json"]
    subprocess.run(check, cwd=tmp_path, check=True, capture_output=True)
    assert flake8("a.py") == (0, [])
    again = "".join(f"    {row}\n" if row else "\n" for row in BUG.split("\n")[2:-1])
    (tmp_path / "a.py").write_text(BUG + "\n\ndef train():\n" + again)
    assert places(flake8("a.py")[1]) == ["a.py:16:5: FRZ102"]


def test_parallel_jobs_report_what_one_reports(flake8: Any, tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"a{number}.py").write_text("\n" * number + BUG)
    one = flake8("--jobs", "1", "--select", "FRZ")
    assert places(one[1]) == [f"./a{number}.py:{number + 7}:1: FRZ102" for number in range(6)]
    assert flake8("--jobs", "3", "--select", "FRZ") == one


def test_a_finding_in_an_imported_file_is_not_put_on_a_line_of_this_one(flake8: Any, tmp_path: Path) -> None:
    """The freeze is in the helper, the training that it comes too late for is here."""
    start, end = BUG.split("base.trainable = False\n")
    (tmp_path / "helper.py").write_text("# a row\n# and another\ndef freeze(base):\n    base.trainable = False\n")
    (tmp_path / "a.py").write_text("from helper import freeze\n" + start + "freeze(base)\n" + end)
    command = [sys.executable, "-m", "freezelint", "check", "--output-format", "concise"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert places(done.stdout.splitlines()[:1]) == ["helper.py:4:5: FRZ102"]
    assert flake8(".", "--select", "FRZ") == (0, [])
