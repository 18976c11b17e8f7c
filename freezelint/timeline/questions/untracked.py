"""Layers that a model uses but does not hold: in an object that is neither layer, list nor dictionary (FACTS C6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.events import Differentiated, LayerCalled, Trained
from freezelint.timeline.keras.flags import above, below
from freezelint.timeline.machine import holder
from freezelint.timeline.python.escapes import reach
from freezelint.timeline.values import Ref

if TYPE_CHECKING:
    from freezelint.timeline import Timeline
    from freezelint.timeline.machine import Machine


@dataclass(frozen=True, slots=True)
class Untracked:
    """`layer` is used in the `call` of the model that `trained` trains, and only the plain object `owner` holds it."""

    layer: int
    owner: int
    trained: Trained


def untracked(timeline: Timeline) -> Iterator[Untracked]:
    """Layers with random weights that no training call and no gradient of the program can reach."""
    machine = timeline.machine
    trained = [event for event in timeline.of(Trained) if _is_own_model(machine, event.model)]
    gradients = list(timeline.of(Differentiated))
    if not trained or machine.reweighted_all or not all(event.known for event in gradients):
        return
    reached = {id for event in timeline.of(Trained) for id in event.flags.inside}
    for event in gradients:
        for value in event.values:
            if (owner := holder(value)) is not None:
                reached.update(below(machine, owner))
    seen: set[int] = set()
    for call in timeline.of(LayerCalled):
        this = machine.objects[call.layer]
        if call.layer in seen or call.layer in reached or call.layer in machine.reweighted or not this.fresh:
            continue
        if this.symbol.rpartition(".")[2] not in symbols.BUILT_LATE or set(above(machine, call.layer)) != {call.layer}:
            continue
        for one in trained:
            owner = _plain_owner(machine, one.model, call)
            if owner is not None:
                seen.add(call.layer)
                yield Untracked(call.layer, owner, one)
                break


def _is_own_model(machine: Machine, id: int) -> bool:
    """A model of a class of the program that Keras trains by its own step."""
    cls = machine.objects[id].cls
    return cls is not None and cls.known and cls.method("train_step") is None and cls.method("call") is not None


def _plain_owner(machine: Machine, model: int, call: LayerCalled) -> int | None:
    """The object that holds the layer, if the layer is called in the `call` of the model and is an attribute of it."""
    cls = machine.objects[model].cls
    if cls is None or not any(f.name == "call" and f.class_name == cls.name for f in call.at.frames):
        return None
    for value in machine.held(model):
        if not isinstance(value, Ref) or not _is_plain(machine, value):
            continue
        if any(isinstance(v, Ref) and v.id == call.layer for v in reach(machine, value)):
            return value.id
    return None


def _is_plain(machine: Machine, value: Ref) -> bool:
    """An instance of a class without any base: Keras does not look into it."""
    this = machine.object(value)
    return this.kind == "instance" and this.cls is not None and this.cls.known and not this.cls.bases
