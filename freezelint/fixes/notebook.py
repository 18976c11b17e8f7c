"""The sources of code cells inside the JSON of a notebook: found by position, replaced without touching the rest.

A notebook is never written out anew: outputs, metadata, key order, blanks and escapes stay byte for byte what they
were. Within a source, rows that did not change keep their escapes as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CellSource:
    """The text of one code cell, and the span of its JSON value; `items` are those of a list of rows."""

    text: str
    span: Span
    items: tuple[Span, ...] | None


def sources(text: str) -> dict[int, CellSource]:
    """The code cells of a notebook's JSON (formats 2 to 4) by number, from 1, as the analysis counts them."""
    top = dict(_members(text, _skip(text, 1 if text.startswith("\ufeff") else 0)))
    if "cells" in top:
        lists = [top["cells"]]
    else:
        sheets = [dict(_members(text, start)) for start, _ in _elements(text, top["worksheets"][0])]
        lists = [sheet["cells"] for sheet in sheets if "cells" in sheet]
    cells = [dict(_members(text, start)) for cell_list in lists for start, _ in _elements(text, cell_list[0])]
    code = [cell for cell in cells if "cell_type" in cell and _value(text, cell["cell_type"]) == "code"]
    found = {}
    for number, cell in enumerate(code, start=1):
        span = cell.get("source") or cell.get("input")
        if span is not None:
            found[number] = _source(text, span)
    return found


def replaced(text: str, new: Mapping[int, str]) -> str:
    """The JSON with other texts in some code cells."""
    cells = sources(text)
    plain = any(ord(character) > 127 for character in text)
    for number in sorted(new, key=lambda number: cells[number].span, reverse=True):
        cell = cells[number]
        start, end = cell.span
        text = text[:start] + _written(text, cell, new[number], ascii_only=not plain) + text[end:]
    return text


def _source(text: str, span: Span) -> CellSource:
    value = _value(text, span)
    if isinstance(value, str):
        return CellSource(value, span, None)
    return CellSource("".join(value), span, tuple(_elements(text, span[0])))


def _written(text: str, cell: CellSource, new: str, *, ascii_only: bool) -> str:
    """The JSON of a cell's new text: a string where it was one, else a list with the rows that stayed as they were."""
    if cell.items is None:
        return json.dumps(new, ensure_ascii=ascii_only)
    raw = [text[start:end] for start, end in cell.items]
    old = [json.loads(item, strict=False) for item in raw]
    rows = new.splitlines(keepends=True) if old == cell.text.splitlines(keepends=True) else [new]
    same = next((i for i, (a, b) in enumerate(zip(old, rows, strict=False)) if a != b), min(len(old), len(rows)))
    left = min(len(old), len(rows)) - same
    tail = next((i for i in range(left) if old[-1 - i] != rows[-1 - i]), left)
    middle = [json.dumps(row, ensure_ascii=ascii_only) for row in rows[same : len(rows) - tail]]
    items = raw[:same] + middle + raw[len(raw) - tail :]
    first, last = cell.items[0][0], cell.items[-1][1]
    between = text[cell.items[0][1] : cell.items[1][0]] if len(cell.items) > 1 else _between(text, cell)
    return text[cell.span[0] : first] + between.join(items) + text[last : cell.span[1]]


def _between(text: str, cell: CellSource) -> str:
    """What would stand between the items of a list that has one: a comma, and the blanks before the item."""
    assert cell.items is not None
    return "," + (text[cell.span[0] + 1 : cell.items[0][0]] or " ")


def _skip(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    assert match is not None
    return match.end()


def _value(text: str, span: Span) -> str | list[str]:
    value: str | list[str] = _DECODER.raw_decode(text, span[0])[0]
    return value


def _elements(text: str, position: int) -> Iterator[Span]:
    """The spans of the elements of the list that starts at a position."""
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _members(text: str, position: int) -> Iterator[tuple[str, Span]]:
    """The keys of the object that starts at a position, and the spans of their values."""
    position = _skip(text, position + 1)
    while text[position] != "}":
        key, end = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, end) + 1)
        _, end = _DECODER.raw_decode(text, position)
        yield key, (position, end)
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
