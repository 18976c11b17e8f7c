"""Where the weights of a model come from: random numbers, or something that the program loaded or trained.

Only random weights are known for certain: an application with `weights=None`, and a model that was rebuilt from
the description of another. Whatever may give them other values later takes that knowledge back, wherever in the
program it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.events import FlagEntry, Site
from freezelint.timeline.keras import flags
from freezelint.timeline.machine import holder
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

How = Literal["random", "rebuilt", "loaded"]


@dataclass(frozen=True, slots=True)
class Origin:
    """How an object got its first weights: `text` is the call, `source` the model that it was made from, if known.

    `held` is what that model held then. `frozen` is the newest flag that was False in it and nothing took back: copies
    keep their flags (FACTS C9).
    """

    id: int
    order: int
    site: Site
    how: How
    text: str
    source: int | None = None
    frozen: FlagEntry | None = None
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Copy:
    """A layer was copied into `wrapper` at `order`; what happens to the original later does not reach the copies."""

    order: int
    wrapper: int
    site: Site


def wrapped(machine: Machine, name: str, wrapper: Ref, args: Arguments) -> bool:
    """`Bidirectional(layer)` makes two layers of its own from the configuration of `layer` (FACTS C11)."""
    layer = args.get(0, "layer")
    if name != "keras.layers.Bidirectional":
        return False
    if isinstance(layer, Ref):
        machine.copied[layer.id] = Copy(machine.order, wrapper.id, args.site)
    return True


def made(machine: Machine, name: str, made: Ref, args: Arguments) -> None:
    """Note the origin of the model that the library function `name` returned."""
    if symbols.is_application(name):
        late = any(family in name for family in ("MobileNet", "NASNet"))
        if args.complete and args.get(-1 if late else 1, "weights") == Const(None):
            _note(machine, made, args, "random", None)
    elif name in symbols.LOADERS:
        _note(machine, made, args, "loaded", _saved_as(machine, args))
    elif name in symbols.OPAQUE_FUNCTIONS:
        _note(machine, made, args, "rebuilt", _described(machine, args.get(0, "model", "json_string", "config")))


def _note(machine: Machine, made: Ref, args: Arguments, how: How, source: int | None) -> None:
    frozen = None if source is None else _frozen_in(machine, source)
    held = frozenset() if source is None else frozenset(flags.below(machine, source))
    machine.origins[made.id] = Origin(made.id, machine.order, args.site, how, args.text, source, frozen, held)


def description(machine: Machine, model: Ref) -> Ref:
    """`model.to_json()`, `model.get_config()`: all but the weights."""
    text = machine.new("other")
    machine.store.set(("describes", text.id), model.id)
    return text


def _described(machine: Machine, value: Value | None) -> int | None:
    if not isinstance(value, Ref):
        return None
    if machine.object(value).kind == "other":
        known: int | None = machine.store.get(("describes", value.id))
        return known
    return value.id


def saved(machine: Machine, model: Ref, args: Arguments) -> None:
    """`model.save(path)`: loading from there gives a copy of the model."""
    machine.store.set(("saved", _path(args)), model.id)


def _saved_as(machine: Machine, args: Arguments) -> int | None:
    known: int | None = machine.store.get(("saved", _path(args)))
    return known


def _path(args: Arguments) -> Value | str:
    """A path by its value, or by how the program spells it when that is not known."""
    path = args.get(0, "filepath", "path")
    if isinstance(path, (Ref, Const)):
        return path
    given = args.node.args if isinstance(args.node, cst.Call) else ()
    spelled = [a.value for a in given if a.keyword is None or a.keyword.value in ("filepath", "path")]
    return text_of(spelled[0]) if spelled else ""


def _frozen_in(machine: Machine, source: int) -> FlagEntry | None:
    """The newest False below `source` that still holds for some layers."""
    below = flags.snapshot(machine, source)
    entries = sorted(below.entries.values(), key=lambda e: e.write.at.order)
    found = None
    for entry in entries:
        if entry.value is False and entry.certain and entry.write.text:
            found = entry
        elif entry.certain or entry.value is None:
            found = None
    return found


def touched(machine: Machine, value: Value) -> None:
    """The weights of `value` may get other values here; of everything, when nobody knows what it is."""
    id = holder(value)
    if id is None or (machine.objects[id].kind == "opaque" and machine.objects[id].parent is None):
        machine.reweighted_all = True
    if id is not None:
        near = (*flags.below(machine, id), *flags.above(machine, id))
        machine.reweighted.update(dict.fromkeys(near, machine.order))


def used(machine: Machine, id: int) -> None:
    """The layer or model is called, evaluated, saved, trained: it is not out of use yet."""
    machine.used[id] = machine.order


def checkpoint(machine: Machine, args: Arguments) -> Ref:
    """`ModelCheckpoint(path)`: the model that is fitted with it can be loaded from there."""
    callback = machine.opaque()
    machine.store.set(("writes", callback.id), _path(args))
    return callback


def checkpointed(machine: Machine, model: Ref, callbacks: tuple[Value, ...]) -> None:
    """`model.fit(…, callbacks=[…])`: what the callbacks write is this model."""
    for callback in callbacks:
        path = machine.store.get(("writes", callback.id)) if isinstance(callback, Ref) else None
        if path is not None:
            machine.store.set(("saved", path), model.id)


def is_random(machine: Machine, id: int) -> bool:
    """Whether an object certainly has the weights that it was born with."""
    origin = machine.origins.get(id)
    return origin is not None and origin.how != "loaded" and not machine.reweighted_all and id not in machine.reweighted
