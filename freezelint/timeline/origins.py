"""Where the weights of a model come from: random numbers, or something that the program loaded or trained.

Only random weights are known for certain: an application with `weights=None`, and a model that was rebuilt from
the description of another. Whatever may give them other values later takes that knowledge back, wherever in the
program it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from freezelint.timeline import flags, symbols
from freezelint.timeline.events import FlagEntry, Site
from freezelint.timeline.machine import holder
from freezelint.timeline.values import Const, Ref, Symbol, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

How = Literal["random", "rebuilt", "loaded"]


@dataclass(frozen=True, slots=True)
class Origin:
    """How an object got its first weights: `text` is the call, `source` the model that it was made from, if known.

    `frozen` is the newest flag that was False in that model and nothing took back: copies keep their flags
    (FACTS C9).
    """

    id: int
    order: int
    site: Site
    how: How
    text: str
    source: int | None = None
    frozen: FlagEntry | None = None


def made(machine: Machine, name: str, made: Ref, args: Arguments) -> None:
    """Note the origin of the model that the library function `name` returned."""
    if symbols.is_application(name):
        late = any(family in name for family in ("MobileNet", "NASNet"))
        if args.complete and args.get(-1 if late else 1, "weights") == Const(None):
            _note(machine, made, args, "random", None)
    elif name in symbols.LOADERS:
        _note(machine, made, args, "loaded", _saved_as(machine, args.get(0, "filepath")))
    elif name in symbols.OPAQUE_FUNCTIONS:
        _note(machine, made, args, "rebuilt", _described(machine, args.get(0, "model", "json_string", "config")))


def _note(machine: Machine, made: Ref, args: Arguments, how: How, source: int | None) -> None:
    frozen = None if source is None else _frozen_in(machine, source)
    machine.origins[made.id] = Origin(made.id, machine.order, args.site, how, args.text, source, frozen)


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
    path = args.get(0, "filepath")
    if path is not None and _is_one_path(path):
        machine.store.set(("saved", path), model.id)


def _saved_as(machine: Machine, path: Value | None) -> int | None:
    if path is None or not _is_one_path(path):
        return None
    known: int | None = machine.store.get(("saved", path))
    return known


def _is_one_path(path: Value) -> bool:
    return isinstance(path, (Ref, Symbol)) or (isinstance(path, Const) and isinstance(path.value, str))


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
        machine.reweighted.update(flags.below(machine, id), flags.above(machine, id))


def is_random(machine: Machine, id: int) -> bool:
    """Whether an object certainly has the weights that it was born with."""
    origin = machine.origins.get(id)
    return origin is not None and origin.how != "loaded" and not machine.reweighted_all and id not in machine.reweighted
