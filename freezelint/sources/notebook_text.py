"""Where the text of a notebook's cells stands in its file: rows and columns of the JSON, as it is on disk."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from freezelint.findings import Location

# What a JSON text is made of, as far as places go. A string is one match, however long its image is.
_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"|[{}\[\],:]')
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_LINE_END = re.compile(r"\r\n|\r|\n")
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NotebookText:
    """The JSON of a notebook, and for every code cell the strings that its text consists of.

    `chunks` maps the number of a code cell, from 1, to the offsets in `text` between the quotes of each string.
    """

    text: str
    chunks: dict[int, tuple[tuple[int, int], ...]]
    line_starts: tuple[int, ...]

    def locate(self, cell: int, location: Location) -> Location | None:
        """The row and column in the file of a row and column in a cell; columns count characters.

        A column behind the end of its row is the end of that row. None for a cell or row that is not there.
        """
        offset = self._offset(cell, location)
        if offset is None:
            return None
        row = bisect_right(self.line_starts, offset)
        return Location(row, offset - self.line_starts[row - 1] + 1)

    def line(self, row: int) -> str:
        """One row of the file without its line end, "" for a row that is not there."""
        if not 1 <= row <= len(self.line_starts):
            return ""
        end = self.line_starts[row] if row < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[row - 1] : end].rstrip("\r\n")

    def _offset(self, cell: int, location: Location) -> int | None:
        row, column = 1, 1
        for offset, character in self._characters(cell):
            if row == location.row and (column == location.column or character in "\n\r"):
                return offset
            if character == "\n":
                row, column = row + 1, 1
            elif character != "\r":
                column += 1
        chunks = self.chunks.get(cell)
        return chunks[-1][1] if chunks and row == location.row else None  # behind the last character

    def _characters(self, cell: int) -> Iterator[tuple[int, str]]:
        """The characters of a cell as `sources.python.normalise` leaves them, each with where it is written.

        Of "\\r\\n" the "\\r" comes as such, so that it ends a row and takes no column; a lone "\\r" is a "\\n".
        """
        raw = [item for start, end in self.chunks.get(cell, ()) for item in _decoded(self.text, start, end)]
        if raw and raw[0][1] == "\ufeff":
            del raw[0]
        for number, (offset, character) in enumerate(raw):
            alone = character == "\r" and (number + 1 == len(raw) or raw[number + 1][1] != "\n")
            yield offset, "\n" if alone else character


def read_notebook_text(data: bytes | str) -> NotebookText:
    """Find the cells in the bytes, or the text, of a notebook. ValueError when the bytes are no text."""
    text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
    starts = (0, *(match.end() for match in _LINE_END.finditer(text)))
    return NotebookText(text, _chunks(text), starts)


def escape(text: str) -> str:
    """Text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _decoded(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The characters of one JSON string, each with the offset at which it is written."""
    position = start
    while position < end:
        if text[position] != "\\":
            yield position, text[position]
            position += 1
        elif match := _ESCAPE.match(text, position, end):
            yield position, json.loads(f'"{match[0]}"')
            position = match.end()
        else:
            raise ValueError(f"broken escape at offset {position}")


def _chunks(text: str) -> dict[int, tuple[tuple[int, int], ...]]:
    """The strings of the code cells. What `cells` holds counts, where there is none the cells of the worksheets."""
    kinds: dict[_Path, str] = {}
    strings: dict[_Path, list[tuple[int, int]]] = {}
    for path, start, end in _strings(text):
        cell = path[:2] if path[0] == "cells" else path[:4]
        key = path[len(cell)] if len(path) > len(cell) else None
        if key == "cell_type" and len(path) == len(cell) + 1:
            kinds[cell] = text[start:end]
        elif key in ("source", "input"):
            strings.setdefault((*cell, key), []).append((start, end))
    new = any(path[0] == "cells" for path in kinds)
    code = [cell for cell, kind in kinds.items() if kind == "code" and (cell[0] == "cells") == new]
    return {
        number: tuple(strings.get((*cell, "source"), strings.get((*cell, "input"), ())))
        for number, cell in enumerate(sorted(code, key=_numbers), start=1)
    }


def _numbers(path: _Path) -> tuple[int, ...]:
    return tuple(part for part in path if isinstance(part, int))


def _strings(text: str) -> Iterator[tuple[_Path, int, int]]:
    """All strings below a cell, no deeper than a list of the cell: the path to each, and its offsets."""
    path: list[str | int] = []
    named = True  # whether the next string of an object is a key
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            path.append("" if token == "{" else 0)
            named = token == "{"
        elif token in "}]":
            del path[-1:]
        elif token == ",":
            if path and isinstance(path[-1], int):
                path[-1] += 1
            named = bool(path) and isinstance(path[-1], str)
        elif token == ":":
            named = False
        elif named and path and isinstance(path[-1], str):
            path[-1] = match[1]
        elif _in_cell(path):
            yield tuple(path), match.start(1), match.end(1)


def _in_cell(path: list[str | int]) -> bool:
    if path[:1] == ["cells"]:
        return 3 <= len(path) <= 4
    return path[:1] == ["worksheets"] and path[2:3] == ["cells"] and 5 <= len(path) <= 6
