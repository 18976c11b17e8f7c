"""Bodies that cannot matter are left out before libcst sees them: its tree costs ten times that of `ast`.

A function that nobody in the program names is analysed on its own. Where the gates would stop a file that held nothing
but this function and what it may call, its body becomes `pass`, with as many rows as before, so that every other place
keeps its row and column. Then nobody names what only this function named, and so on.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from freezelint.sources import definitions, gate_ast
from freezelint.sources.gate import parse
from freezelint.sources.modules import ModuleFile
from freezelint.sources.nodes import first_row
from freezelint.sources.source import Program


def trim(program: Program, *, beside: Sequence[ModuleFile] = ()) -> tuple[Program, gate_ast.Look | None]:
    """The program without the bodies that cannot matter to a rule, and what the gate sees in what is left of it.

    As it is, and None, where `ast` cannot parse a segment. `beside` are the modules that it imports: what they do may
    be wrong beside anything here.
    """
    texts = [segment.text for segment in program.segments]
    trees = [tree for tree in map(parse, texts) if tree is not None]
    if len(trees) < len(texts):
        return program, None
    outline = definitions.Outline(texts, trees)
    silent, left = outline.silent([module.look for module in beside])
    rows = [text.split("\n") for text in texts]
    for definition in silent:
        _empty(definition.node, rows[definition.segment])
    segments = zip(program.segments, rows, map(cuts, trees), strict=True)
    kept = tuple(replace(segment, text="\n".join(lines), cuts=where) for segment, lines, where in segments)
    return Program(kept), left


def cuts(tree: ast.Module | None) -> tuple[int, ...]:
    """How many rows lie before each statement of the top level, with its decorators; those of one row are one."""
    found = [0]
    last = 0
    for number, statement in enumerate(tree.body if tree else ()):
        first = first_row(statement)
        if number and first > last:
            found.append(last)
        last = statement.end_lineno or first
    return tuple(found) if tree else ()


def _empty(node: ast.FunctionDef | ast.AsyncFunctionDef, rows: list[str]) -> None:
    """The body becomes `pass`, except in a function of one row."""
    start = node.body[0]
    first, last = first_row(start), node.end_lineno or 0
    head = rows[first - 1][: start.col_offset]
    if first > node.lineno and not head.strip():
        rows[first - 1 : last] = [f"{head}pass", *[""] * (last - first)]
