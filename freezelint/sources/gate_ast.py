"""The same question asked of the standard library's tree, which knows code from comments and strings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from freezelint.sources import gate_words
from freezelint.sources.gate_classes import marks
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
from freezelint.sources.nodes import called, walk

# A program says the same few names again and again.
has_core = lru_cache(maxsize=8192)(gate_words.has_core)
is_flag = lru_cache(maxsize=8192)(gate_words.is_flag)


@dataclass(slots=True)
class Look:
    """What one look at a tree found: something wrong by itself, by its order, and the names for COMBINATIONS.

    A look at the whole tree also finds `words`: every identifier, and every string that could be one.
    """

    wrong: bool = False
    ordered: bool = False
    traced: bool = False
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    @property
    def loud(self) -> bool:
        """Whether something is written or called that could be wrong, perhaps only by its order."""
        return self.wrong or self.ordered

    def matters(self) -> bool:
        """Whether anything could be wrong in this code.

        A write to `self`, a constructor argument and a helper's call can only be wrong by their order: they count
        beside something that compiles or trains.
        """
        if self.wrong or (self.ordered and (self.traced or _any_in(ORDERS, self.names))):
            return True
        return self.combined()

    def combined(self) -> bool:
        """Whether names stand together that may be wrong though no flag is written."""
        return any(all(_any_in(group, self.names) for group in row) for row in COMBINATIONS)

    def add(self, other: Look) -> None:
        """See what the other look saw, too."""
        self.wrong |= other.wrong
        self.ordered |= other.ordered
        self.traced |= other.traced
        self.names |= other.names
        self.words |= other.words


def may_matter(trees: Iterable[ast.AST]) -> bool:
    """Whether something is written, compared as a statement, or called that could be wrong."""
    return look_at(trees).matters()


def together(looks: list[Look]) -> bool:
    """Whether several files, none of which the gate lets pass by itself, may be wrong beside each other."""
    names = set[str]().union(*(each.names for each in looks))
    if any(each.loud for each in looks) and _any_in(ORDERS, names):
        return True
    return Look(names=names).combined() and not any(each.combined() for each in looks)


def look_at(trees: Iterable[ast.AST], *, whole: bool = False) -> Look:
    """One look at the parts of a text."""
    found = Look()
    for tree in trees:
        found.add(look(tree, whole=whole))
        if found.wrong and not whole:
            break
    return found


def look(tree: ast.AST, *, whole: bool = False) -> Look:
    """All that the gate asks of a tree; unless it is to be `whole`, the look ends at the first thing that is wrong."""
    found = Look()
    interesting = _SPEAKING if whole else _INTERESTING
    for node in walk(tree):
        kind = type(node)
        if kind not in interesting:
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
        elif kind is ast.ClassDef:
            found.names.update(marks(node))
        elif kind is ast.FunctionDef and node.name in TRACED:
            found.traced = found.traced or _traced(node)
        if whole and kind in _WORDS:
            found.words.add(_WORDS[kind](node))
    return found


def _traced(node: ast.AST) -> bool:
    """A method that Keras traces, with a write or a call of the object's own method in it (FRZ105)."""
    return any(
        (isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load) and has_core(part.attr))
        or (isinstance(part, ast.Call) and _freezes(called(part.func)))
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
    name, value = node.attr, node.value
    if name == "assign" and isinstance(value, ast.Attribute) and value.attr == "learning_rate":
        return ".learning_rate"
    return name if name == "learning_rate" and isinstance(node.ctx, ast.Load) else "." + name


def _attribute_matters(node: ast.Attribute) -> bool:
    return type(node.ctx) is not ast.Load and (has_core(node.attr) or _is_frozen(node.attr))


def _item_matters(node: ast.Subscript) -> bool:
    return type(node.ctx) is not ast.Load and (_is_list(node.value) or _flag_text(node.slice))


def _statement_matters(node: ast.Expr) -> bool:
    if isinstance(node.value, ast.Constant | ast.Call):
        return False
    return any(isinstance(part, ast.Compare) and _compares_flag(part) for part in walk(node))


def _names_flag(node: ast.Dict) -> bool:
    return any(type(key) is ast.Constant and _flag_text(key) for key in node.keys)


def _holds_flag(node: ast.Tuple | ast.List) -> bool:
    return any(type(item) is ast.Constant and _flag_text(item) for item in node.elts)


def _call_matters(node: ast.Call) -> bool:
    name = called(node.func)
    if is_flag(name) or _freezes(name):
        return True
    if node.keywords and name not in VARIABLE_MAKERS:
        for keyword in node.keywords:
            if keyword.arg and is_flag(keyword.arg):
                return True
    if name in MUTATORS and isinstance(node.func, ast.Attribute) and _is_list(node.func.value):
        return True
    for given in node.args:
        if type(given) is ast.Constant and _flag_text(given):
            return name not in READERS
    return False


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
    return isinstance(node, ast.Attribute | ast.Name) and has_core(called(node))


def _flag_text(node: ast.expr) -> bool:
    """A string such as "trainable" or "backbone.trainable": the flag's name for `setattr`, `**kwargs`."""
    if type(node) is not ast.Constant or type(node.value) is not str:
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
_WORDS: dict[type[ast.AST], Callable[[Any], str]] = {
    ast.Name: lambda node: node.id,
    ast.Attribute: lambda node: node.attr,
    ast.alias: lambda node: node.asname or node.name,
    ast.Constant: lambda node: node.value if type(node.value) is str and node.value.isidentifier() else "",
}
_INTERESTING = {*_JUDGES, *_NAMES, ast.ClassDef, ast.FunctionDef}
_SPEAKING = {*_INTERESTING, *_WORDS}
