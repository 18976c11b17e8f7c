"""The context of a finding: its statement without layout and comments, and the function that the statement is in.

Lines that come or go above it, another indentation, blanks, line breaks and comments leave a context as it is. The text
need not parse: rows are read by the lexer that reads cells with magics.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from freezelint.sources.rows import Scanner

_SCOPE = re.compile(r"\s*(?:async\s+def|def|class)\s+(\w+)")
_FENCE = re.compile(r"[ \t>*+-]*(?:`{3,}|~{3,})")
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class _Line:
    """One logical line: its first row, how far it is indented, its code without layout, and what it defines."""

    row: int
    indent: int
    code: str
    scope: str


class Contexts:
    """The contexts of one text: the rows of a Python file, of one cell of a notebook, or of a page of Markdown."""

    def __init__(self, rows: Sequence[str], *, markdown: bool = False) -> None:
        self._rows = rows
        self._markdown = markdown
        self._blocks: dict[int, tuple[_Line, ...]] = {}

    def of(self, row: int) -> str:
        """The context at a 1-based row, 16 hexadecimal digits; that of no code where there is no such row."""
        start = self._fence(row) if self._markdown else 0
        if start not in self._blocks:
            self._blocks[start] = _logical_lines(self._rows, start)
        lines = self._blocks[start]
        at = bisect_right([line.row for line in lines], row) - 1
        parts = (_scope(lines, at), lines[at].code) if at >= 0 else ("", "")
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    def _fence(self, row: int) -> int:
        """The row of the fence above, after which a block of Markdown starts."""
        for number in range(min(row, len(self._rows)), 0, -1):
            if number < row and _FENCE.match(self._rows[number - 1]):
                return number
        return 0


def _logical_lines(rows: Sequence[str], start: int) -> tuple[_Line, ...]:
    """The logical lines behind a row."""
    scanner = Scanner(flat=False)
    lines: list[_Line] = []
    first, code = start + 1, ""
    for number, row in enumerate(rows[start:], start=start + 1):
        if scanner.at_start and number > start + 1:
            lines.append(_line(rows, first, code))
            first, code = number, ""
        code = _joined(code, row, scanner.feed(row))
    if len(rows) > start:
        lines.append(_line(rows, first, code))
    return tuple(lines)


def _line(rows: Sequence[str], row: int, code: str) -> _Line:
    text = rows[row - 1].expandtabs()
    scope = _SCOPE.match(text)
    return _Line(row, len(text) - len(text.lstrip()), code, scope[1] if scope else "")


def _joined(code: str, row: str, masked: str) -> str:
    """The code so far and that of one more row: no blanks, comments and backslashes outside of strings.

    Parentheses, and a comma before a closing bracket, are left out too: formatters add them when they break a line.
    """
    for character, mask in zip(row, masked, strict=True):
        if mask == "#" or mask.isspace():
            continue
        if mask in ")]}":
            code = code.removesuffix(",")
        if mask not in "()":
            code += character
    return code


def _scope(lines: Sequence[_Line], at: int) -> str:
    """The function or method that a logical line is in: `build`, `Trainer.run`; "" at the top."""
    names: list[str] = []
    indent = lines[at].indent
    for line in reversed(lines[:at]):
        if line.code and line.indent < indent:
            indent = line.indent
            names += [line.scope] if line.scope else []
    return ".".join(reversed(names))
