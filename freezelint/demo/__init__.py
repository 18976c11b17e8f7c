"""The script that `freezelint demo` lints, verifies and repairs."""

from __future__ import annotations

from pathlib import Path

SCRIPT = Path(__file__).with_name("fine_tune.py")

# What the demo changes: the model is compiled again after the freeze, so that both generations read the
# flags.
BEFORE = "backbone.trainable = False\n"
AFTER = 'backbone.trainable = False\nmodel.compile(optimizer="adam", loss="mse")\n'


def fixed(source: str) -> str:
    """The script's text with the freeze bug repaired.

    Raises:
        ValueError: the text does not have the bug exactly once.
    """
    if source.count(BEFORE) != 1:
        raise ValueError("the demo script no longer holds the freeze bug that the demo repairs")
    return source.replace(BEFORE, AFTER)
