"""Optimizers: the learning rate that a model is compiled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.values import Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine


def made(machine: Machine, name: str, args: Arguments) -> Ref:
    """`keras.optimizers.Adam(1e-5)`; a rate that is a schedule or not known is kept as it is."""
    optimizer = machine.opaque()
    given = args.get(0, "learning_rate", "lr")
    if given is None and args.complete:
        default = symbols.LEARNING_RATES.get(name.rpartition(".")[2].lower())
        given = None if default is None else Const(default)
    if given is not None:
        machine.store.set(("rate", optimizer.id), given)
    return optimizer


def rate(machine: Machine, args: Arguments) -> float | None:
    """The learning rate of `compile(optimizer=…)`, if it is a number that the program shows."""
    optimizer = args.get(0, "optimizer")
    known: Value | None = None
    if isinstance(optimizer, Ref):
        known = machine.store.get(("rate", optimizer.id))
    elif isinstance(optimizer, Const) and isinstance(optimizer.value, str):
        return symbols.LEARNING_RATES.get(optimizer.value.lower())
    elif optimizer is None and args.complete:
        return symbols.LEARNING_RATES["rmsprop"]
    number = known.value if isinstance(known, Const) else None
    return float(number) if isinstance(number, (int, float)) and not isinstance(number, bool) else None
