"""Fixes over several files, and what is on disk when something goes wrong on the way."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from freezelint import Settings
from freezelint.fixes import run
from freezelint.fixes.run import fix_paths

UNSAFE = Settings.of(keras_version="3", unsafe_fixes=True)
SCRIPT = """\
from tensorflow import keras
base = keras.Sequential([keras.layers.Dense(1)])
base.trainble = False
"""
FIXED = SCRIPT.replace("trainble", "trainable")
MAIN = """\
from tensorflow.keras import Input, Sequential
from tensorflow.keras.layers import Dense

from trainer import run

base = Dense(2, name="base")
base.trainable = False
model = Sequential([Input((3,)), base, Dense(1)])
run(model, base)
"""
TRAINER = """\
def run(model, base):
    model.compile("sgd", "mse")
    model.fit(x, y)
    base.trainable = True
    model.fit(x, y)
"""
#: Writes two long texts in turn, until it is killed.
WRITER = """\
import sys
from freezelint.atomic import write_bytes
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        write_bytes(sys.argv[1], letter * 3_000_000)
"""


def test_files_are_written_and_what_is_left_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    (tmp_path / "b.py").write_text(SCRIPT.replace("base.trainble = False", "base.layers.trainable(0)"))
    outcome = fix_paths([tmp_path], UNSAFE)
    assert (tmp_path / "a.py").read_text() == FIXED
    assert dict(outcome.codes) == {"FRZ601": 1}
    assert outcome.changed == {str(tmp_path / "a.py"): (SCRIPT.encode(), FIXED.encode())}
    assert not outcome.result.errors
    assert fix_paths([tmp_path], UNSAFE).changed == {}


def test_without_writing_nothing_changes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    outcome = fix_paths([tmp_path], UNSAFE, write=False)
    assert [after for _, after in outcome.changed.values()] == [FIXED.encode()]
    assert (tmp_path / "a.py").read_text() == SCRIPT


def test_unsafe_fixes_are_a_setting(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    assert fix_paths([tmp_path], Settings()).changed == {}


def test_another_file_is_fixed_only_when_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "trainer.py").write_text(TRAINER)
    outcome = fix_paths([tmp_path / "main.py"], UNSAFE)
    assert [(Path(f.filename).name, f.code) for f in outcome.result.findings] == [("trainer.py", "FRZ102")]
    assert outcome.result.findings[0].fix is not None
    assert not outcome.changed
    outcome = fix_paths([tmp_path], UNSAFE)
    wanted = TRAINER.replace("= True\n", '= True\n    model.compile("sgd", "mse")\n')
    assert (tmp_path / "trainer.py").read_text() == wanted
    assert (tmp_path / "main.py").read_text() == MAIN
    assert not outcome.result.findings


def test_mode_and_link_stay(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    (tmp_path / "a.py").chmod(0o750)
    (tmp_path / "link.py").symlink_to("a.py")
    fix_paths([tmp_path / "link.py"], UNSAFE)
    assert (tmp_path / "a.py").read_text() == FIXED
    assert (tmp_path / "link.py").is_symlink()
    assert stat.S_IMODE((tmp_path / "a.py").stat().st_mode) == 0o750


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)

    def full(path: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run, "write_bytes", full)
    outcome = fix_paths([tmp_path], UNSAFE)
    assert outcome.result.errors == (f"{tmp_path / 'a.py'}: its fixes cannot be written: No space left on device",)
    assert outcome.result.exit_status == 2
    assert not outcome.codes


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on this system")
def test_a_kill_in_the_middle_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"a" * 3_000_000)
    for _ in range(20):
        command = [sys.executable, "-c", WRITER, str(target)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(random.uniform(0, 0.03))
            os.kill(process.pid, signal.SIGKILL)
        data = target.read_bytes()
        assert len(data) == 3_000_000
        assert data.strip(data[:1]) == b""
