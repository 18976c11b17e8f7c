"""Python's lists, tuples and dictionaries: what is in them, and what their methods do."""

from __future__ import annotations

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.values import UNKNOWN, Const, Items, Ref, Selection, Value


def items_of(machine: Machine, value: Value | None) -> tuple[Value, ...] | None:
    """The items of a list, tuple or known selection; None when they are not all known."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Selection) and value.items is not None:
        return value.items
    if isinstance(value, Ref) and machine.object(value).kind == "list":
        machine.consulted.append(value.id)
        found: tuple[Value, ...] | None = machine.store.get(("items", value.id))
        return found
    return None


def entries_of(machine: Machine, value: Value) -> dict[str, Value] | None:
    """The entries of a dictionary with names as keys; None when they are not all known."""
    if not isinstance(value, Ref) or machine.object(value).kind != "dict" or machine.store.get(("open", value.id)):
        return None
    machine.consulted.append(value.id)
    found = {key[2]: machine.store.get(key) for key in machine.contents.get(value.id, ()) if key[0] == "entry"}
    return {str(k.value): v for k, v in found.items() if isinstance(k, Const) and v is not None}


def make_dict(machine: Machine, entries: dict[str, Value], *, complete: bool) -> Ref:
    """A dictionary with names as keys; not `complete`: it may hold more."""
    made = machine.new("dict")
    for name, value in entries.items():
        machine.put(("entry", made.id, Const(name)), value)
    machine.store.set(("open", made.id), not complete)
    return made


def make_open_list(machine: Machine, values: list[Value]) -> Ref:
    """A list of which only some items are known."""
    made = machine.new("list")
    for number, value in enumerate(values):
        machine.put(("entry", made.id, number), value)
    return made


def call_dict(machine: Machine, receiver: Ref, name: str, args: Arguments) -> Value:
    """`receiver.name(…)` on a dictionary."""
    machine.consulted.append(receiver.id)
    entries = [(key[2], machine.store.get(key)) for key in machine.contents.get(receiver.id, ()) if key[0] == "entry"]
    entries = [(key, value) for key, value in entries if value is not None]
    if name in ("get", "pop", "setdefault") and isinstance(args.get(0), Const):
        return dict(entries).get(args.get(0)) or args.get(1) or UNKNOWN
    if name in ("values", "items") and machine.store.get(("open", receiver.id)) is not True:
        return Items(tuple(value if name == "values" else Items((key, value)) for key, value in entries))
    if name in ("keys", "copy"):
        return UNKNOWN
    machine.store.set(("open", receiver.id), True)
    for value in args.values():
        machine.put(("entry", receiver.id, len(machine.contents.get(receiver.id, ()))), value)
    escape(machine, receiver)
    return machine.opaque()


def call_list(machine: Machine, receiver: Ref, name: str, args: Arguments) -> Value:
    """`receiver.name(…)` on a list."""
    machine.consulted.append(receiver.id)
    items: tuple[Value, ...] | None = machine.store.get(("items", receiver.id))
    if items is not None and name == "append" and len(args.positional) == 1:
        machine.store.set(("items", receiver.id), (*items, args.positional[0]) if len(items) < 64 else None)
    elif items is not None and name == "extend" and (more := items_of(machine, args.get(0))) is not None:
        machine.store.set(("items", receiver.id), (*items, *more))
    elif name == "pop":
        return _pop(machine, receiver, items, args)
    elif name in symbols.MUTATORS:
        machine.store.set(("items", receiver.id), None)
    return UNKNOWN


def _pop(machine: Machine, receiver: Ref, items: tuple[Value, ...] | None, args: Arguments) -> Value:
    at = args.get(0) or Const(-1)
    if items and isinstance(at, Const) and at.value in (0, -1):
        machine.store.set(("items", receiver.id), items[1:] if at.value == 0 else items[:-1])
        return items[0] if at.value == 0 else items[-1]
    machine.store.set(("items", receiver.id), None)
    return machine.opaque()
