"""Ignorance: what the walk no longer knows once code that it cannot see had its hands on something."""

from __future__ import annotations

from collections.abc import Iterator

from freezelint.timeline.detail import trainability
from freezelint.timeline.events import FlagEntry, FlagWritten
from freezelint.timeline.keras import optimizers
from freezelint.timeline.keras.flags import above, below
from freezelint.timeline.machine import Machine, holder
from freezelint.timeline.values import UNKNOWN, Bound, Items, Partial, Value


def reach(machine: Machine, value: Value) -> Iterator[Value]:
    """`value` and everything that can be got from it: items, attributes, entries, receivers, given arguments."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        here = waiting.pop()
        id = holder(here)
        if id is not None and id in seen:
            continue
        yield here
        if id is not None:
            seen.add(id)
            waiting += machine.held(id)
        elif isinstance(here, Items):
            waiting += here.items
        elif isinstance(here, Bound):
            waiting.append(here.receiver)
        elif isinstance(here, Partial):
            waiting += [here.callee, *here.positional, *(v for _, v in here.keywords)]


def escape(machine: Machine, value: Value) -> bool:
    """Unknown code got hold of `value`: it may have compiled, frozen or trained what it can reach from there.

    Returns whether there was anything to reach.
    """
    touched = False
    for here in reach(machine, value):
        id = holder(here)
        if id is not None:
            touched = True
            _forget_object(machine, id)
    return touched


def _forget_object(machine: Machine, id: int) -> None:
    if machine.store.get(("forgotten", id)) == machine.order:
        return
    for other in {*below(machine, id), *above(machine, id)}:
        machine.reweighted[other] = machine.order
        optimizers.forget(machine, other)
        for key in (
            ("compiled", other),
            ("traced", other, "fit"),
            ("traced", other, "train_on_batch"),
            ("flags", other),
            ("unbuilt", other),
        ):
            _blur(machine, key)
    if optimizers.remembers(machine, id):
        optimizers.built(machine, id)
    if machine.objects[id].kind in ("model", "layer", "opaque"):
        at = machine.moment(machine.site(machine.here), tick=0)
        anything = FlagWritten(at, (id, ""), None, UNKNOWN, "", False)
        machine.store.set(("flags", id), {"": FlagEntry((id, ""), None, anything, False)})
    if machine.detail is not None:
        trainability.forgotten(machine, id)
    machine.store.set(("forgotten", id), machine.order)


def forget_all(machine: Machine) -> None:
    """`exec`, `globals()`, calls too deep to follow: any object may have been compiled, frozen or trained."""
    if machine.forgotten == machine.order:
        return
    machine.forgotten = machine.order
    machine.reweighted_all = True
    if machine.detail is not None:
        for this in machine.objects:
            if this.kind in ("model", "layer"):
                trainability.forgotten(machine, this.id)
    for key in machine.store:
        _blur(machine, key)


def _blur(machine: Machine, key: tuple[object, ...]) -> None:
    """A compile, a trace or the flags of an object are no longer known."""
    value = machine.store.get(key)
    if not value:
        return
    if key[0] == "flags":
        unknown = {path: FlagEntry(e.key, None, e.write, False) for path, e in value.items()}
        machine.store.set(key, unknown)
    elif key[0] in ("compiled", "traced", "optimizer", "stepped", "halted"):
        machine.store.set(key, "unknown")
    elif key[0] == "unbuilt":
        machine.store.set(key, False)
