"""What a model holds when it is trained: the places of its weights, named as `freezelint verify` names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.keras.flags import children
from freezelint.timeline.keras.layer_modes import mode_of, top_mode
from freezelint.timeline.keras.naming import path_name
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import Const, Ref, Tensor

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Weights of one layer: `path` leads to it from the model, `above` are the objects on the way, the model first.

    `trained` are the weights that gradients move, `moving` those that training mode moves, `fixed` those that nothing
    moves; `trained` is ("*",) when they are many and not told apart. `mode` says whether the layer runs in training
    mode. `idle` says why no gradient may come here, `doubt` why nothing is known; `batchnorm` that a network with
    BatchNormalization is one place.
    """

    path: str
    id: int
    above: tuple[int, ...]
    trained: tuple[str, ...] = ()
    moving: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    mode: bool | None = True
    idle: str = ""
    doubt: str = ""
    batchnorm: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a model's weights, and all objects in it."""

    model: int
    places: tuple[Place, ...]
    ids: frozenset[int]


def layout(machine: Machine, model: int, *, fitted: bool = True) -> Layout:
    """The layout of a model at this moment of the walk; `fitted` says that `fit` calls it, in training mode."""
    mode = top_mode(machine, model) if fitted else None
    places = tuple(_places(machine, model, "", (), mode, ""))
    by_path: dict[str, set[int]] = {}
    for place in places:
        by_path.setdefault(place.path, set()).add(place.id)
    same_name = "several layers have this name"
    places = tuple(replace(p, doubt=same_name) if len(by_path[p.path]) > 1 else p for p in places)
    return Layout(model, places, frozenset(id for p in places for id in (*p.above, p.id)))


def contents(machine: Machine, id: int) -> tuple[tuple[int, ...], str]:
    """The layers directly in a model or layer, and why there may be others ("" when these are all)."""
    this = machine.objects[id]
    if this.symbol == "keras.Sequential":
        items = machine.store.get(("items", id))
        if isinstance(items, tuple):
            return tuple(v.id for v in items if isinstance(v, Ref)), ""
        return _held(machine, id), "its layers are not all known"
    if this.symbol == "keras.Model" or machine.store.get(("outputs", id)) is not None:
        return _functional(machine, id)
    if this.cls is not None:
        return _own_class(machine, id)
    return _held(machine, id), ""


def _held(machine: Machine, id: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(p.id for p in children(machine, id) if not p.inside))


def _functional(machine: Machine, id: int) -> tuple[tuple[int, ...], str]:
    output = machine.store.get(("outputs", id))
    held = _held(machine, id)
    if not isinstance(output, Tensor) or not output.known or not held:
        return held, "its layers are not all known"
    opaque = [p for p in children(machine, id) if p.inside]
    return held, f"the layers of `{machine.label(opaque[0].id)}` in it are not known" if opaque else ""


def _own_class(machine: Machine, id: int) -> tuple[tuple[int, ...], str]:
    """The layers in the attributes of an object of the program's class, and what its `call` calls besides."""
    held = _held(machine, id)
    cls = machine.objects[id].cls
    ran = machine.detail.forward.get(id) if machine.detail else None
    used = [call.layer for call in ran.calls] if ran else []
    strange = next((other for other in used if not machine.objects[other].keras), None)
    if cls is not None and not cls.known:
        return held, f"a base class of {cls.name} is not known"
    return held, "" if strange is None else f"`{machine.label(strange)}` is not known"


# -- places --------------------------------------------------------------------------------------------------


def _places(
    machine: Machine, id: int, path: str, above: tuple[int, ...], mode: bool | None, idle: str
) -> Iterator[Place]:
    this = machine.objects[id]
    name = this.symbol.rpartition(".")[2]
    if this.symbol in symbols.WEIGHTLESS or len(above) > _DEEPEST:
        return
    place = Place(path, id, above, mode=mode, idle=idle)
    rebuilt = machine.store.get(("rebuilt", id))
    known = symbols.is_layer_class(this.symbol) and this.cls is None
    if rebuilt is not None:
        yield replace(place, doubt=f"`{rebuilt}` changes what it holds")
    elif known and name in symbols.LAYER_WEIGHTS:
        yield replace(place, trained=weight_names(machine, id), doubt=_initial_doubt(machine, id))
    elif known and name in symbols.LAYER_STATES:
        yield _stateful(machine, place, name)
    elif symbols.is_application(this.symbol):
        yield _application(place, name)
    elif this.kind == "opaque" or (not known and not this.keras):
        yield replace(place, doubt=f"`{machine.label(id)}` is not known")
    else:
        yield from _container(machine, place, name, known=known)


