"""`call` and `train_step` of the program's own layers and models, which Keras runs and nobody calls."""

from __future__ import annotations

from freezelint.timeline import calls, stops
from freezelint.timeline.events import Differentiated, LayerCalled, StateAssigned
from freezelint.timeline.flags import below
from freezelint.timeline.machine import Machine
from freezelint.timeline.step_events import GradientStopped
from freezelint.timeline.values import Ref


def train(machine: Machine, model: Ref) -> None:
    """Training runs the model and whatever is in it."""
    for id in list(below(machine, model.id)):
        follow(machine, Ref(id))


def follow(machine: Machine, receiver: Ref) -> None:
    """What Keras runs when it calls or trains an object of the program's own class, seen once and changing nothing."""
    cls = machine.object(receiver).cls
    if cls is None or receiver.id in machine.forwarded or machine.steps > machine.call_limit:
        return
    machine.forwarded.add(receiver.id)
    ran, guards, mark, seen = set(machine.ran), machine.guards, machine.store.mark(), len(machine.events)
    machine.guards = []
    for name in ("build", "call", "train_step"):
        function = cls.method(name)
        if function is not None and not calls.running(machine, function):
            result = calls.enter(machine, function, (receiver,), None)
            if name == "call":
                stops.passed(machine, receiver.id, result)
    machine.guards, machine.ran = guards, ran
    machine.store.undo(mark)
    machine.events[seen:] = [
        e for e in machine.events[seen:] if isinstance(e, (LayerCalled, Differentiated, StateAssigned, GradientStopped))
    ]
