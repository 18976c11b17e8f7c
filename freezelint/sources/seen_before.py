"""Looks at functions, remembered by their text where one file is analysed again and again: in an editor."""

from __future__ import annotations

import ast
from functools import lru_cache

from freezelint.sources import gate_ast
from freezelint.sources.gate_ast import Look
from freezelint.sources.nodes import first_row

#: How many looks are remembered.
MOST = 20_000

Key = tuple[str, int, int]
_kept: dict[Key, Look] | None = None


def keep_looks() -> None:
    """From now on remember them, in this process."""
    global _kept
    _kept = {} if _kept is None else _kept


def look(node: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> Look:
    """A look at the whole of a function that stands in `text`."""
    if _kept is None or "\r" in text:  # other ends of rows than those that are counted here
        return gate_ast.look(node, whole=True)
    own = "\n".join(_rows(text)[first_row(node) - 1 : node.end_lineno])
    key = own, node.col_offset, node.end_col_offset or 0
    known = _kept.get(key)
    if known is None:
        if len(_kept) >= MOST:
            _kept.clear()
        known = _kept[key] = gate_ast.look(node, whole=True)
    return known


@lru_cache(maxsize=8)
def _rows(text: str) -> list[str]:
    return text.split("\n")
