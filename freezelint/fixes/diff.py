"""What fixes would change, as a unified diff: a notebook cell by cell, every other file as a whole."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from freezelint.fixes import document


def diff(before: bytes, after: bytes, filename: str) -> str:
    """The difference of a file's bytes; "" when there is none. The cells of a notebook are named in the headings."""
    if before == after:
        return ""
    old, new = document.read(before, filename), document.read(after, filename)
    return "".join(
        "".join(_piece(old.pieces[cell], new.pieces[cell], filename if cell is None else f"{filename}:cell {cell}"))
        for cell in old.pieces
    )


def _piece(old: str, new: str, name: str) -> Iterator[str]:
    """A unified diff; a row without a line end says so, as diff and patch do."""
    for row in difflib.unified_diff(_rows(old), _rows(new), name, name):
        yield row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"


def _rows(text: str) -> list[str]:
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])
