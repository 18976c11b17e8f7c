"""A source frame: numbered lines, and carets under a span, aligned on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from freezelint.findings import Location
from freezelint.reports.place import paint

TAB = 4
WIDEST = 160


def _cell(character: str, at: int) -> str:
    """One character as it is shown at display column `at`: tabs become spaces, control characters visible."""
    if character == "\t":
        return " " * (TAB - at % TAB)
    if ord(character) < 32 or ord(character) == 127:
        return "␡" if ord(character) == 127 else chr(0x2400 + ord(character))
    return character


def _width(shown: str) -> int:
    if len(shown) != 1:
        return len(shown)
    if unicodedata.combining(shown) or unicodedata.category(shown) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(shown) in ("W", "F") else 1


def layout(line: str) -> tuple[str, list[int]]:
    """A line as it is shown, and the display column of each of its characters and of its end."""
    shown, columns, at = [], [0], 0
    for character in line:
        text = _cell(character, at)
        at += _width(text)
        shown.append(text)
        columns.append(at)
    return "".join(shown), columns


def _cut(text: str, first: int) -> tuple[str, int]:
    """Shorten a line that no terminal shows: a window from shortly before `first`, and how far it moved."""
    if len(text) <= WIDEST:
        return text, 0
    start = 0 if first < WIDEST - 40 else first - 40
    end = start + WIDEST
    return ("…" if start else "") + text[start + bool(start) : end] + ("…" if end < len(text) else ""), start


def frame(
    lines: Sequence[str],
    start: Location,
    end: Location | None,
    *,
    context: int,
    gutter: int,
    color: bool,
    style: str = "red",
) -> list[str]:
    """The rows around `start`, with carets under the span up to `end`, or to the end of the line.

    `end` None marks nothing. An empty list when the place lies outside the text.
    """
    if not 1 <= start.row <= len(lines):
        return []
    bar = paint("|", "blue", color=color)
    margin = f"{' ' * gutter} {bar}"
    rows = [margin]
    first, last = max(1, start.row - context), min(len(lines), start.row + context)
    while first < start.row and not lines[first - 1].strip():
        first += 1
    while last > start.row and not lines[last - 1].strip():
        last -= 1
    for row in range(first, last + 1):
        text, columns = layout(lines[row - 1])
        at = columns[min(start.column - 1, len(columns) - 1)] if row == start.row else 0
        shown, moved = _cut(text, at)
        number = paint(f"{row:>{gutter}}", "blue", color=color)
        rows.append(f"{number} {bar} {shown}".rstrip())
        if row == start.row and end is not None:
            stop = columns[min(end.column - 1, len(columns) - 1)] if end.row == row else columns[-1]
            carets = "^" * max(1, min(stop, moved + WIDEST) - at)
            rows.append(f"{margin} {' ' * (at - moved)}{paint(carets, style, color=color)}")
    return [*rows, margin]
