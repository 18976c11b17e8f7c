"""Jupyter notebooks, formats 2 to 4: the code cells in order are one program."""

from __future__ import annotations

import json
from typing import Any

from freezelint.sources import ipython, python2
from freezelint.sources.gate import parse
from freezelint.sources.python import normalise
from freezelint.sources.source import Program, Segment, Source, UnreadableSource


def read_notebook(data: bytes, filename: str) -> Source:
    """A notebook as one program with one segment per code cell, `cell` counting code cells from 1.

    A notebook of another language has no programs. Raises UnreadableSource where the bytes are not a
    notebook.
    """
    notebook = _load(data)
    cells = _code_cells(notebook)
    if not cells or not _is_python(notebook):
        return Source(filename, "notebook", ())
    segments = tuple(_segment(_text(cell, number), number) for number, cell in enumerate(cells, 1))
    return Source(filename, "notebook", (Program(segments),))


def _segment(text: str, number: int) -> Segment:
    text, indent = ipython.without_leading_indent(text)
    python = ipython.to_python(text)
    repaired = None if parse(python) is not None else python2.repair(python)
    changed = repaired is not None
    return Segment(python if repaired is None else repaired, cell=number, indent=indent, repaired=changed)


def _load(data: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(data)
    except json.JSONDecodeError as error:
        raise _not_a_notebook(f"{error.msg} in row {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise _not_a_notebook(f"cannot be decoded as {error.encoding}") from error
    except (ValueError, RecursionError) as error:
        raise _not_a_notebook(str(error)) from error
    if not isinstance(notebook, dict):
        raise _not_a_notebook("its JSON is not an object")
    return notebook


def _not_a_notebook(reason: str) -> UnreadableSource:
    return UnreadableSource(f"is not a notebook: {reason}")


def _code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """All code cells; format 4 holds them in `cells`, older formats in worksheets."""
    if "cells" in notebook:
        groups = [notebook["cells"]]
    elif isinstance(sheets := notebook.get("worksheets"), list):
        groups = [sheet.get("cells", []) if isinstance(sheet, dict) else None for sheet in sheets]
    else:
        raise _not_a_notebook("it has neither cells nor worksheets")
    found: list[dict[str, Any]] = []
    for cells in groups:
        if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
            raise _not_a_notebook("its cells are not a list of objects")
        found += [cell for cell in cells if cell.get("cell_type") == "code"]
    return found


def _text(cell: dict[str, Any], number: int) -> str:
    """The text of one cell; one of another language is blank, with its rows."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(row, str) for row in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise _not_a_notebook(f"code cell {number} has no text")
    try:
        text = normalise(source)
    except UnreadableSource as error:
        raise UnreadableSource(f"code cell {number} {error}") from error
    return text if _is_python_name(_cell_language(cell)) else "\n" * text.count("\n")


def _cell_language(cell: dict[str, Any]) -> object:
    """The language that format 3, or VS Code in its metadata, gives a single cell."""
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    return (editor.get("languageId") if isinstance(editor, dict) else None) or cell.get("language")


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return True
    kernel, info = metadata.get("kernelspec"), metadata.get("language_info")
    language = kernel.get("language") if isinstance(kernel, dict) else None
    if not language and isinstance(info, dict):
        language = info.get("name")
    return _is_python_name(language)


def _is_python_name(language: object) -> bool:
    """Whether a language is Python; one that is not given is."""
    return not isinstance(language, str) or not language or "python" in language.lower()