def _container(machine: Machine, place: Place, name: str, *, known: bool) -> Iterator[Place]:
    this = machine.objects[place.id]
    inside, rest = contents(machine, place.id)
    if this.cls is None and this.symbol not in symbols.MODEL_CLASSES and not (known and name == "TimeDistributed"):
        what = f"nothing is known of the weights of {name}" if name else f"`{machine.label(place.id)}` is not known"
        yield replace(place, doubt=what)
        return
    for child in inside:
        below = f"{place.path}/{path_name(machine, child)}" if place.path else path_name(machine, child)
        mode = mode_of(machine, place.id, child, place.mode, fitted=not place.above)
        idle = place.idle or _idle(machine, place.id, child, inside)
        yield from _places(machine, child, below, (*place.above, place.id), mode, idle)
    if rest:
        yield replace(place, doubt=rest)
    elif this.cls is not None and _has_own_weights(machine, place.id):
        yield replace(place, doubt=f"{this.cls.name} makes weights of its own")


def _has_own_weights(machine: Machine, id: int) -> bool:
    cls = machine.objects[id].cls
    code = "" if cls is None else code_of(cls.node)
    return any(word in code for word in ("add_weight(", "add_variable(", "Variable("))


def weight_names(machine: Machine, id: int) -> tuple[str, ...]:
    """The weights of a layer of a known class, in the order of `layer.weights`."""
    name = machine.objects[id].symbol.rpartition(".")[2]
    found = []
    for word in (symbols.LAYER_WEIGHTS.get(name) or symbols.LAYER_STATES.get(name) or "").split():
        weight, _, argument = word.partition(":")
        if argument and not _has(machine, id, argument):
            continue
        found.append(weight)
    return tuple(found)


def _has(machine: Machine, id: int, argument: str) -> bool:
    args = machine.made.get(id)
    return args is None or args.keywords.get(argument) != Const(False)


def _initial_doubt(machine: Machine, id: int) -> str:
    """`Bidirectional(LSTM(4), trainable=False)`: whether the constructor's flag reaches what the layer makes."""
    args = machine.made.get(id)
    name = machine.objects[id].symbol.rpartition(".")[2]
    if args is None or symbols.LAYER_WEIGHTS.get(name) != "*" or name.startswith(("Depthwise", "Einsum")):
        return ""
    given = args.keywords.get("trainable")
    return "" if given in (None, Const(True)) else f"`trainable=` of {name} may not reach the layers in it"


def _stateful(machine: Machine, place: Place, name: str) -> Place:
    names = weight_names(machine, place.id)
    if name == "Normalization":
        return replace(place, fixed=names)
    moving = tuple(n for n in names if n.startswith("moving"))
    return replace(place, trained=tuple(n for n in names if n not in moving), moving=moving)


def _application(place: Place, name: str) -> Place:
    """All weights of a network as one: frozen none of them moves, and in two families not all of them train."""
    batchnorm = name not in symbols.WITHOUT_BATCHNORM
    idle = place.idle
    if name.startswith("EfficientNet"):
        idle = idle or f"the Normalization layer of {name} holds weights that nothing moves"
    elif name.startswith("ConvNeXt"):
        idle = idle or f"{name} scales some of its gradients below what a weight can take up"
    return replace(place, trained=("*",), batchnorm=batchnorm, idle=idle)


# -- gradients -----------------------------------------------------------------------------------------------


def _idle(machine: Machine, parent: int, child: int, inside: tuple[int, ...]) -> str:
    """Why the gradients of what `parent` returns may not reach `child`."""
    from freezelint.timeline.keras.graph import passes

    this = machine.objects[parent]
    if this.symbol == "keras.Sequential":
        after = inside[inside.index(child) + 1 :]
        stop = next((id for id in after if not passes(machine, id)), None)
        return "" if stop is None else f"no gradient may come through `{machine.label(stop)}`"
    output = machine.store.get(("outputs", parent))
    if output is None and machine.detail is not None:
        ran = machine.detail.forward.get(parent)
        output = ran.result if ran else None
        if this.cls is None:
            return ""
    if not isinstance(output, Tensor):
        return "it is not known what `call` returns"
    if not any(part.id == child for part in output.parts):
        return "what the model returns may not depend on it"
    return "no gradient may come through what follows it" if child in output.barred else ""
