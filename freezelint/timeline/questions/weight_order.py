"""In which order a legacy `.h5` file keeps the weights of a model inside a model.

For each layer of the outer model the file holds one list: the trainable weights of all that is in it, then the
others (FACTS X3). A flag that changes inside moves the weights of that layer from one part of the list to the
other; loading goes by position.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.keras.flags import above, below, children, covering, is_closed, value_in
from freezelint.timeline.keras.normalization import application, is_batchnorm

if TYPE_CHECKING:
    from freezelint.timeline.events import FlagEntry, Flags
    from freezelint.timeline.machine import Machine

#: One weight group of a layer: its place among the layers, and whether it is a moving statistic.
Group = tuple[int, bool]

#: So many layers of an application certainly hold two BatchNormalization layers.
_SURELY_TWO = 30
_WHOLE = frozenset({"", "layers", "submodules"})
_MERGES = frozenset(
    f"keras.layers.{n}" for n in ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")
)


def reordered(machine: Machine, then: Flags, source: int, now: Flags, target: int) -> tuple[int, FlagEntry] | None:
    """A model inside `target` whose weights certainly have another order than in `source` then, and a flag that
    tells why."""
    theirs, mine = list(_inner(machine, source)), list(_inner(machine, target))
    if source != target and (len(theirs) != len(mine) or not _alike(machine, source, target)):
        return None
    for other, id in zip(theirs, mine, strict=False):
        if machine.objects[other].symbol == machine.objects[id].symbol and _differ(machine, then, other, now, id):
            entry = _newest(machine, now, id) or _newest(machine, then, other)
            if entry is not None:
                return id, entry
    return None


def _inner(machine: Machine, model: int) -> Iterator[int]:
    """The models that are layers of a model, not those whose layers it took over."""
    for part in children(machine, model):
        if not part.inside and machine.objects[part.id].kind == "model" and machine.objects[part.id].cls is None:
            yield part.id


def _alike(machine: Machine, one: int, other: int) -> bool:
    """Two models made by the same line of the program."""
    a, b = machine.objects[one].site, machine.objects[other].site
    return a is not None and b is not None and a.node is b.node


def _differ(machine: Machine, then: Flags, other: int, now: Flags, id: int) -> bool:
    if application(machine, id):
        before, after = _application_flags(machine, then, other), _application_flags(machine, now, id)
        if before is None or after is None:
            return False
        return sum(a is not b for a, b in zip(before, after, strict=True)) >= _SURELY_TWO
    old, new = _groups(machine, then, other), _groups(machine, now, id)
    return old is not None and new is not None and sorted(old) == sorted(new) and old != new


def _related(machine: Machine, flags: Flags, id: int) -> list[FlagEntry]:
    """Flags in force at, below and above `id`, oldest first."""
    near = {*below(machine, id), *above(machine, id)}
    found = [e for e in flags.entries.values() if e.key[0] in near]
    return sorted(found, key=lambda e: e.write.at.order)


def _newest(machine: Machine, flags: Flags, id: int) -> FlagEntry | None:
    found = _related(machine, flags, id)
    return found[-1] if found else None


def _application_flags(machine: Machine, flags: Flags, id: int) -> list[bool] | None:
    """The flag of every layer of a named network; None when not all of them are known."""
    count = symbols.BATCHNORM_PLACES[application(machine, id)][0]
    whole = covering(flags, machine, (id, ""))
    if whole is not None and (whole.value is None or not whole.certain):
        return None
    values = [whole is None or whole.value is True] * count
    own = flags.entries.get((id, ""))
    for entry in _related(machine, flags, id):
        if whole is not None and entry.write.at.order <= whole.write.at.order:
            continue
        bounds = slice(None) if entry.key[1] == "layers" else machine.bounds.get(entry.key)
        if entry.key[0] != id or bounds is None or entry.value is None or not entry.certain:
            return None
        values[bounds] = [entry.value] * len(values[bounds])
    gated = own is not None and own.value is False and any(values)
    return None if gated else values


def _groups(machine: Machine, flags: Flags, id: int) -> list[Group] | None:
    """The weight groups of a model in the order of the file; None when not all that matters is known."""
    layers = _layers(machine, id)
    related = _related(machine, flags, id)
    known = all(e.certain and e.value is not None for e in related)
    mine = {id, *layers} | set(above(machine, id))
    if not layers or not known or any(e.key[0] not in mine or e.key[1] not in _WHOLE for e in related):
        return None
    first: list[Group] = []
    last: list[Group] = []
    for number, layer in enumerate(layers):
        symbol = machine.objects[layer].symbol
        if symbol in symbols.WEIGHTLESS:
            continue
        normalizes = is_batchnorm(machine, layer)
        if not normalizes and symbol.rpartition(".")[2] not in symbols.BUILT_LATE - {"Sequential"}:
            return None
        trains = value_in(flags, machine, (layer, "")) is not False
        (first if trains else last).append((number, False))
        if normalizes:
            last.append((number, True))
    own = flags.entries.get((id, ""))
    return None if own is not None and own.value is False and first else first + last


def _layers(machine: Machine, id: int) -> list[int]:
    """All layers of a model in order; [] when the program does not show them, or their order."""
    found = [part.id for part in children(machine, id)]
    if not is_closed(machine, id) or any(part.inside for part in children(machine, id)):
        return []
    branched = any(machine.objects[i].symbol in _MERGES for i in found)
    return [] if branched and machine.store.get(("items", id)) is None else found
