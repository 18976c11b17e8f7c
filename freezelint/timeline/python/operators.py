"""Operators: arithmetic and logic as far as both sides are known."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

from freezelint.timeline.keras import steps, variables
from freezelint.timeline.keras.tensors import merged, only_tensors, tensors_in
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import UNKNOWN, Const, Tensor, Value

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


def unary(machine: Machine, node: cst.UnaryOperation) -> Value:
    """`not a`, `-a`."""
    value = machine.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        known = truth(value)
        return UNKNOWN if known is None else Const(not known)
    if isinstance(node.operator, cst.Minus) and isinstance(value, Tensor):
        return merged((value,), plain=False)
    if isinstance(node.operator, cst.Minus) and isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(-value.value)
    return UNKNOWN


def binary(machine: Machine, node: cst.BinaryOperation) -> Value:
    """`a + b` and the like: of integers, tensors and lists."""
    left, right = machine.evaluate(node.left), machine.evaluate(node.right)
    if isinstance(left, Const) and isinstance(right, Const):
        operate = _ARITHMETIC.get(type(node.operator))
        if operate and type(left.value) is int and type(right.value) is int:
            try:
                return Const(operate(left.value, right.value))
            except ArithmeticError:
                return UNKNOWN
        return UNKNOWN
    tensors = tensors_in(machine, (left, right))
    first, second = items_of(machine, left), items_of(machine, right)
    both = first is not None and second is not None and isinstance(node.operator, cst.Add)
    if machine.detail is not None and both and first is not None and second is not None:
        return _concatenated(machine, first, second)
    if tensors:
        return merged(tensors, known=only_tensors(machine, left) and only_tensors(machine, right), plain=False)
    gradient = steps.combined(node, left, right)
    if gradient is not None:
        return gradient
    if isinstance(node.operator, cst.Add):
        together = variables.joined(machine, left, right)
        if together is not None:
            return together
        if first is not None and second is not None:
            return _concatenated(machine, first, second)
    return UNKNOWN


def _concatenated(machine: Machine, first: tuple[Value, ...], second: tuple[Value, ...]) -> Value:
    made = machine.new("list")
    machine.store.set(("items", made.id), (*first, *second))
    return made


def boolean(machine: Machine, node: cst.BooleanOperation) -> Value:
    """`a and b`, `a or b`."""
    left = machine.evaluate(node.left)
    known, stopped = truth(left), machine.stopped
    right = machine.evaluate(node.right)
    if known is not isinstance(node.operator, cst.And):
        machine.stopped = stopped
    if known is None:
        return UNKNOWN if truth(right) is not None else machine.either([left, right])
    return right if known is isinstance(node.operator, cst.And) else left


def comparison(machine: Machine, node: cst.Comparison) -> Value:
    """`a < b`, of constants."""
    left = machine.evaluate(node.left)
    values = [machine.evaluate(target.comparator) for target in node.comparisons]
    if len(values) == 1:
        variables.compared(machine, node, left, values[0])
    if len(values) != 1 or not isinstance(left, Const) or not isinstance(values[0], Const):
        return UNKNOWN
    compare = _COMPARISONS.get(type(node.comparisons[0].operator))
    if compare is None:
        return UNKNOWN
    try:
        return Const(bool(compare(left.value, values[0].value)))
    except TypeError:
        return UNKNOWN


def by_position(test: cst.BaseExpression) -> bool:
    ordering = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
    return isinstance(test, cst.Comparison) and isinstance(test.comparisons[0].operator, ordering)
