"""`freezelint plan`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freezelint.__main__ import main

SCRIPT = """\
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(x, y)
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["plan", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_such_script_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "missing.py")
    assert (status, out) == (2, "")
    assert "error: missing.py: cannot be read: No such file or directory" in err


def test_an_unknown_generation_exits_2(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "train.py").write_text(SCRIPT)
    status, _, err = run(capsys, "train.py", "--keras-version", "4")
    assert status == 2
    assert "keras-version" in err


def test_code_that_does_not_parse_exits_2(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "train.py").write_text("def f(:\n")
    status, out, _ = run(capsys, "train.py", "--keras-version", "3")
    assert status == 2
    assert "line 1 does not parse" in out


def test_a_script_without_training(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "plain.py").write_text("print(1)\n")
    status, out, _ = run(capsys, "plain.py", "--keras-version", "3")
    assert status == 0
    assert out.strip() == "plain.py makes no training call (fit, train_on_batch, apply_gradients)."


def test_the_table(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "train.py").write_text(SCRIPT)
    status, out, _ = run(capsys, "train.py", "--keras-version", "2")
    assert status == 0
    assert out == (
        "train.py:4: fit of model\n  trains   head\n  because  Keras 2 uses the flags of the compile at line 3\n"
    )


def test_json_of_a_notebook(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = SCRIPT.splitlines(keepends=True)
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": part}
             for part in (lines[:3], lines[3:])]  # fmt: skip
    (directory / "train.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    status, out, _ = run(capsys, "train.ipynb", "--keras-version", "3", "--output-format", "json")
    assert status == 0
    assert json.loads(out) == {
        "keras": "3",
        "notes": [],
        "calls": [
            {
                "index": 0, "repeats": False, "perhaps": False, "call": "fit",
                "filename": "train.ipynb", "cell": 2, "line": 1,
                "model": "model", "trains": ["head"], "still": [], "unknown": [],
                "why": ["Keras 3 uses the flags of its trace here"],
            }
        ],
    }  # fmt: skip
