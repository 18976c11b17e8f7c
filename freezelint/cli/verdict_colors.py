"""Colours for the table of `freezelint verify`: each row in that of its verdict."""

from __future__ import annotations

import re

import click

_ROWS = {"leak": "red", "drift": "red", "unmatched": "red", "idle": "yellow", "ok": "green"}
_CALLS = {"failed": "red", "nothing-moved": "yellow", "passed": "green"}
_ROW = re.compile(rf"^(\s*)({'|'.join(_ROWS)})(?= )", re.MULTILINE)
_CALL = re.compile(rf"(: )({'|'.join(_CALLS)})(?= |$)", re.MULTILINE)


def colored(table: str) -> str:
    """The table with its verdicts in colour; the words stay the same."""
    rows = _ROW.sub(lambda m: m[1] + click.style(m[2], fg=_ROWS[m[2]], bold=True), table)
    return _CALL.sub(lambda m: m[1] + click.style(m[2], fg=_CALLS[m[2]], bold=True), rows)
