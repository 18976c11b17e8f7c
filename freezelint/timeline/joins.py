"""What holds after one of several paths was taken, for the kinds of state that need more than a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from freezelint.timeline.detail.states import BORN, UNWATCHED, State, StateKey, States
from freezelint.timeline.events import FlagEntry
from freezelint.timeline.store import MISSING, Missing
from freezelint.timeline.values import UNKNOWN, Const, Items, Ref, Tensor, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine

#: What is known of one object, list or file.
FACTS = frozenset(
    {"items", "file", "rate", "describes", "saved", "writes", "most", "checkpoint", "heedless", "tape", "name of"}
)


def fact(values: list[Any]) -> Any:
    """A fact that the paths which know it agree on: where it is missing there is no such object, or no such file."""
    known = [v for v in values if v is not MISSING]
    return known[0] if all(v == known[0] for v in known) else None


def flags(paths: list[dict[str, FlagEntry]], closing: tuple[int, ...]) -> dict[str, FlagEntry]:
    """A flag that one path wrote may be in force; flags on which the paths differ are unknown.

    An arm of a branch inside a loop over layers is a part of those layers, so its write is as certain as the loop.
    """
    joined: dict[str, FlagEntry] = {}
    for path in dict.fromkeys(path for flags in paths for path in flags):
        entries = [flags.get(path) for flags in paths]
        present = [e for e in entries if e is not None]
        newest = max(present, key=lambda e: e.write.at.order)
        same = len({e.value for e in present}) == 1
        part = any(path.endswith(f" if #{guard}") for guard in closing)
        certain = same and (part or len(present) == len(paths)) and all(e.certain for e in present)
        value = newest.value if same else None
        last = newest.newest if newest.value is None else newest.value
        joined[path] = FlagEntry(newest.key, value, newest.write, certain, last if value is None else None)
    return joined


def _state(values: list[Any]) -> State:
    """One flag: known when all paths agree, and then by the newest write."""
    known: list[State] = [BORN if v is MISSING else v for v in values]
    newest = max(known, key=lambda s: s.order)
    if all(s.value is not None and s.value is known[0].value for s in known):
        return newest
    unknown = next((s for s in known if s.value is None), None)
    return unknown or replace(newest, value=None, reason="only on some paths")


def _held(values: list[Any]) -> States | str | None:
    """The flags that a compile or a trace keeps: one by one."""
    first = next((v for v in values if v is not MISSING), None)
    if any(not isinstance(v, dict) for v in values):
        return first if all(v is first for v in values) else "unknown"
    return {key: _state([_of(v, key) for v in values]) for v in values for key in v}


def _of(held: States, key: StateKey) -> State | Missing:
    """The flag of one thing in the flags that were kept; a weight without its own has that of its layer."""
    id, slot = key
    own = held.get(key, MISSING)
    return held.get((id, ""), MISSING) if own is MISSING and slot != UNWATCHED else own


def _traces(values: list[Any]) -> Any:
    """The traces that a training method has: the same on all paths, or not known."""
    known = [() if v is MISSING else v for v in values]
    return known[0] if all(v == known[0] for v in known) else "unknown"


OF_DETAIL: dict[str, Callable[[list[Any]], Any]] = {"state": _state, "held": _held, "traces": _traces}


def tensors(values: list[Any]) -> Tensor:
    """One of several tensors: gradients are certain only for the layers that all of them went through."""
    parts = tuple(dict.fromkeys(part for t in values for part in t.parts))
    some = {part.id for part in parts if any(part not in t.parts for t in values)}
    return Tensor(parts, False, False, barred=frozenset(some).union(*(t.barred for t in values)))


def either(machine: Machine, values: list[Value]) -> Value:
    """One of several values."""
    first = values[0]
    if all(v == first for v in values):
        return first
    if machine.detail is not None and all(isinstance(v, Tensor) for v in values):
        return tensors(values)
    concrete = [v for v in values if v != Const(None)]
    if len(concrete) == 1 or (concrete and all(v == concrete[0] for v in concrete)):
        return concrete[0]
    if any(isinstance(v, Ref) for v in values):
        return _one_of(machine, values)
    tuples = [v.items for v in values if isinstance(v, Items)]
    if len(tuples) == len(values) and len({len(items) for items in tuples}) == 1:
        return Items(tuple(either(machine, list(each)) for each in zip(*tuples, strict=True)))
    return UNKNOWN


def _one_of(machine: Machine, values: list[Value]) -> Value:
    """One of several objects, by one identity from here on: `base = VGG16() if small else ResNet50()`."""
    ids = tuple(v.id if isinstance(v, Ref) else -1 for v in values)
    known = [machine.objects[i] for i in ids if i >= 0]
    if any(o.kind in ("list", "dict", "instance", "variable") for o in known):
        return UNKNOWN
    keras = all(o.keras for o in known) and -1 not in ids
    kinds = {o.kind for o in known}
    made = machine.new(kinds.pop() if len(kinds) == 1 else "opaque", keras=keras)
    machine.labels[made.id] = machine.label(known[0].id)
    return made
