"""Comprehensions: selections of layers, lists whose items are known, and what making them does."""

from __future__ import annotations

from typing import Any

import libcst as cst

from freezelint.timeline.keras import steps, variables
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python import loops
from freezelint.timeline.python.assignments import assign
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import UNKNOWN, Selection, Value, Weight


def comprehension(machine: Machine, node: cst.BaseComp) -> Value:
    """A comprehension over layers is a selection of them when it keeps the loop variable as it is."""
    source = machine.evaluate(node.for_in.iter)
    scope = machine.new_scope()
    machine.scopes.append((*machine.scopes[-1], scope))
    try:
        return _comprehend(machine, node, source)
    finally:
        machine.scopes.pop()


def _comprehend(machine: Machine, node: Any, source: Value) -> Value:
    result: list[Value] | None = []
    values: list[Value] = []
    filters = "".join(f" if {text_of(test.test)}" for test in node.for_in.ifs)
    variables.iterated(machine, node, source)
    passes = loops.items(machine, source)
    for item in passes.values:
        assign(machine, node.for_in.target, item, node)
        verdicts = [truth(machine.evaluate(test.test)) for test in node.for_in.ifs]
        if False in verdicts:
            continue
        value = _element(machine, node, node.for_in)
        values.append(value)
        if isinstance(node, cst.SetComp):
            variables.hashed(machine, node, "set", value)
        if isinstance(value, Selection) and value.each and value == item:
            return Selection(value.owner, value.path + filters)
        result = None if result is None or None in verdicts or isinstance(value, Selection) else [*result, value]
    listed = variables.comprehended(machine, values, filters) or steps.comprehended(source, values, filters)
    if listed is not None:
        return listed
    made = machine.new("list")
    machine.store.set(("items", made.id), tuple(result) if passes.exact and result is not None else None)
    return made


def _element(machine: Machine, node: Any, clause: cst.CompFor) -> Value:
    """The element of one pass; inner loops show one of their elements."""
    inner = clause.inner_for_in
    if inner is not None:
        found: Value = UNKNOWN
        for item in loops.items(machine, machine.evaluate(inner.iter)).values:
            assign(machine, inner.target, item, node)
            for test in inner.ifs:
                machine.evaluate(test.test)
            found = _element(machine, node, inner)
        return found if isinstance(found, Weight) else UNKNOWN
    if isinstance(node, cst.DictComp):
        variables.hashed(machine, node, "key", machine.evaluate(node.key))
        machine.evaluate(node.value)
        return UNKNOWN
    return machine.evaluate(node.elt)
