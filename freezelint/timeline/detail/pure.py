"""Expressions that a detailed walk can tell because they only read: names of layers, words, classes of layers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.detail import shapes, trainability
from freezelint.timeline.keras import naming
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import Bound, Const, Items, Ref, Symbol, Unknown, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine

_OF_WORDS: dict[str, Callable[..., Any]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
}


def known(machine: Machine, node: cst.CSTNode, value: Value) -> Value:
    """`value`, or what it is after all."""
    if isinstance(value, Bound) and value.name == "trainable":
        return _flag(machine, value)
    if isinstance(value, Unknown) and value.shape is None:
        found = _read(machine, node)
        if found is not None:
            return found
    return shapes.noted(machine, node, value)


def _flag(machine: Machine, asked: Bound) -> Value:
    """`layer.trainable`, read."""
    if not isinstance(asked.receiver, Ref) or not machine.object(asked.receiver).keras:
        return asked
    state = trainability.state_of(machine, asked.receiver.id)
    return asked if state.value is None else Const(state.value)


def _read(machine: Machine, node: cst.CSTNode) -> Value | None:
    if isinstance(node, cst.Attribute) and node.attr.value == "name":
        owner = _value(machine, node.value)
        name = naming.name_of(machine, owner.id) if isinstance(owner, Ref) else None
        return None if name is None else Const(name)
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        return _contained(machine, node)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return _of_word(machine, node, node.func)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "isinstance":
        return _instance(machine, node)
    return None


def _reads_only(node: cst.CSTNode) -> bool:
    """Whether an expression can be evaluated twice: names, attributes of names, literals."""
    if isinstance(node, cst.Attribute):
        return _reads_only(node.value)
    if isinstance(node, cst.Subscript):
        index = node.slice[0].slice
        return len(node.slice) == 1 and _reads_only(node.value) and isinstance(index, cst.Index) and (
            isinstance(index.value, (cst.Integer, cst.UnaryOperation, cst.SimpleString, cst.Name))
        )  # fmt: skip
    if isinstance(node, (cst.Tuple, cst.List)):
        return all(_reads_only(element.value) for element in node.elements)
    return isinstance(node, (cst.Name, cst.SimpleString))


def _value(machine: Machine, node: cst.CSTNode) -> Value | None:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return _of_word(machine, node, node.func)
    return machine.evaluate(node) if _reads_only(node) else None


def _contained(machine: Machine, node: cst.Comparison) -> Value | None:
    """`"conv" in layer.name`, `layer.name in ("a", "b")`."""
    target = node.comparisons[0]
    if not isinstance(target.operator, (cst.In, cst.NotIn)):
        return None
    left, right = _value(machine, node.left), _value(machine, target.comparator)
    if not isinstance(left, Const):
        return None
    found: bool | None = None
    if isinstance(right, Const) and isinstance(right.value, str) and isinstance(left.value, str):
        found = left.value in right.value
    items = items_of(machine, right)
    if items is not None and all(isinstance(item, Const) for item in items):
        found = left in items
    if found is None:
        return None
    return Const(found if isinstance(target.operator, cst.In) else operator.not_(found))


def _of_word(machine: Machine, node: cst.Call, function: cst.Attribute) -> Value | None:
    """`layer.name.startswith("conv")`."""
    method = _OF_WORDS.get(function.attr.value)
    word = _value(machine, function.value) if method else None
    if method is None or not isinstance(word, Const) or not isinstance(word.value, str):
        return None
    given = [_value(machine, arg.value) for arg in node.args]
    plain = [_plain(v) for v in given]
    if None in plain:
        return None
    try:
        return Const(method(word.value, *plain))
    except TypeError:
        return None


def _plain(value: Value | None) -> object | None:
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Items) and all(isinstance(item, Const) for item in value.items):
        return tuple(item.value for item in value.items if isinstance(item, Const))
    return None


def _instance(machine: Machine, node: cst.Call) -> Value | None:
    """`isinstance(layer, keras.Model)` for the base classes of the library."""
    if len(node.args) != 2:
        return None
    value = _value(machine, node.args[0].value)
    cls = _value(machine, node.args[1].value)
    if not isinstance(value, Ref) or not isinstance(cls, Symbol):
        return None
    this = machine.object(value)
    if this.cls is not None or not this.symbol:
        return None
    if cls.name in symbols.LAYER_BASES:
        return Const(True)
    is_model = this.symbol in symbols.MODEL_CLASSES or symbols.is_application(this.symbol)
    if cls.name == "keras.Model":
        return Const(is_model)
    if cls.name == "keras.Sequential":
        return Const(this.symbol == cls.name)
    return None
