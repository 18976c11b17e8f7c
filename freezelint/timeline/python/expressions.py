"""Expressions: what a piece of the tree stands for, with whatever evaluating it does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.detail import pure
from freezelint.timeline.keras import steps, variables
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python import builtins, calls, operators
from freezelint.timeline.python.attributes import attribute, subscript
from freezelint.timeline.python.comprehensions import comprehension
from freezelint.timeline.python.containers import entries_of, items_of
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.python.parameters import defaults
from freezelint.timeline.syntax import children
from freezelint.timeline.values import (
    UNKNOWN,
    Const,
    Function,
    Items,
    Symbol,
    Value,
)

#: Names that a star import of the library certainly brings.
_STARRED = symbols.MODEL_CLASSES.union(symbols.OPAQUE_FUNCTIONS, symbols.WEIGHTLESS, symbols.MERGES)
_CONSTANTS = {"True": Const(True), "False": Const(False), "None": Const(None)}


def evaluate(machine: Machine, node: cst.CSTNode) -> Value:
    """The value of an expression here and now; of unknown kinds only the parts are evaluated."""
    machine.step()
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        value = handler(machine, node)
        return value if machine.detail is None else pure.known(machine, node, value)
    for child in children(node):
        evaluate(machine, child)
    return UNKNOWN


def _name(machine: Machine, node: cst.Name) -> Value:
    name = node.value
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    found = machine.lookup(name)
    if found is not None:
        return found
    if name == "__name__":
        return Const("__main__")
    starred = _from_star_import(machine, name)
    if starred is not None:
        return starred
    if name in builtins.NAMES:
        return Symbol(f"builtins.{name}")
    made = machine.opaque(name)
    machine.store.set(("name", machine.scopes[-1][0], name), made)
    return made


def _from_star_import(machine: Machine, name: str) -> Value | None:
    """A name that `from keras.layers import *` may have brought: only names that the library certainly has."""
    names = [(module, symbols.canonical(f"{module}.{name}")) for module in machine.stars.get(machine.scopes[-1][0], ())]
    for _, full in names:
        if full in _STARRED:
            return Symbol(full)
    for module, full in names:
        if module in ("keras.layers", "keras.applications", "keras.callbacks") and name[:1].isupper():
            return Symbol(full)
    return None


def _attribute(machine: Machine, node: cst.Attribute) -> Value:
    return attribute(machine, evaluate(machine, node.value), node.attr.value)


def _subscript(machine: Machine, node: cst.Subscript) -> Value:
    value = evaluate(machine, node.value)
    if len(node.slice) != 1:
        for element in node.slice:
            evaluate(machine, element)
        return UNKNOWN
    index = node.slice[0].slice
    if type(index) is cst.Slice:
        return subscript(machine, value, _slice(machine, index), index)
    if type(index) is cst.Index:
        return subscript(machine, value, evaluate(machine, index.value), index)
    return UNKNOWN


def _slice(machine: Machine, node: cst.Slice) -> slice | None:
    """A slice with known bounds; None when a bound is not known."""
    bounds = []
    for bound in (node.lower, node.upper, node.step):
        value = Const(None) if bound is None else evaluate(machine, bound)
        if not isinstance(value, Const) or not (value.value is None or type(value.value) is int):
            return None
        bounds.append(value.value)
    return slice(*bounds)


def _call(machine: Machine, node: cst.Call) -> Value:
    return call(machine, node)


def call(machine: Machine, node: cst.Call, *, statement: bool = False) -> Value:
    """A call; `statement` says that its value is thrown away."""
    callee = evaluate(machine, node.func)
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    complete = True
    for arg in node.args:
        value = evaluate(machine, arg.value)
        if arg.star:
            more = entries_of(machine, value) if arg.star == "**" else items_of(machine, value)
            if more is None:
                complete = False
                escape(machine, value)
            elif isinstance(more, dict):
                keywords.update(more)
            else:
                positional += more
        elif arg.keyword is not None:
            keywords[arg.keyword.value] = value
        else:
            positional.append(value)
    args = Arguments(node, machine.site(node), tuple(positional), keywords, complete, statement)
    if isinstance(callee, Symbol) and callee.name.startswith("builtins."):
        known = builtins.call(machine, callee.name.removeprefix("builtins."), args)
        if known is not None:
            return known
    return calls.apply(machine, callee, args)


def _list(machine: Machine, node: cst.List | cst.Set) -> Value:
    made = machine.new("list")
    machine.store.set(("items", made.id), _elements(machine, node.elements))
    return made


def _set(machine: Machine, node: cst.Set) -> Value:
    made = machine.new("list")
    items = _elements(machine, node.elements)
    for item in items or ():
        variables.hashed(machine, node, "set", item)
    machine.store.set(("items", made.id), items)
    return made


def _elements(machine: Machine, elements: Any) -> tuple[Value, ...] | None:
    values: list[Value] | None = []
    for element in elements:
        value = evaluate(machine, element.value)
        if type(element) is cst.StarredElement:
            items = items_of(machine, value)
            values = None if items is None or values is None else [*values, *items]
        elif values is not None:
            values.append(value)
    return None if values is None else tuple(values)


def _tuple(machine: Machine, node: cst.Tuple) -> Value:
    items = _elements(machine, node.elements)
    return UNKNOWN if items is None else Items(items)


def _dict(machine: Machine, node: cst.Dict) -> Value:
    made = machine.new("dict")
    for element in node.elements:
        value = evaluate(machine, element.value)
        if isinstance(element, cst.DictElement):
            key = evaluate(machine, element.key)
            variables.hashed(machine, node, "key", key)
            machine.put(("entry", made.id, key if isinstance(key, Const) else element), value)
            if isinstance(key, Const):
                continue
        machine.store.set(("open", made.id), True)
    return made


@lru_cache(maxsize=4096)
def _evaluated(text: str) -> object:
    """What Python reads in a literal: compiling it is slow, and programs repeat theirs."""
    return ast.literal_eval(text)


def _literal(machine: Machine, node: Any) -> Value:
    """A string or number; an f-string among the pieces of a string makes it unknown."""
    known = machine.literals.get(id(node))
    if known is None:
        text = getattr(node, "value", None)
        value = node.evaluated_value if text is None else _evaluated(text)
        known = machine.literals[id(node)] = UNKNOWN if value is None else Const(value)
    return known


def _conditional(machine: Machine, node: cst.IfExp) -> Value:
    known = truth(evaluate(machine, node.test))
    if known is not None:
        return evaluate(machine, node.body if known else node.orelse)
    values = [evaluate(machine, node.body), evaluate(machine, node.orelse)]
    machine.stopped = False
    return steps.chosen(values) or machine.either(values)


def _lambda(machine: Machine, node: cst.Lambda) -> Value:
    return Function(node, machine.segment, machine.scopes[-1], "<lambda>", defaults=defaults(machine, node))


def _named(machine: Machine, node: cst.NamedExpr) -> Value:
    value = evaluate(machine, node.value)
    if isinstance(node.target, cst.Name):
        machine.bind(node.target.value, value)
    return value


def _yield(machine: Machine, node: cst.Yield) -> Value:
    value = UNKNOWN if node.value is None else evaluate(machine, node.value)
    if machine.yields:
        machine.yields[-1].append(value)
    return UNKNOWN


def _inner(machine: Machine, node: cst.Await | cst.StarredElement) -> Value:
    return evaluate(machine, node.expression if isinstance(node, cst.Await) else node.value)


_HANDLERS: dict[type[cst.CSTNode], Callable[[Machine, Any], Value]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.List: _list,
    cst.Set: _set,
    cst.Tuple: _tuple,
    cst.Dict: _dict,
    cst.SimpleString: _literal,
    cst.ConcatenatedString: _literal,
    cst.Integer: _literal,
    cst.Float: _literal,
    cst.UnaryOperation: operators.unary,
    cst.BinaryOperation: operators.binary,
    cst.BooleanOperation: operators.boolean,
    cst.Comparison: operators.comparison,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    cst.ListComp: comprehension,
    cst.SetComp: comprehension,
    cst.GeneratorExp: comprehension,
    cst.DictComp: comprehension,
    cst.NamedExpr: _named,
    cst.Await: _inner,
    cst.Yield: _yield,
}
