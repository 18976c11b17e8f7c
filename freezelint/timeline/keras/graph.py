"""The graph of a model as far as a plan needs it: the order of its layers, and where gradients may not pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.detail import trainability
from freezelint.timeline.keras import flags
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import Const, Items, Part, Ref, Tensor, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine


def blocked(tensors: Iterable[Tensor]) -> frozenset[int]:
    """The layers whose gradients may not come through any of the tensors that went through them."""
    tensors = list(tensors)
    candidates = {id for tensor in tensors for id in tensor.barred}
    return frozenset(
        id for id in candidates if all(id in t.barred for t in tensors if any(part.id == id for part in t.parts))
    )


def through(machine: Machine, layer: int, tensors: Sequence[Tensor], result: Tensor) -> Tensor:
    """`result` is what calling `layer` on `tensors` gives; note it, with its chain of layers."""
    if machine.detail is None:
        return result
    before = tensors[0].chain if len(tensors) == 1 else None
    barred = result.barred
    if not passes(machine, layer):
        barred = barred | {part.id for tensor in tensors for part in tensor.parts}
    made = replace(result, chain=None if before is None else (*before, layer), barred=barred)
    first = machine.store.get(("output", layer)) is None
    if not machine.traced and any(t.chain is not None or t.parts for t in tensors):
        machine.store.set(("output", layer), made if first else "several")
    return made


def tracked(machine: Machine, owner: Ref, value: Value, found: tuple[Value, ...]) -> tuple[Value, ...]:
    """The layers in a list, tuple or dictionary that becomes an attribute of a model: Keras tracks it from then on."""
    if not isinstance(value, (Ref, Items)) or (isinstance(value, Ref) and machine.object(value).kind == "model"):
        return found
    if isinstance(value, Ref) and machine.object(value).kind in ("list", "dict"):
        owners = machine.store.get(("tracked by", value.id), ())
        machine.store.set(("tracked by", value.id), (*owners, owner.id) if isinstance(owners, tuple) else (owner.id,))
        if machine.object(value).kind == "dict":
            return tuple(machine.held(value.id))
    inner = tuple(item for v in found for item in items_of(machine, v) or ())
    return (*found, *inner)


def grown(machine: Machine, list: Ref, added: Iterable[Value]) -> None:
    """Layers were added to a list that Keras tracks."""
    owners = machine.store.get(("tracked by", list.id), ())
    if machine.detail is None or not isinstance(owners, tuple):
        return
    parts = tuple(Part(v.id) for v in added if isinstance(v, Ref) and machine.object(v).keras)
    for owner in owners:
        flags.hold(machine, owner, parts)


def order_of(machine: Machine, model: int) -> tuple[Value, ...] | None:
    """The items of `model.layers` when a detailed walk is sure of their order."""
    if machine.detail is None:
        return None
    this = machine.objects[model]
    if this.cls is not None and this.cls.known and machine.store.get(("outputs", model)) is None:
        held = {v.id for v in machine.held(model) if isinstance(v, Ref)}
        ids = [part.id for part in flags.children(machine, model)]
        return tuple(Ref(id) for id in ids) if ids and set(ids) <= held else None
    items = machine.store.get(("items", model))
    return items if isinstance(items, tuple) else None


def layer_at(machine: Machine, model: Ref, index: Value | None) -> Ref | None:
    """`model.get_layer(index=2)`."""
    items = order_of(machine, model.id)
    if not isinstance(items, tuple) or not isinstance(index, Const) or not isinstance(index.value, int):
        return None
    found = items[index.value] if -len(items) <= index.value < len(items) else None
    return found if isinstance(found, Ref) else None


def built(machine: Machine, items: Iterable[Value]) -> None:
    """Layers of a Sequential that knows its input are built at once, those of the program's classes by a call."""
    for item in items:
        late = machine.detail is not None and machine.detail.skips_same
        if late and isinstance(item, Ref) and machine.object(item).cls is not None:
            trainability.born(machine, item.id)


