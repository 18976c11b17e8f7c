"""Bodies that cannot matter are left out before libcst sees them: its tree costs ten times that of `ast`.

A function that nobody in the program names is analysed on its own. Where the gates would stop a file that held nothing
but this function and what it may call, its body becomes `pass`, with as many rows as before, so that every other place
keeps its row and column. Then nobody names what only this function named, and so on.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from freezelint.sources import definitions, gate_ast
from freezelint.sources.modules import ModuleFile
from freezelint.sources.nodes import first_row
from freezelint.sources.parts import Part, parts
from freezelint.sources.source import Program, Segment


def trim(program: Program, *, beside: Sequence[ModuleFile] = ()) -> tuple[Program, gate_ast.Look | None]:
    """The program without the bodies that cannot matter to a rule, and what the gate sees in what is left of it.

    As it is, and None, where `ast` cannot parse a segment. `beside` are the modules that it imports: what they do may
    be wrong beside anything here.
    """
    segments = [parts(segment.text) for segment in program.segments]
    if not all(segments):
        return program, None
    outline = definitions.Outline([part for segment in segments for part in segment])
    silent, left = outline.silent([module.look for module in beside])
    rows: dict[Part, list[str]] = {}
    for definition in silent:
        _empty(definition.node, rows.setdefault(definition.part, definition.part.text.split("\n")))
    kept = tuple(_with_rows(segment, own, rows) for segment, own in zip(program.segments, segments, strict=True))
    return Program(kept), left


def _with_rows(segment: Segment, own: tuple[Part, ...], rows: Mapping[Part, list[str]]) -> Segment:
    """The segment with other rows for some of its parts."""
    text = "\n".join("\n".join(rows[part]) if part in rows else part.text for part in own)
    return replace(segment, text=text, cuts=tuple(part.before for part in own))


def _empty(node: ast.FunctionDef | ast.AsyncFunctionDef, rows: list[str]) -> None:
    """The body becomes `pass`, except in a function of one row."""
    start = node.body[0]
    first, last = first_row(start), node.end_lineno or 0
    head = rows[first - 1][: start.col_offset]
    if first > node.lineno and not head.strip():
        rows[first - 1 : last] = [f"{head}pass", *[""] * (last - first)]
