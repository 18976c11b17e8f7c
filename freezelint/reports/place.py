"""Places and colours as the text formats write them."""

from __future__ import annotations

from freezelint.findings import Location

_CODES = {"red": "1;31", "yellow": "1;33", "blue": "1;34", "cyan": "1;36", "bold": "1"}


def place(filename: str, cell: int | None, location: Location) -> str:
    """`train.py:12:5`, in a notebook `train.ipynb:cell 3:12:5`."""
    middle = f":cell {cell}" if cell is not None else ""
    return f"{filename}{middle}:{location.row}:{location.column}"


def paint(text: str, style: str, *, color: bool) -> str:
    """Wrap text in a terminal colour when `color` is on."""
    return f"\033[{_CODES[style]}m{text}\033[0m" if color and text else text


def in_cell(cell: int | None, location: Location) -> str:
    """` (cell 3, line 12)`, for what counts the lines of a notebook's file; "" outside of notebooks."""
    return f" (cell {cell}, line {location.row})" if cell is not None else ""