def from_library(machine: Machine, name: str, made: Ref) -> Ref:
    """Note which function or class of the library made an object; calling a loss lets gradients pass."""
    if machine.detail is not None:
        machine.detail.library[made.id] = name
        if name.startswith("keras.losses."):
            machine.detail.losses.add(made.id)
    return made


def operated(machine: Machine, name: str, result: Tensor) -> Tensor:
    """What the library function `name` makes of tensors: gradients pass through the functions of a table only."""
    known = name.startswith("keras.losses.") or name.rpartition(".")[2] in symbols.DIFFERENTIABLE
    if machine.detail is None or known:
        return result
    return replace(result, barred=result.barred | {part.id for part in result.parts})


def passes(machine: Machine, id: int) -> bool:
    """Whether gradients certainly pass from the output of a layer or model to its input."""
    this = machine.objects[id]
    if this.cls is not None:
        ran = machine.detail.forward.get(id) if machine.detail else None
        result = ran.result if ran else None
        return isinstance(result, Tensor) and any(p.id == id for p in result.parts) and id not in result.barred
    if this.symbol == "keras.Sequential":
        items = machine.store.get(("items", id))
        return isinstance(items, tuple) and all(isinstance(v, Ref) and passes(machine, v.id) for v in items)
    if this.symbol == "keras.Model":
        return all(passes(machine, part.id) for part in machine.store.get(("children", id), ()))
    if symbols.is_application(this.symbol):
        return True
    name = this.symbol.rpartition(".")[2]
    known = this.symbol in symbols.WEIGHTLESS or this.symbol in symbols.BATCHNORMS or name in symbols.LAYER_WEIGHTS
    loss = this.path == "compiled_loss" or (machine.detail is not None and id in machine.detail.losses)
    return loss or (known and name not in symbols.BLOCKING)


def functional(machine: Machine, model: int, inputs: Sequence[Tensor], outputs: Sequence[Tensor], all: Tensor) -> None:
    """Note the output of a functional model and, if it is one chain of layers, their order."""
    if machine.detail is None:
        return
    machine.store.set(("outputs", model), all)
    machine.store.set(("heads", model), len(outputs))
    if len(inputs) == 1 and len(outputs) == 1 and inputs[0].chain is not None and outputs[0].chain is not None:
        above, chain = inputs[0].chain, outputs[0].chain
        if chain[: len(above)] == above and len(set(chain)) == len(chain):
            entry = machine.new("layer", symbol="keras.layers.InputLayer", keras=True, fresh=True)
            machine.store.set(("items", model), (entry, *(Ref(id) for id in chain[len(above) :])))


def output_of(machine: Machine, id: int) -> Tensor | None:
    """`layer.output`, `model.output` where the walk has seen how it came about."""
    if machine.detail is None:
        return None
    this = machine.objects[id]
    known: object = machine.store.get(("outputs" if this.symbol == "keras.Model" else "output", id))
    if this.symbol == "keras.Sequential":
        items: tuple[Value, ...] | None = machine.store.get(("items", id))
        return None if items is None else sequence(machine, items)
    return known if isinstance(known, Tensor) else None


def sequence(machine: Machine, items: tuple[Value, ...]) -> Tensor | None:
    """The tensor that went through layers one after the other."""
    made = Tensor(chain=())
    for item in items:
        if not isinstance(item, Ref):
            return None
        after = replace(made, parts=(*made.parts, Part(item.id)))
        made = replace(through_one(machine, item.id, made, after), chain=(*(made.chain or ()), item.id))
    return made


def through_one(machine: Machine, layer: int, before: Tensor, after: Tensor) -> Tensor:
    """`after` with what `layer` blocks."""
    if passes(machine, layer):
        return after
    return replace(after, barred=after.barred | {part.id for part in before.parts})
