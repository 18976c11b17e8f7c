"""Optimizers: the learning rate that a model is compiled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.values import Const, Ref

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine


def made(machine: Machine, name: str, args: Arguments) -> Ref:
    """`keras.optimizers.Adam(1e-5)`; a rate that is a schedule or not known is kept as it is."""
    optimizer = machine.opaque()
    kind = name.rpartition(".")[2].lower()
    given = args.get(0, "learning_rate", "lr")
    if given is None and args.complete and kind in symbols.LEARNING_RATES:
        given = Const(symbols.LEARNING_RATES[kind])
    machine.store.set(("rate", optimizer.id), (kind, given))
    return optimizer


def rate(machine: Machine, args: Arguments) -> tuple[float | None, str]:
    """The learning rate of `compile(optimizer=…)`, if it is a number that the program shows, and the optimizer."""
    optimizer = args.get(0, "optimizer")
    if optimizer is None and args.complete:
        optimizer = Const("rmsprop")
    if isinstance(optimizer, Ref):
        kind, known = machine.store.get(("rate", optimizer.id)) or ("", None)
        number = known.value if isinstance(known, Const) else None
        return (float(number) if type(number) is int or isinstance(number, float) else None), kind
    if isinstance(optimizer, Const) and isinstance(optimizer.value, str):
        name = optimizer.value.lower()
        return symbols.LEARNING_RATES.get(name), name
    return None, ""
