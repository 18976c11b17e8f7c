"""`call` and `train_step` of the program's own layers and models, which Keras runs and nobody calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from freezelint.timeline.detail import trainability
from freezelint.timeline.detail.memory import Forward
from freezelint.timeline.events import Differentiated, LayerCalled, StateAssigned
from freezelint.timeline.keras import stops
from freezelint.timeline.keras.flags import below
from freezelint.timeline.machine import Machine
from freezelint.timeline.python import calls
from freezelint.timeline.step_events import GradientStopped
from freezelint.timeline.values import Part, Ref, Tensor, Value


def train(machine: Machine, model: Ref) -> None:
    """Training runs the model and whatever is in it."""
    for id in list(below(machine, model.id)):
        follow(machine, Ref(id))


@contextmanager
def followed(machine: Machine, id: int, name: str) -> Iterator[tuple[tuple[Value, ...], list[Value]]]:
    """What a method is given, and room for what it returns: a detailed walk wants to know."""
    detail, returned = machine.detail, list[Value]()
    if detail is None:
        yield (), returned
        return
    seen = Forward(own_step=name == "train_step")
    detail.following.append(seen)
    try:
        yield ((Tensor((Part(id, True),)),) if name == "call" else ()), returned
    finally:
        detail.following.pop()
    if name == "call":
        seen.result = returned[0] if returned else None
        detail.forward[id] = seen
    elif name == "train_step":
        known = detail.forward.setdefault(id, Forward())
        known.applied, known.own_step, known.step_calls = seen.applied, True, seen.calls


def follow(machine: Machine, receiver: Ref) -> None:
    """What Keras runs when it calls or trains an object of the program's own class, seen once and changing nothing."""
    cls = machine.object(receiver).cls
    if cls is None or receiver.id in machine.forwarded or machine.steps > machine.call_limit:
        return
    machine.forwarded.add(receiver.id)
    if machine.detail is not None and machine.detail.skips_same and not machine.detail.following:
        trainability.born(machine, receiver.id)
    ran, guards, mark, seen = set(machine.ran), machine.guards, machine.store.mark(), len(machine.events)
    machine.guards = []
    for name in ("build", "call", "train_step"):
        function = cls.method(name)
        if function is not None and not calls.running(machine, function):
            with followed(machine, receiver.id, name) as (given, returned):
                returned.append(calls.enter(machine, function, (receiver, *given), None))
            if name == "call":
                stops.passed(machine, receiver.id, returned[0])
    machine.guards, machine.ran = guards, ran
    machine.store.undo(mark)
    machine.events[seen:] = [
        e for e in machine.events[seen:] if isinstance(e, (LayerCalled, Differentiated, StateAssigned, GradientStopped))
    ]
