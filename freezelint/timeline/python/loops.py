"""Loops: what the loop variable stands for, pass by pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from freezelint.timeline.keras import variables
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.values import (
    UNKNOWN,
    Const,
    Gradients,
    Items,
    Pairs,
    Ref,
    Selection,
    Value,
    Variables,
    Weight,
    Weights,
)

_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Iteration:
    """The values of the loop variable. Not `exact`: one value stands for all, or two passes show what repeats."""

    values: tuple[Value, ...]
    exact: bool


@contextmanager
def repeating(machine: Machine, *, exact: bool) -> Iterator[None]:
    """The body of a loop: not `exact` when it may run more often than the walk does."""
    if machine.detail is None or exact:
        yield
        return
    machine.detail.repeating += 1
    try:
        yield
    finally:
        machine.detail.repeating -= 1


def items(machine: Machine, source: Value) -> Iteration:
    """What iterating over `source` gives."""
    known = items_of(machine, source)
    if known is not None and len(known) <= _LONGEST:
        return Iteration(known, True)
    if isinstance(source, Selection):
        return Iteration((replace(source, each=True, guards=len(machine.guards), items=None),), False)
    if isinstance(source, Variables):
        return Iteration(tuple(Weight(p.owner, f"{p.path}[…]") if isinstance(p, Weights) else p
                               for p in source.parts), False)  # fmt: skip
    if isinstance(source, Gradients):
        return Iteration((replace(source, each=True),), False)
    if isinstance(source, Pairs):
        one = items(machine, source.variables)
        variable = one.values[0] if one.values else UNKNOWN
        return Iteration((Items((replace(source.gradients, each=True), variable)),), False)
    if variables.is_empty(machine, source):
        return Iteration((), True)
    if isinstance(source, Weights):
        return Iteration((Weight(source.owner, f"{source.path}[…]"),), False)
    if known is not None or isinstance(source, Ref):
        escape(machine, source)
        return Iteration((machine.opaque(), machine.opaque()), False)
    return Iteration((UNKNOWN, UNKNOWN), False)


def indexed(machine: Machine, source: Value, start: int = 0) -> Value:
    """`enumerate(source)`. Layers are not told apart: what counts is which part of them a branch concerns."""
    if isinstance(source, Selection) and machine.detail is None:
        source = replace(source, items=None)
    every = items(machine, source)
    if every.exact:
        return Items(tuple(Items((Const(n), v)) for n, v in enumerate(every.values, start)))
    return Items(tuple(Items((UNKNOWN, v)) for v in every.values))


def zipped(machine: Machine, sources: tuple[Value, ...]) -> Value:
    """`zip(*sources)`."""
    every = [items(machine, source) for source in sources]
    return Items(tuple(Items(values) for values in zip(*(i.values for i in every), strict=False)))
