"""Expressions: what a piece of the tree stands for, with whatever evaluating it does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

from freezelint.timeline import builtins, calls, symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.attributes import attribute, subscript
from freezelint.timeline.comprehensions import comprehension
from freezelint.timeline.keras_api import items_of, merged, tensors_in
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.values import (
    UNKNOWN,
    Const,
    Function,
    Items,
    Symbol,
    Value,
)

_ARITHMETIC: dict[type[cst.BaseBinaryOp], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.FloorDivide: operator.floordiv,
}
_COMPARISONS: dict[type[cst.BaseCompOp], Callable[[Any, Any], Any]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}


def evaluate(machine: Machine, node: cst.CSTNode) -> Value:
    """The value of an expression here and now; unknown kinds of expression are unknown values."""
    machine.step()
    handler = _HANDLERS.get(type(node))
    return UNKNOWN if handler is None else handler(machine, node)


def _name(machine: Machine, node: cst.Name) -> Value:
    name = node.value
    constants = {"True": True, "False": False, "None": None}
    if name in constants:
        return Const(constants[name])
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
    machine.store.set(("name", 0, name), made)
    return made


def _from_star_import(machine: Machine, name: str) -> Value | None:
    """A name that `from keras.layers import *` may have brought: only names that the library certainly has."""
    for module in machine.stars:
        full = symbols.canonical(f"{module}.{name}")
        known = full in symbols.MODEL_CLASSES | symbols.OPAQUE_FUNCTIONS | symbols.WEIGHTLESS | symbols.MERGES
        if known or (module in ("keras.layers", "keras.applications", "keras.callbacks") and name[:1].isupper()):
            return Symbol(full)
    return None


def _attribute(machine: Machine, node: cst.Attribute) -> Value:
    return attribute(machine, evaluate(machine, node.value), node.attr.value)


def _subscript(machine: Machine, node: cst.Subscript) -> Value:
    value = evaluate(machine, node.value)
    if len(node.slice) != 1:
        return UNKNOWN
    index = node.slice[0].slice
    if isinstance(index, cst.Slice):
        return subscript(machine, value, _slice(machine, index), index)
    if isinstance(index, cst.Index):
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
        if arg.star == "*":
            items = items_of(machine, value)
            positional += items or ()
            complete = complete and items is not None
        elif arg.star == "**":
            complete = False
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


def _elements(machine: Machine, elements: Any) -> tuple[Value, ...] | None:
    values: list[Value] | None = []
    for element in elements:
        value = evaluate(machine, element.value)
        if isinstance(element, cst.StarredElement):
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
            if isinstance(key, Const):
                machine.store.set(("entry", made.id, key), value)
    return made


def _string(machine: Machine, node: cst.SimpleString | cst.ConcatenatedString) -> Value:
    value = node.evaluated_value
    return UNKNOWN if value is None else Const(value)


def _number(machine: Machine, node: cst.Integer | cst.Float) -> Value:
    return Const(node.evaluated_value)


def _unary(machine: Machine, node: cst.UnaryOperation) -> Value:
    value = evaluate(machine, node.expression)
    if isinstance(node.operator, cst.Not):
        known = truth(value)
        return UNKNOWN if known is None else Const(not known)
    if isinstance(node.operator, cst.Minus) and isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(-value.value)
    return UNKNOWN


def _binary(machine: Machine, node: cst.BinaryOperation) -> Value:
    left, right = evaluate(machine, node.left), evaluate(machine, node.right)
    if isinstance(left, Const) and isinstance(right, Const):
        operate = _ARITHMETIC.get(type(node.operator))
        if operate and type(left.value) is int and type(right.value) is int:
            try:
                return Const(operate(left.value, right.value))
            except ArithmeticError:
                return UNKNOWN
        return UNKNOWN
    tensors = tensors_in(machine, (left, right))
    if tensors:
        return merged(tensors, plain=False)
    if isinstance(node.operator, cst.Add):
        first, second = items_of(machine, left), items_of(machine, right)
        if first is not None and second is not None:
            made = machine.new("list")
            machine.store.set(("items", made.id), (*first, *second))
            return made
    return UNKNOWN


def _boolean(machine: Machine, node: cst.BooleanOperation) -> Value:
    left = evaluate(machine, node.left)
    known, stopped = truth(left), machine.stopped
    right = evaluate(machine, node.right)
    if known is not isinstance(node.operator, cst.And):
        machine.stopped = stopped
    if known is None:
        return UNKNOWN if truth(right) is not None else machine.either([left, right])
    return right if known is isinstance(node.operator, cst.And) else left


def _comparison(machine: Machine, node: cst.Comparison) -> Value:
    left = evaluate(machine, node.left)
    values = [evaluate(machine, target.comparator) for target in node.comparisons]
    if len(values) != 1 or not isinstance(left, Const) or not isinstance(values[0], Const):
        return UNKNOWN
    compare = _COMPARISONS.get(type(node.comparisons[0].operator))
    if compare is None:
        return UNKNOWN
    try:
        return Const(bool(compare(left.value, values[0].value)))
    except TypeError:
        return UNKNOWN


def _conditional(machine: Machine, node: cst.IfExp) -> Value:
    known = truth(evaluate(machine, node.test))
    if known is not None:
        return evaluate(machine, node.body if known else node.orelse)
    values = [evaluate(machine, node.body), evaluate(machine, node.orelse)]
    machine.stopped = False
    return machine.either(values)


def _lambda(machine: Machine, node: cst.Lambda) -> Value:
    return Function(node, machine.segment, machine.scopes[-1], "<lambda>")


def _named(machine: Machine, node: cst.NamedExpr) -> Value:
    value = evaluate(machine, node.value)
    if isinstance(node.target, cst.Name):
        machine.bind(node.target.value, value)
    return value


def _inner(machine: Machine, node: cst.Await | cst.StarredElement) -> Value:
    return evaluate(machine, node.expression if isinstance(node, cst.Await) else node.value)


_HANDLERS: dict[type[cst.CSTNode], Callable[[Machine, Any], Value]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.List: _list,
    cst.Set: _list,
    cst.Tuple: _tuple,
    cst.Dict: _dict,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _string,
    cst.Integer: _number,
    cst.Float: _number,
    cst.UnaryOperation: _unary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    cst.ListComp: comprehension,
    cst.SetComp: comprehension,
    cst.GeneratorExp: comprehension,
    cst.NamedExpr: _named,
    cst.Await: _inner,
}
