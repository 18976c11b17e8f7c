"""Loops: what the loop variable stands for, pass by pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

import libcst as cst

from freezelint.timeline.containers import items_of
from freezelint.timeline.escapes import escape
from freezelint.timeline.machine import Machine
from freezelint.timeline.values import UNKNOWN, Const, Items, Ref, Selection, Value, Weight, Weights

_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Iteration:
    """The values of the loop variable. Not `exact`: one value stands for all, or two passes show what repeats."""

    values: tuple[Value, ...]
    exact: bool


def items(machine: Machine, source: Value) -> Iteration:
    """What iterating over `source` gives."""
    known = items_of(machine, source)
    if known is not None and len(known) <= _LONGEST:
        return Iteration(known, True)
    if isinstance(source, Selection):
        return Iteration((replace(source, each=True, guards=len(machine.guards), items=None),), False)
    if isinstance(source, Weights):
        return Iteration((Weight(source.owner, f"{source.path}[…]"),), False)
    if known is not None or isinstance(source, Ref):
        escape(machine, source)
        return Iteration((machine.opaque(), machine.opaque()), False)
    return Iteration((UNKNOWN, UNKNOWN), False)


def indexed(machine: Machine, source: Value, start: int = 0) -> Value:
    """`enumerate(source)`. Layers are not told apart: what counts is which part of them a branch concerns."""
    every = items(machine, replace(source, items=None) if isinstance(source, Selection) else source)
    if every.exact:
        return Items(tuple(Items((Const(n), v)) for n, v in enumerate(every.values, start)))
    return Items(tuple(Items((UNKNOWN, v)) for v in every.values))


def zipped(machine: Machine, sources: tuple[Value, ...]) -> Value:
    """`zip(*sources)`."""
    every = [items(machine, source) for source in sources]
    return Items(tuple(Items(values) for values in zip(*(i.values for i in every), strict=False)))


def by_position(test: cst.BaseExpression) -> bool:
    """Whether a test chooses by position (`i < 10`): in a loop over layers its arms are slices of them."""
    ordering = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
    return isinstance(test, cst.Comparison) and isinstance(test.comparisons[0].operator, ordering)
