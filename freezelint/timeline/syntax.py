"""Pieces of the tree as text, made only when somebody reads them: writing a node out is slow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

_EMPTY = cst.Module(body=[])
_LONGEST = 60


@lru_cache(maxsize=4096)
def code_of(node: cst.CSTNode) -> str:
    """The source of a node as it stands."""
    return _EMPTY.code_for_node(node)


@lru_cache(maxsize=16_384)
def children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The nodes right below a node, in the order of the source. libcst visits the node to find them: that is slow."""
    return node.children


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
