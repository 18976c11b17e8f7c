"""freezelint/cli/verdict_colors.py: verdicts in colour, the same words."""

from __future__ import annotations

import click

from freezelint.cli.verdict_colors import colored

TABLE = """a.py:27: fit of model: failed (1 leak; 2 of 3 variables moved)
  verdict  variable      flag       cause
  leak     ok/kernel     frozen
  ok       failed/bias   trainable  : passed
  idle     head/bias     trainable  gradient zero
"""


def test_verdicts_have_colours_and_nothing_else_changes() -> None:
    painted = colored(TABLE)
    assert click.unstyle(painted) == TABLE
    assert "of model: \033[31m\033[1mfailed\033[0m (1 leak" in painted
    assert "\n  \033[31m\033[1mleak\033[0m     ok/kernel" in painted
    assert "\n  \033[32m\033[1mok\033[0m       failed/bias" in painted
    assert "\n  \033[33m\033[1midle\033[0m     head/bias" in painted
    assert "\n  verdict  variable" in painted
