"""The nodes of the standard library's tree: a quick walk over them, where they begin, and what a call calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

# Fields that hold texts, numbers, contexts or operators, never a node in which the gate is interested.
_PLAIN = frozenset({"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level"})
_PLAIN |= {"module", "op", "ops", "rest", "simple", "str", "tag", "type_comment"}
_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}


def walk(tree: ast.AST) -> Iterator[Any]:
    """Every node but contexts and operators, in no special order: a tenth of the cost of ast.walk.

    Also what stands in lists of nodes and is none: None and names.
    """
    waiting: list[Any] = [tree]
    known = _CHILDREN
    while waiting:
        node = waiting.pop()
        yield node
        kind = type(node)
        for name in known[kind] if kind in known else _children(kind):
            value = getattr(node, name)
            if type(value) is list:
                waiting += value
            elif value is not None:
                waiting.append(value)


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes: half of all nodes have none."""
    plain = _PLAIN if kind.__name__ == "TypeAlias" else _PLAIN | {"name"}
    if kind in (ast.Constant, ast.MatchSingleton):
        plain |= {"value"}
    found = _CHILDREN[kind] = tuple(name for name in getattr(kind, "_fields", ()) if name not in plain)
    return found


def first_row(statement: ast.stmt) -> int:
    """The 1-based row that a statement begins in, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def called(function: ast.expr) -> str:
    """The last name of what is called, or of a base of a class; "" for anything without a name."""
    if type(function) is ast.Attribute:
        return function.attr
    return function.id if type(function) is ast.Name else ""
