"""What the tests of the rules share: findings as lines of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint import Settings, check_source

PRELUDE = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
x, y = np.zeros((8, 4)), np.zeros((8, 1))
base = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.Dense(3, name="b")], name="base")
model = keras.Sequential([keras.Input((4,)), base, layers.Dense(1, name="head")])
"""
ROWS = PRELUDE.count("\n")

Say = Callable[..., list[str]]


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """`say(text, keras="auto", backend="auto")`: row, columns, severity, generation, message, related places.

    No project declares anything. The text starts with `base` (layers a, b) and `model` (base, head); rows count
    from there on.
    """

    def said(text: str, keras: str = "auto", backend: str = "auto") -> list[str]:
        settings = Settings.of(select=["ALL"], preview=True, keras_version=keras, backend=backend)
        lines = []
        for found in check_source(PRELUDE + text, str(tmp_path / "a.py"), settings):
            start, end = found.location, found.end_location
            place = f"{start.row - ROWS}:{start.column}-{end.column}"
            lines.append(f"{place} {found.code} {found.severity} {found.keras}: {found.message}")
            lines += [f"    {related.message}: {related.location.row - ROWS}" for related in found.related]
        return lines

    return said
