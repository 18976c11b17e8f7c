"""The text that source frames show: the file as it is on disk, a notebook cell with its magics."""

from __future__ import annotations

import json

from freezelint.sources import modules
from freezelint.sources.source import Source

Lines = dict[tuple[str, int | None], tuple[str, ...]]


def lines_of(source: Source, data: bytes | str) -> Lines:
    """The lines of a source, by file name and cell."""
    if source.kind == "notebook":
        analysed = {
            (source.filename, segment.cell): tuple(segment.text.split("\n"))
            for program in source.programs
            for segment in program.segments
        }
        return analysed | _cells(source.filename, data)
    if source.kind == "markdown":
        text = _text(data)
        return {(source.filename, None): tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))}
    segments = [segment for program in source.programs for segment in program.segments]
    return {(source.filename, None): tuple(segments[0].text.split("\n"))} if segments else {}


def lines_of_file(filename: str) -> Lines:
    """The lines of a module of the project, as it was read; nothing when it cannot be read."""
    file = modules.module(filename)
    return {(filename, None): tuple(file.segment.text.split("\n"))} if file and file.segment else {}


def _cells(filename: str, data: bytes | str) -> Lines:
    """The code cells of a notebook as written, nbformat 3 and 4; nothing when its JSON has another shape."""
    try:
        notebook = json.loads(_text(data))
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        texts = [cell["source"] if "source" in cell else cell["input"] for cell in code]
        return {
            (filename, number): tuple("".join(text).replace("\r\n", "\n").split("\n"))
            for number, text in enumerate(texts, start=1)
        }
    except (ValueError, KeyError, TypeError, IndexError):
        return {}


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode("utf-8-sig", errors="replace")
