"""Notebooks of every format: code cells in order, one program, rows within the cell."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from freezelint.findings import Location
from freezelint.sources.notebook import read_notebook
from freezelint.sources.source import Program, Segment, Source, UnreadableSource


def code(source: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def read(cells: list[Any], **metadata: Any) -> Source:
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}
    return read_notebook(json.dumps(notebook).encode(), "a.ipynb")


def notebook(*segments: Segment) -> Source:
    return Source("a.ipynb", "notebook", (Program(segments),))


UNREADABLE = [
    (b"", "is not a notebook: Expecting value in row 1, column 1"),
    (b'{"cells": [', "is not a notebook: Expecting value in row 1, column 12"),
    (b"[]", "is not a notebook: its JSON is not an object"),
    (b"{}", "is not a notebook: it has neither cells nor worksheets"),
    (b'{"cells": {}}', "is not a notebook: its cells are not a list of objects"),
    (b'{"cells": ["x"]}', "is not a notebook: its cells are not a list of objects"),
    (b'{"worksheets": [3]}', "is not a notebook: its cells are not a list of objects"),
    (
        b'{"cells": [{"cell_type": "code", "source": ""}, {"cell_type": "code", "source": 3}]}',
        "is not a notebook: code cell 2 has no text",
    ),
    (b'{"cells": "\xff"}', "is not a notebook: cannot be decoded as utf-8"),
]


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_unreadable(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_notebook(data, "a.ipynb")
    assert str(caught.value) == message


def test_deeply_nested_json_is_unreadable() -> None:
    with pytest.raises(UnreadableSource, match="is not a notebook"):
        read_notebook(b"[" * 200_000, "a.ipynb")


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "R"}},
        {"kernelspec": {"name": "ir"}, "language_info": {"name": "R"}},
        {"language_info": {"name": "julia"}},
    ],
)
def test_other_languages_have_no_program(metadata: dict[str, Any]) -> None:
    assert read([code("x = 1")], **metadata) == Source("a.ipynb", "notebook", ())


def test_notebook_without_code_has_no_program() -> None:
    assert read([{"cell_type": "markdown", "source": "x"}]) == Source("a.ipynb", "notebook", ())


def test_code_cells_are_one_program() -> None:
    source = read(
        [
            {"cell_type": "markdown", "source": "# Title"},
            code(["import keras\n", "%matplotlib inline\n"]),
            {"cell_type": "raw", "source": "x"},
            code("a = 1\r\nb = 2"),
            code([]),
            code("%%bash\nls"),
            code("print 'x'\nx = = 1"),
            code("print 'x'\nb = 1"),
            {**code("SELECT 1\nFROM x"), "metadata": {"vscode": {"languageId": "sql"}}},
        ],
        kernelspec={"language": "python", "name": "python3"},
    )
    assert source == notebook(
        Segment("import keras\npass\n", cell=1),
        Segment("a = 1\nb = 2", cell=2),
        Segment("", cell=3),
        Segment("\n", cell=4),
        Segment("print 'x'\nx = = 1", cell=5),
        Segment("print('x')\nb = 1", cell=6, repaired=True),
        Segment("\n", cell=7),
    )
    assert source.programs[0].segments[1].locate(2, 1) == Location(2, 1)


def test_format_3_holds_cells_in_worksheets() -> None:
    cells = [
        [{"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"]}],
        [{"cell_type": "code", "input": "!ls"}],
    ]
    data = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": sheet} for sheet in cells]}
    expected = notebook(Segment("a = 1\nb = 2", cell=1), Segment("pass", cell=2))
    assert read_notebook(json.dumps(data).encode(), "a.ipynb") == expected


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_notebooks_that_nbformat_writes(version: int, encoding: str) -> None:
    new = nbformat.v4.new_notebook()
    new.cells = [
        nbformat.v4.new_code_cell("é = 1\nmodel.trainable = False"),
        nbformat.v4.new_markdown_cell("x"),
    ]
    text = nbformat.writes(new, version=version)
    expected = notebook(Segment("é = 1\nmodel.trainable = False", cell=1))
    assert read_notebook(text.encode(encoding), "a.ipynb") == expected


def test_leading_blanks_of_a_cell_are_removed_and_counted() -> None:
    whole = read([code("  x = 1\n\n  y = 2"), code("x = 1\n  y = 2")])
    assert whole == notebook(Segment("x = 1\n\ny = 2", cell=1, indent=2), Segment("x = 1\n  y = 2", cell=2))
    assert whole.programs[0].segments[0].locate(3, 1) == Location(3, 3)
