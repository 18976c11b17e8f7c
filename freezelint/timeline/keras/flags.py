"""Flags of layers: who holds whom, what a write covers, what is in force at a compile or a training call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from freezelint.timeline.events import (
    Compiled,
    FlagEntry,
    FlagKey,
    Flags,
    FlagWritten,
    Retraced,
    Site,
    Trained,
)
from freezelint.timeline.machine import Machine
from freezelint.timeline.symbols import TRACE_OF
from freezelint.timeline.values import UNKNOWN, Part, Ref, Selection, Value

#: Paths that stand for all layers of an object.
_WHOLE = frozenset({"", "layers", "submodules"})

# -- who holds whom ------------------------------------------------------------------------------------------


def hold(machine: Machine, container: int, parts: tuple[Part, ...], *, closed: bool | None = None) -> None:
    """`container` holds `parts` too; `closed` says whether it holds nothing else."""
    children: tuple[Part, ...] = machine.store.get(("children", container), ())
    new = tuple(p for p in dict.fromkeys(parts) if p not in children and p.id != container)
    if new:
        machine.order += 1
        machine.store.set(("children", container), children + new)
        for part in new:
            parents: tuple[Part, ...] = machine.store.get(("parents", part.id), ())
            machine.store.set(("parents", part.id), (*parents, Part(container)))
    if closed is not None:
        machine.store.set(("closed", container), closed)


def is_closed(machine: Machine, container: int) -> bool:
    return machine.store.get(("closed", container), False) is True


def children(machine: Machine, container: int) -> tuple[Part, ...]:
    found: tuple[Part, ...] = machine.store.get(("children", container), ())
    return found


def below(machine: Machine, top: int) -> Collection[int]:
    """`top` and every object known to be inside it."""
    return _walk(machine, top, _inside)


def above(machine: Machine, bottom: int) -> Collection[int]:
    """`bottom` and every object known to hold it."""
    return _walk(machine, bottom, _around)


def _inside(machine: Machine, id: int) -> list[int]:
    held = [part.id for part in children(machine, id)]
    parts = machine.parts_of.get(id)
    return [*held, *(i for i in parts if machine.objects[i].path != "parent")] if parts else held


def _around(machine: Machine, id: int) -> list[int]:
    parent = machine.objects[id].parent
    holders = [part.id for part in machine.store.get(("parents", id), ())]
    return holders if parent is None else [*holders, parent]


def _walk(machine: Machine, start: int, neighbours: Callable[[Machine, int], list[int]]) -> Collection[int]:
    """`start` and all that can be got to from there, once each."""
    waiting = neighbours(machine, start)
    if not waiting:
        return (start,)
    seen = {start: None}
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen[id] = None
            waiting += neighbours(machine, id)
    return seen.keys()


# -- what is in force ----------------------------------------------------------------------------------------


def flags_of(machine: Machine, id: int) -> dict[str, FlagEntry]:
    found: dict[str, FlagEntry] = machine.store.get(("flags", id), {})
    return found


def snapshot(machine: Machine, top: int) -> Flags:
    """Every flag in force at and below `top`, and the flags of whatever else holds some of that."""
    inside = frozenset(below(machine, top))
    entries: dict[FlagKey, FlagEntry] = {}
    for id in dict.fromkeys([*inside, *(h for i in inside for h in above(machine, i))]):
        for path, entry in flags_of(machine, id).items():
            if id in inside or path in _WHOLE:
                entries[(id, path)] = entry
    return Flags(entries, inside)


def _covers(path: str, other: str) -> bool:
    """Whether a write to `path` of an object sets every layer of `other` too."""
    if path == other or path in ("", "submodules"):
        return True
    return path == "layers" and other.startswith("layers")


def _covered(machine: Machine, id: int, path: str) -> Iterator[FlagEntry]:
    """Entries in force that a write to `path` of object `id` replaces."""
    for other, entry in flags_of(machine, id).items():
        if _covers(path, other) and not (path == "layers" and other == ""):
            yield entry
    if path in ("", "layers", "submodules"):
        for child in below(machine, id):
            if child != id and _reached(machine, id, child, path):
                yield from flags_of(machine, child).values()


def _reached(machine: Machine, top: int, child: int, path: str) -> bool:
    """Parts such as `model.optimizer` are not layers; parts reached through `layers` are."""
    this = machine.objects[child]
    if this.parent is None:
        return True
    if this.path.startswith(("layers", "get_layer", "submodules")):
        return this.parent == top or _reached(machine, top, this.parent, path)
    return path == "" and (this.keras or this.parent == top)


def covering(flags: Flags, machine: Machine, key: FlagKey) -> FlagEntry | None:
    """The newest entry of a snapshot that decides what `key` was then, or None when nothing was written."""
    id, path = key
    found = [e for (i, p), e in flags.entries.items() if i == id and _covers(p, path)]
    for holder in above(machine, id):
        if holder == id:
            continue
        through = _path_from(machine, holder, id)
        found += [e for (i, p), e in flags.entries.items() if i == holder and _covers(p, through)]
    return max(found, key=lambda e: e.write.at.order, default=None)


def _path_from(machine: Machine, holder: int, id: int) -> str:
    this = machine.objects[id]
    return this.path if this.parent == holder and this.path.startswith("layers") else "layers*"


def value_in(flags: Flags, machine: Machine, key: FlagKey) -> bool | None:
    """What the flag of `key` was in a snapshot: a new layer is trainable, unknown writes are unknown."""
    entry = covering(flags, machine, key)
    return True if entry is None else entry.value


# -- events --------------------------------------------------------------------------------------------------


def write(
    machine: Machine,
    site: Site,
    target: Ref | Selection,
    value: bool | None,
    text: str,
    *,
    keras: bool,
    raw: Value = UNKNOWN,
) -> FlagWritten:
    """`target.trainable = value`: the flags that it covers are gone, this one is in force."""
    if isinstance(target, Ref):
        id, path = target.id, ""
    else:
        id, path = target.owner, _narrowed(machine, target)
    under = covering(snapshot(machine, id), machine, (id, path))
    replaced = tuple(_covered(machine, id, path))
    held = len(children(machine, id))
    event = FlagWritten(machine.moment(site), (id, path), value, raw, text, keras, replaced, under, held)
    for entry in replaced:
        owner, other = entry.key
        left = {p: e for p, e in flags_of(machine, owner).items() if p != other}
        machine.store.set(("flags", owner), left)
    entry = FlagEntry((id, path), value, event)
    machine.store.set(("flags", id), {**flags_of(machine, id), path: entry})
    machine.emit(event)
    return event


def _narrowed(machine: Machine, selection: Selection) -> str:
    """A write under an `if` inside the loop concerns a part of the selection: say which branch."""
    deeper = machine.guards[selection.guards :] if selection.each else []
    return selection.path + "".join(f" if #{guard}" for guard in deeper)


def compiled(
    machine: Machine,
    site: Site,
    model: int,
    *,
    eager: bool | None,
    own: bool,
    optimizer: int | None = None,
    rate: tuple[float | None, str] = (None, ""),
) -> None:
    """`model.compile(…)`: a new snapshot, and no trace."""
    event = Compiled(machine.moment(site), model, snapshot(machine, model), eager, own, *rate)
    machine.store.set(("compiled", model), event)
    machine.store.set(("optimizer", model), optimizer)
    for method in set(TRACE_OF.values()):
        machine.store.set(("traced", model, method), None)
    machine.store.set(("trained", model), False)
    log: tuple[Any, ...] = machine.store.get(("compiles",), ())
    machine.store.set(("compiles",), (*log, event)[-64:])
    machine.emit(event)


def trained(machine: Machine, site: Site, model: int, method: str) -> Trained:
    """A training call: it uses the last compile (Keras 2) or the trace of this method (Keras 3)."""
    slot = ("traced", model, TRACE_OF.get(method, method))
    compile_state = machine.store.get(("compiled", model))
    trace = machine.store.get(slot)
    if isinstance(compile_state, Compiled) and compile_state.at.order <= machine.horizon:
        compile_state = "unknown"
    if isinstance(trace, Trained) and trace.at.order <= machine.horizon:
        trace = "unknown"
    event = Trained(
        machine.moment(site), model, method, snapshot(machine, model), compile_state, trace,
        machine.store.get(("trained", model), False) is True,
        _other_compiles(machine, model),
    )  # fmt: skip
    if trace is None:
        machine.store.set(slot, event)
    machine.store.set(("trained", model), True)
    machine.emit(event)
    return event


def _other_compiles(machine: Machine, model: int) -> tuple[tuple[Compiled, bool], ...]:
    """Compiles of other models so far, each with whether it may hold (a part of) what `model` holds."""
    log: tuple[Compiled, ...] = machine.store.get(("compiles",), ())
    mine = set(below(machine, model))
    found = []
    for event in log:
        if event.model != model:
            open_world = not is_closed(machine, event.model)
            found.append((event, open_world or bool(mine & set(below(machine, event.model)))))
    return tuple(found)


def retraced(machine: Machine, site: Site, model: int) -> None:
    """`make_train_function(force=True)`: Keras 3 traces again at the next training call."""
    for method in set(TRACE_OF.values()):
        machine.store.set(("traced", model, method), None)
    machine.emit(Retraced(machine.moment(site), model))


def nested(machine: Machine, top: int, id: int) -> bool:
    """Whether `id` is one of the layers of `top`, at any depth, so that its own flag counts there."""
    waiting, seen = [top], set()
    while waiting:
        here = waiting.pop()
        seen.add(here)
        for part in children(machine, here):
            if part.inside or part.id in seen:
                continue
            if part.id == id:
                return True
            waiting.append(part.id)
        for other in machine.parts_of.get(here, ()):
            this = machine.objects[other]
            if this.path.startswith(("layers[", "get_layer")) and other not in seen:
                if other == id:
                    return True
                waiting.append(other)
    return False
