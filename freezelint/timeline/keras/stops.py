"""`tf.stop_gradient`: which layers no gradient reaches any more, and which it was never going to reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.events import Flags, LayerCalled, Site, Trained
from freezelint.timeline.keras import normalization
from freezelint.timeline.keras.flags import below, covering
from freezelint.timeline.questions.stale import nothing_trains
from freezelint.timeline.step_events import GradientStopped
from freezelint.timeline.values import Const, Function, Object, Part, Ref, Symbol, Tensor, Value

if TYPE_CHECKING:
    from freezelint.timeline import Timeline
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

#: Not `activity_regularizer`: its loss comes from the output, through the stop or not at all.
_REGULARIZERS = frozenset({"kernel_regularizer", "bias_regularizer", "embeddings_regularizer"})


def left(tensors: Iterable[Tensor]) -> tuple[Part, ...]:
    """What is cut off in a tensor made of these: what is cut off on every way to it."""
    tensors = list(tensors)
    reached = {part for tensor in tensors for part in tensor.parts if part not in tensor.cut}
    return tuple(dict.fromkeys(part for tensor in tensors for part in tensor.cut if part not in reached))


def stopped(machine: Machine, args: Arguments, tensor: Tensor | None) -> Value:
    """`tf.stop_gradient(tensor)`; of something else only that it was put on what `call` is given is kept."""
    if tensor is None:
        if _is_given(machine, args):
            machine.store.set(("stops", _self(machine)), args.site)
        return machine.opaque()
    for part in tensor.parts:
        machine.store.set(("stop", part.id), args.site)
    return replace(tensor, cut=tensor.parts, barred=frozenset(part.id for part in tensor.parts))


def _self(machine: Machine) -> int:
    """The object whose method runs."""
    value = machine.lookup("self")
    return value.id if isinstance(value, Ref) else -1


def _is_given(machine: Machine, args: Arguments) -> bool:
    """Whether the argument is the first parameter of the `call` that runs, and no layer of its own stands between."""
    function = machine.stack[-1] if machine.stack else None
    node = args.node.args[0].value if isinstance(args.node, cst.Call) and args.node.args else None
    if function is None or function.name != "call" or function.owner is None or not isinstance(node, cst.Name):
        return False
    parameters = function.node.params.params
    value = machine.lookup(node.value)
    fresh = (
        isinstance(value, Ref) and machine.labels.get(value.id) == node.value and machine.object(value).parent is None
    )
    return fresh and len(parameters) > 1 and parameters[1].name.value == node.value


def through(machine: Machine, layer: Ref, tensor: Tensor, args: Arguments) -> Tensor:
    """A `Lambda` layer around `tf.stop_gradient` does the same."""
    made = machine.made.get(layer.id)
    if made is None or machine.object(layer).symbol != "keras.layers.Lambda":
        return tensor
    function = made.get(0, "function")
    stop = isinstance(function, Symbol) and function.name in symbols.GRADIENT_STOPS
    if isinstance(function, Function) and isinstance(function.node, cst.Lambda):
        body = function.node.body
        called = machine.evaluate(body.func) if isinstance(body, cst.Call) and len(body.args) == 1 else None
        stop = isinstance(called, Symbol) and called.name in symbols.GRADIENT_STOPS
    if not stop:
        return tensor
    for part in tensor.parts:
        machine.store.set(("stop", part.id), args.site)
    return replace(tensor, cut=tensor.parts, barred=frozenset(part.id for part in tensor.parts))


def passed(machine: Machine, model: int, result: Value) -> None:
    """The forward pass of `model` is known: what it cuts off."""
    given = machine.store.get(("stops", model))
    if isinstance(given, Site):
        machine.store.set(("stops", model), None)
        machine.emit(GradientStopped(machine.moment(given), model, ()))
    if not isinstance(result, Tensor):
        return
    for part in result.cut:
        site = machine.store.get(("stop", part.id))
        if isinstance(site, Site):
            machine.emit(GradientStopped(machine.moment(site), model, (part.id,)))


# -- what still moves ----------------------------------------------------------------------------------------


def moving(timeline: Timeline, stop: GradientStopped, trained: Trained, keras: str) -> str:
    """Why a training call moves something although its gradient was stopped; "" when nothing certainly does."""
    machine, model = timeline.machine, timeline.machine.objects[trained.model]
    if model.cls is not None and model.cls.method("train_step") is not None:
        return ""
    if not stop.layers:
        return "input" if nothing_trains(machine, trained.model, trained.flags) is None else ""
    for layer in stop.layers:
        if normalization.moving(machine, trained.flags, layer) is not None and _in_training(
            timeline, layer, model, keras
        ):
            return "statistics"
        if any(_is_regularized(machine, trained.flags, id) for id in below(machine, layer)):
            return "regularizer"
    return ""


def _in_training(timeline: Timeline, layer: int, model: Object, keras: str) -> bool:
    """Whether `fit` runs the layer in training mode: Keras 3 asks that `call` has the argument (FACTS X5)."""
    calls = [event.training for event in timeline.of(LayerCalled) if event.layer == layer]
    if not calls or any(isinstance(t, Const) and t.value is False for t in calls):
        return False
    call = None if model.cls is None else model.cls.method("call")
    told = call is None or any(p.name.value == "training" for p in call.node.params.params)
    return keras == "2" or told or all(t == Const(True) for t in calls)


def _is_regularized(machine: Machine, flags: Flags, id: int) -> bool:
    made = machine.made.get(id)
    entry = covering(flags, machine, (id, ""))
    free = entry is None or (entry.value is True and entry.certain)
    names = {} if made is None else {k: v for k, v in made.keywords.items() if k in _REGULARIZERS}
    return free and any(v != Const(None) for v in names.values())
