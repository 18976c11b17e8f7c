"""Pieces of the tree as text, made only when somebody reads them: writing a node out is slow."""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

_EMPTY = cst.Module(body=[])
_LONGEST = 60


def parse_module(text: str) -> cst.Module:
    """`cst.parse_module`, without what every node checks about itself when it is made: a parser makes valid ones.

    That check is there for trees that programs put together, and is a seventh of the time.
    """
    cst.CSTNode.__post_init__ = _unchecked  # type: ignore[method-assign,assignment]
    try:
        return cst.parse_module(text)
    finally:
        cst.CSTNode.__post_init__ = _CHECKED  # type: ignore[method-assign]


_CHECKED = cst.CSTNode.__post_init__


def _unchecked(node: cst.CSTNode) -> None:
    pass


@lru_cache(maxsize=2048)
def code_of(node: cst.CSTNode) -> str:
    """The source of a node as it stands."""
    return _EMPTY.code_for_node(node)


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` of names and attributes; "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return ""


def text_of(node: cst.CSTNode) -> str:
    """The source of a node on one line, shortened."""
    text = " ".join(code_of(node).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "…"
