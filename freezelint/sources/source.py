"""The text that is analysed, and the way back from it to file, cell and line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from freezelint.findings import Location


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of Python text: a whole file, one notebook code cell, or one fenced Markdown block.

    `text` uses "\\n" line endings only, has no BOM, and keeps every row of the original (lines that are not
    Python, such as IPython magics, are replaced by text of the same row count that parses).
    A position (row, column) in `text` is row + first_row - 1 and column + indent in the file or cell.
    `repaired` says that rows in Python 2 were rewritten: columns behind a rewritten place may be off in
    such a row. `cuts`, where known, are the numbers of rows before each of its parts (see `parts`).
    """

    text: str
    cell: int | None = None
    first_row: int = 1
    indent: int = 0
    repaired: bool = False
    cuts: tuple[int, ...] = ()

    def locate(self, row: int, column: int) -> Location:
        """Map a 1-based row and column of `text` to the file (Python, Markdown) or the cell (notebook)."""
        return Location(row + self.first_row - 1, column + self.indent)


@dataclass(frozen=True, slots=True)
class Program:
    """Segments that run in order in one namespace: a module, a notebook, a run of Markdown blocks."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file, ready to be analysed."""

    filename: str
    kind: Literal["python", "notebook", "markdown"]
    programs: tuple[Program, ...]


class UnreadableSource(Exception):
    """The file cannot be read or decoded, or is not a notebook at all: reported as FRZ903."""
