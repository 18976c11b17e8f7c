"""Comprehensions: selections of layers, lists whose items are known, and what making them does."""

from __future__ import annotations

from typing import Any

import libcst as cst

from freezelint.timeline import loops
from freezelint.timeline.assignments import assign
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import UNKNOWN, Selection, Value


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
    passes = loops.items(machine, source)
    for item in passes.values:
        assign(machine, node.for_in.target, item, node)
        verdicts = [truth(machine.evaluate(test.test)) for test in node.for_in.ifs]
        if False in verdicts:
            continue
        value = _element(machine, node) if node.for_in.inner_for_in is None else UNKNOWN
        if isinstance(value, Selection) and value.each and value == item:
            filters = "".join(f" if {text_of(test.test)}" for test in node.for_in.ifs)
            return Selection(value.owner, value.path + filters)
        result = None if result is None or None in verdicts or isinstance(value, Selection) else [*result, value]
    made = machine.new("list")
    machine.store.set(("items", made.id), tuple(result) if passes.exact and result is not None else None)
    return made


def _element(machine: Machine, node: Any) -> Value:
    if isinstance(node, cst.DictComp):
        machine.evaluate(node.key)
        machine.evaluate(node.value)
        return UNKNOWN
    return machine.evaluate(node.elt)
