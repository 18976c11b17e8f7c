"""The same question asked of the standard library's tree, which knows code from comments and strings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from freezelint.sources import gate_words
from freezelint.sources.gate_words import (
    COMBINATIONS,
    FREEZERS,
    MUTATORS,
    ORDERS,
    OWN_WEIGHTS,
    READERS,
    SETATTRS,
    TRACED,
    VARIABLE_MAKERS,
)

# A program says the same few names again and again.
has_core = lru_cache(maxsize=8192)(gate_words.has_core)
is_flag = lru_cache(maxsize=8192)(gate_words.is_flag)


@dataclass(slots=True)
class Look:
    """What one look at a tree found: something wrong by itself, by its order, and the names for COMBINATIONS."""

    wrong: bool = False
    ordered: bool = False
    traced: bool = False
    names: set[str] = field(default_factory=set)

    def combined(self) -> bool:
        """Whether names stand together that may be wrong though no flag is written."""
        return any(all(_any_in(group, self.names) for group in row) for row in COMBINATIONS)


def may_matter(tree: ast.AST) -> bool:
    """Whether something is written, compared as a statement, or called that could be wrong.

    A write to `self`, a constructor argument and a helper's call can only be wrong by their order: they count
    beside something that compiles or trains.
    """
    found = look(tree)
    if found.wrong or (found.ordered and (found.traced or _any_in(ORDERS, found.names))):
        return True
    return found.combined()


def together(looks: list[Look]) -> bool:
    """Whether several files, none of which the gate lets pass by itself, may be wrong beside each other."""
    names = set[str]().union(*(each.names for each in looks))
    if any(each.wrong or each.ordered for each in looks) and _any_in(ORDERS, names):
        return True
    return Look(names=names).combined() and not any(each.combined() for each in looks)


def look(tree: ast.AST, *, whole: bool = False) -> Look:
    """All that the gate asks of a tree; unless it is to be `whole`, the look ends at the first thing that is wrong."""
    found = Look()
    for node in walk(tree):
        kind = type(node)
        if kind not in _INTERESTING:
            continue
        judge = _JUDGES.get(kind)
        if judge is not None and judge(node):
            if not _needs_order(node):
                found.wrong = True
                if not whole:
                    break
            found.ordered = True
        name = _NAMES.get(kind)
        if name is not None:
            found.names.add(name(node))
        elif isinstance(node, ast.ClassDef):
            found.names.update(_marks(node))
        elif isinstance(node, ast.FunctionDef) and node.name in TRACED:
            found.traced = found.traced or _traced(node)
    return found


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but contexts and operators, in no special order: a fifth of the cost of ast.walk."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _children(type(node)):
            value = getattr(node, name, None)
            if type(value) is list:
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes: half of all nodes have none."""
    found = _CHILDREN.get(kind)
    if found is None:
        plain = _PLAIN if kind.__name__ == "TypeAlias" else _PLAIN | {"name"}
        if kind in (ast.Constant, ast.MatchSingleton):
            plain |= {"value"}
        found = _CHILDREN[kind] = tuple(name for name in kind._fields if name not in plain)
    return found


def _traced(node: ast.AST) -> bool:
    """A method that Keras traces, with a write or a call of the object's own method in it (FRZ105)."""
    return any(
        (isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load) and has_core(part.attr))
        or (isinstance(part, ast.Call) and _freezes(_called(part.func)))
        for part in walk(node)
    )


