"""Assignments: names, attributes, items and unpacked tuples get their values."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline.keras import variables
from freezelint.timeline.keras.tensors import piece
from freezelint.timeline.keras.writes import set_attribute
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import UNKNOWN, Const, Ref, Tensor, Value, Variables, Weights


def assign(machine: Machine, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
    """Bind a name, set an attribute, unpack a tuple. The statement `node` is the place to blame."""
    if type(target) is cst.Name:
        machine.bind(target.value, value)
    elif type(target) is cst.Attribute:
        owner = machine.evaluate(target.value)
        set_attribute(machine, machine.site(node), owner, target.attr.value, value, target)
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(machine, target, value, node)
    elif isinstance(target, cst.Subscript):
        _assign_item(machine, target, value)


def _unpack(machine: Machine, target: cst.Tuple | cst.List, value: Value, node: cst.CSTNode) -> None:
    found = items_of(machine, value)
    exact = found is not None and len(found) == len(target.elements)
    for position, element in enumerate(target.elements):
        assign(machine, element.value, found[position] if exact and found else _piece(machine, value), node)


def _piece(machine: Machine, value: Value) -> Value:
    """A piece of something unknown: an object of its own if the whole was one, a tensor if a layer returned it."""
    if isinstance(value, Tensor) and value.known:
        return piece(value)
    return machine.opaque() if isinstance(value, Ref) else UNKNOWN


def _assign_item(machine: Machine, target: cst.Subscript, value: Value) -> None:
    owner = machine.evaluate(target.value)
    if not isinstance(owner, Ref):
        return
    index = target.slice[0].slice
    key = machine.evaluate(index.value) if isinstance(index, cst.Index) else UNKNOWN
    if machine.object(owner).kind == "dict":
        variables.hashed(machine, target, "key", key)
    if isinstance(key, Const):
        machine.put(("entry", owner.id, key), value)
    else:
        machine.put(("entry", owner.id, target), value)
        machine.store.set(("open", owner.id), True)
    if machine.object(owner).kind == "list":
        machine.store.set(("items", owner.id), None)


def augment(machine: Machine, node: cst.AugAssign) -> None:
    """`target += value`: lists grow, numbers are no longer known."""
    value = machine.evaluate(node.value)
    target = node.target
    if isinstance(target, cst.Attribute):
        assign(machine, target, UNKNOWN, node)
    elif isinstance(target, cst.Name):
        old = machine.lookup(target.value)
        if isinstance(old, Ref) and machine.object(old).kind == "list":
            more, items = items_of(machine, value), items_of(machine, old)
            variables.gather(machine, old, "+=", value)
            machine.store.set(("items", old.id), None if more is None or items is None else (*items, *more))
        elif isinstance(old, (Weights, Variables)):
            machine.bind(target.value, variables.joined(machine, old, value) or UNKNOWN)
        else:
            same = isinstance(value, type(old)) and not isinstance(value, Const)
            machine.bind(target.value, value if same else UNKNOWN)
