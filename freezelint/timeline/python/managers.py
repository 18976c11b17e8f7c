"""Context managers of the program: what `with` calls at the start and at the end of its block."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline.arguments import Arguments
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.attributes import attribute
from freezelint.timeline.python.calls import apply
from freezelint.timeline.values import Bound, Value


def call(machine: Machine, manager: Value, name: str, item: cst.WithItem) -> Value | None:
    """The value of `manager.__enter__()` or `__exit__`; None when no class of the program defines it."""
    bound = attribute(machine, manager, name)
    if not isinstance(bound, Bound) or bound.function is None:
        return None
    return apply(machine, bound, Arguments(item.item, machine.site(item.item), complete=False))