def _needs_order(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return _is_own_flag(node)
    if isinstance(node, ast.Call):
        by_name = isinstance(node.func, ast.Name) and node.func.id not in SETATTRS
        makes = any(is_flag(keyword.arg or "") for keyword in node.keywords)
        return by_name or makes
    return isinstance(node, ast.Dict | ast.Tuple | ast.List)


def _is_own_flag(node: ast.Attribute) -> bool:
    """`self.trainable`, `self._trainable`, `self.kernel.trainable`: what a layer does to itself."""
    value = node.value
    if isinstance(value, ast.Attribute) and any(word in value.attr for word in OWN_WEIGHTS):
        value = value.value
    own = isinstance(value, ast.Name) and value.id == "self"
    return own and node.attr in ("trainable", "_trainable")


def _marks(node: ast.ClassDef) -> Iterator[str]:
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
    bases = [_called(base) for base in node.bases]
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
    bases = [_called(base) for base in node.bases]
    return not all(base.endswith(("Layer", "Model", "TestCase")) for base in bases) and any(
        isinstance(part, ast.Attribute) and (part.attr == "compile" or part.attr.endswith("model"))
        for part in walk(node)
    )


def _any_in(group: tuple[str, ...], names: set[str]) -> bool:
    """Whether one needle occurs: `.fit` as an attribute of that name, marks whole, others as a part of a name."""
    return any(
        needle in names
        if needle.startswith((".", "def ", "class ")) or needle.endswith("=")
        else any(needle in name for name in names)
        for needle in group
    )


def _attribute_name(node: ast.Attribute) -> str:
    """The name with its dot; that of a learning rate only where it is set (FRZ507)."""
    value = node.value
    if node.attr == "assign" and isinstance(value, ast.Attribute) and value.attr == "learning_rate":
        return ".learning_rate"
    reads = node.attr == "learning_rate" and isinstance(node.ctx, ast.Load)
    return node.attr if reads else f".{node.attr}"


def _attribute_matters(node: ast.Attribute) -> bool:
    return not isinstance(node.ctx, ast.Load) and (has_core(node.attr) or _is_frozen(node.attr))


def _item_matters(node: ast.Subscript) -> bool:
    return not isinstance(node.ctx, ast.Load) and (_is_list(node.value) or _flag_text(node.slice))


def _statement_matters(node: ast.Expr) -> bool:
    if isinstance(node.value, ast.Constant | ast.Call):
        return False
    return any(isinstance(part, ast.Compare) and _compares_flag(part) for part in walk(node))


def _names_flag(node: ast.Dict) -> bool:
    return any(key is not None and _flag_text(key) for key in node.keys)


def _holds_flag(node: ast.Tuple | ast.List) -> bool:
    return any(map(_flag_text, node.elts))


def _call_matters(node: ast.Call) -> bool:
    name = _called(node.func)
    if is_flag(name) or _freezes(name):
        return True
    if name not in VARIABLE_MAKERS and any(is_flag(keyword.arg or "") for keyword in node.keywords):
        return True
    if name in MUTATORS and isinstance(node.func, ast.Attribute) and _is_list(node.func.value):
        return True
    return name not in READERS and any(map(_flag_text, node.args))


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@lru_cache(maxsize=8192)
def _freezes(name: str) -> bool:
    return any(part in name for part in FREEZERS)


@lru_cache(maxsize=8192)
def _is_frozen(name: str) -> bool:
    return name.strip("_") in ("frozen", "is_frozen", "freeze", "freezed", "unfrozen")


def _is_list(node: ast.expr) -> bool:
    """An attribute like `model.trainable_weights`, or an element or slice of one."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute | ast.Name) and has_core(_called(node))


def _flag_text(node: ast.expr) -> bool:
    """A string such as "trainable" or "backbone.trainable": the flag's name for `setattr`, `**kwargs`."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return is_flag(node.value) and node.value.replace(".", "_").isidentifier()


def _compares_flag(node: ast.Compare) -> bool:
    names = [side.attr for side in (node.left, *node.comparators) if isinstance(side, ast.Attribute)]
    return any(has_core(name) or _is_frozen(name) for name in names)


_JUDGES: dict[type[ast.AST], Callable[[Any], bool]] = {
    ast.Attribute: _attribute_matters,
    ast.Subscript: _item_matters,
    ast.Call: _call_matters,
    ast.Expr: _statement_matters,
    ast.Dict: _names_flag,
    ast.Tuple: _holds_flag,
    ast.List: _holds_flag,
}
# Every identifier that a node brings, imported ones included.
_NAMES: dict[type[ast.AST], Callable[[Any], str]] = {
    ast.Name: lambda node: node.id,
    ast.Attribute: _attribute_name,
    ast.alias: lambda node: node.name,
    ast.ImportFrom: lambda node: node.module or "",
    ast.keyword: lambda node: f"{node.arg}=",
}
_INTERESTING = {*_JUDGES, *_NAMES, ast.ClassDef, ast.FunctionDef}
# Fields that hold texts, numbers, contexts or operators, never a node in which the gate is interested.
_PLAIN = frozenset({"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level"})
_PLAIN |= {"module", "op", "ops", "rest", "simple", "str", "tag", "type_comment"}
_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}
