"""Edits on a text whose line ends stay as they are: each row keeps its own, new rows get that of their neighbour."""

from __future__ import annotations

import re
from collections.abc import Iterable

from freezelint.findings import Edit, Location

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Text:
    """A text with any line ends, and the places of its rows; rows and columns are those of the analysis."""

    def __init__(self, text: str) -> None:
        self.text = text
        body = 1 if text.startswith("\ufeff") else 0
        self.rows: list[str] = []
        self._starts: list[int] = []
        while True:
            match = _ROW.match(text, body)
            assert match is not None
            self.rows.append(match[0].rstrip("\r\n"))
            self._starts.append(body)
            if match.end() == len(text) and not match[0].endswith(("\r", "\n")):
                break
            body = match.end()

    def offset(self, location: Location) -> int:
        """The index of a location in the text. ValueError when it lies outside."""
        if not 1 <= location.row <= len(self.rows) or not 1 <= location.column <= len(self.rows[location.row - 1]) + 1:
            raise ValueError(f"row {location.row}, column {location.column} lies outside of the text")
        return self._starts[location.row - 1] + location.column - 1

    def newline(self, row: int) -> str:
        """How a row ends; the last one, which has no end, as the one before it."""
        for number in (row, row - 1, 1):
            if 1 <= number < len(self.rows):
                end = self._starts[number - 1] + len(self.rows[number - 1])
                return self.text[end : self._starts[number]]
        return "\n"

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text after all edits, which must not overlap."""
        text = self.text
        for edit in sorted(edits, key=lambda edit: (edit.location, edit.end_location), reverse=True):
            content = edit.content
            if "\n" in content:
                content = content.replace("\n", self.newline(edit.location.row))
            text = text[: self.offset(edit.location)] + content + text[self.offset(edit.end_location) :]
        return text
