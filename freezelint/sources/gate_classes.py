"""What the gate wants to know of a class as a whole, for some rules find their defect where no flag is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from freezelint.sources.nodes import called, walk


def marks(node: ast.ClassDef) -> Iterator[str]:
    """What the rows of COMBINATIONS want to know of a class."""
    if _is_untold(node):
        yield "def call"
    if _may_compile(node):
        yield "class "
    if _is_plain(node):
        yield "def __call__"


def _is_untold(node: ast.ClassDef) -> bool:
    """A class, other than a layer, whose `call` cannot be told that the model trains (FRZ209)."""
    methods = {part.name: part.args for part in node.body if isinstance(part, ast.FunctionDef)}
    bases = [called(base) for base in node.bases]
    given = methods.get("call")
    if given is None or "train_step" in methods or all(base.endswith(("Layer", "TestCase")) for base in bases):
        return False
    return given.kwarg is None and all(arg.arg != "training" for arg in (*given.args, *given.kwonlyargs))


def _is_plain(node: ast.ClassDef) -> bool:
    """A class without a base that makes something of its own and can be called like a layer (FRZ406)."""
    callable_ = any(isinstance(part, ast.FunctionDef) and part.name == "__call__" for part in node.body)
    return callable_ and not node.bases and any(_makes(part) for part in walk(node))


def _makes(node: ast.AST) -> bool:
    """`self.dense = layers.Dense(3)`, also in a list."""
    if not isinstance(node, ast.Assign) or not any(isinstance(target, ast.Attribute) for target in node.targets):
        return False
    return any(isinstance(part, ast.Call) for part in walk(node.value))


def _may_compile(node: ast.ClassDef) -> bool:
    """A class, perhaps a callback, that compiles something or hands on a model, which others may compile (FRZ104)."""
    bases = [called(base) for base in node.bases]
    return not all(base.endswith(("Layer", "Model", "TestCase")) for base in bases) and any(
        isinstance(part, ast.Attribute) and (part.attr == "compile" or part.attr.endswith("model"))
        for part in walk(node)
    )
