"""The server in a real editor: Neovim without a window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

BUG = """\
import keras
base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pygls") is None, reason="pygls is not installed: pip install 'freezelint[lsp]'"),
    pytest.mark.skipif(shutil.which("nvim") is None, reason="nvim is not installed: apt-get install neovim"),
]


def test_neovim_shows_a_finding_and_applies_a_quick_fix(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BUG)
    report = tmp_path / "report.json"
    script = Path(__file__).with_name("neovim.lua")
    environment = os.environ | {"FREEZELINT": f"{sys.executable} -m freezelint server", "REPORT": str(report)}
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "train.py", "-S", str(script)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert report.exists(), done.stderr
    assert json.loads(report.read_text()) == [
        [[5, 0, "FRZ102", "freezelint", "ERROR"]],
        [[7, 0, "FRZ102", "freezelint", "ERROR"]],
        "Ignore FRZ102 here with a comment",
        [],
        "base.trainable = False  # freezelint: ignore[FRZ102]",
    ]
