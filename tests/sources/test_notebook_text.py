"""Where the text of a cell stands in the file: any formatting of the JSON, any escape, both formats."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freezelint.findings import Location
from freezelint.sources.notebook_text import NotebookText, escape, read_notebook_text


def notebook(*sources: Any) -> dict[str, Any]:
    cells = [{"cell_type": "code", "metadata": {"source": ["no"]}, "outputs": [], "source": one} for one in sources]
    markdown = {"cell_type": "markdown", "metadata": {}, "source": ["base.trainable"]}
    return {"cells": [markdown, *cells], "metadata": {"cell_type": "code"}, "nbformat": 4, "nbformat_minor": 5}


def places(data: Any, **format: Any) -> NotebookText:
    return read_notebook_text(json.dumps(data, **format).encode())


def here(text: NotebookText, cell: int, row: int, column: int) -> str | None:
    """What stands in the file from a place on to the end of its row."""
    found = text.locate(cell, Location(row, column))
    return None if found is None else text.line(found.row)[found.column - 1 :]


ROWS = ["import keras\n", "\n", "\tbase.trainable = False"]


def test_nothing_there() -> None:
    empty = places(notebook([]), indent=1)
    assert empty.locate(1, Location(1, 1)) is None
    assert empty.locate(2, Location(1, 1)) is None
    assert places({}).chunks == {}
    assert places([]).chunks == {}
    assert places(notebook(ROWS)).locate(1, Location(4, 1)) is None
    assert places(notebook(ROWS)).locate(2, Location(1, 1)) is None
    assert places(notebook(ROWS)).line(7) == ""


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'{"cells": [{"cell_type": "code", "source": "\xff"}]}'])
def test_what_is_not_text_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="decode"):
        read_notebook_text(data)


def test_one_string_a_row_as_jupyter_writes() -> None:
    text = places(notebook(["x = 1\n"], ROWS), indent=1)
    assert text.locate(1, Location(1, 1)) == Location(19, 6)
    assert here(text, 2, 1, 1) == 'import keras\\n",'
    assert here(text, 2, 2, 1) == '\\n",'
    assert here(text, 2, 3, 2) == 'base.trainable = False"'
    assert here(text, 2, 3, 24) == '"'


@pytest.mark.parametrize("format", [{}, {"separators": (",", ":")}, {"indent": 4}, {"indent": "\t", "sort_keys": True}])
@pytest.mark.parametrize("source", [ROWS, "".join(ROWS)])
def test_any_formatting(format: dict[str, Any], source: Any) -> None:
    text = places(notebook("a\nb", source), **format)
    assert (here(text, 2, 3, 2) or "").startswith('base.trainable = False"')
    assert (here(text, 1, 2, 1) or "").startswith('b"')
    if "indent" not in format:
        assert text.locate(2, Location(3, 2)).row == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("ascii_only", [True, False])
def test_characters_that_json_escapes(ascii_only: bool) -> None:
    text = places(notebook(['s = "\\n" + "\u00fc\U0001f600"; base.trainable = 1']), ensure_ascii=ascii_only)
    assert (here(text, 1, 1, 18) or "").startswith("base.trainable")
    assert (here(text, 1, 1, 14) or "").startswith("\\ud83d\\ude00" if ascii_only else "\U0001f600")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_of_json(encoding: str) -> None:
    text = read_notebook_text(
        json.dumps(notebook(["\u00fc = 1\n", "b"]), indent=1, ensure_ascii=False).encode(encoding)
    )
    assert here(text, 1, 1, 3) == '= 1\\n",'
    assert text.line(1) == "{"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_the_file(end: str) -> None:
    text = read_notebook_text(json.dumps(notebook(ROWS), indent=1).replace("\n", end).encode())
    assert text.locate(1, Location(1, 1)) == Location(19, 6)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_within_a_cell(end: str) -> None:
    text = places(notebook(f"a = 1{end}b = 2"))
    assert (here(text, 1, 2, 1) or "").startswith("b = 2")
    assert (here(text, 1, 1, 9) or "").startswith("\\r")
    assert (here(places(notebook(["a\r", "\nb"])), 1, 2, 1) or "").startswith('b"')


def test_the_end_of_a_row_and_of_a_cell() -> None:
    text = places(notebook(["a\n", "b\n"]), indent=1)
    assert here(text, 1, 1, 99) == '\\n",'
    assert here(text, 1, 3, 1) == '"'
    assert here(places(notebook(""), indent=1), 1, 1, 1) == '"'


def test_a_byte_order_mark_in_a_cell_is_no_column() -> None:
    assert (here(places(notebook("\ufeffa = 1")), 1, 1, 1) or "").startswith("a = 1")


def test_format_3() -> None:
    cells = [{"cell_type": "code", "input": ["a\n", "b"], "outputs": [{"text": ["cell_type"]}]}]
    sheets = {"worksheets": [{"cells": cells}, {"cells": [{"cell_type": "heading", "source": "x"}, *cells]}]}
    text = places(sheets, indent=1)
    assert here(text, 1, 2, 1) == 'b"'
    assert here(text, 2, 1, 1) == 'a\\n",'
    assert len(text.chunks) == 2


@given(st.lists(st.text(), max_size=5), st.booleans())
def test_every_character_of_every_text_is_found(rows: list[str], ascii_only: bool) -> None:
    text = places(notebook(rows, "".join(rows)), ensure_ascii=ascii_only, indent=1)
    lines = "".join(rows).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for cell in (1, 2):
        for number, line in enumerate(lines, start=1):
            for column, character in enumerate(line, start=1):
                found = here(text, cell, number, column) or ""
                assert found.startswith((json.dumps(character)[1:-1], escape(character)))
