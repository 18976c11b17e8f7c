"""The names that Keras gives to layers which the program leaves without one.

Both generations count per class: `dense`, `dense_1`, `dense_2`, in the order in which the layers are made; a layer with
a name of its own is not counted (executed on Keras 2 and Keras 3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freezelint.timeline.symbols import APPLICATION_NAMES as APPLICATIONS
from freezelint.timeline.values import Const, Items

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

#: After code that nobody sees, any class may have been counted.
_ANY = ("names", "*")
#: Networks of `keras.applications` name their layers, but not all of them; these classes they leave alone.
_SPARED = frozenset({"dense", "sequential", "model", "functional"})


def constructed(machine: Machine, id: int, args: Arguments) -> None:
    """A layer or model got its name here: the one that it is given, or the next one of its class."""
    if machine.detail is None:
        return
    given = args.keywords.get("name")
    if given is not None and given != Const(None):
        if isinstance(given, Const):
            machine.store.set(("attr", id, "name"), given)
            machine.store.set(("name of", id), str(given.value))
        return
    if not args.complete:
        unsure(machine)
        return
    this = machine.objects[id]
    prefix = _snake(this.symbol.rpartition(".")[2], machine.detail.keras)
    if this.symbol == "keras.Model" and machine.detail.keras == "3":
        prefix = "functional"
    key = ("names", prefix)
    counted = machine.store.get(key, 0)
    known = type(counted) is int and machine.store.get(_ANY) is None
    if known and machine.store.get(("names", "application")) is not None:
        known = prefix in _SPARED or this.cls is not None
    if known:
        machine.store.set(key, counted + 1)
        machine.store.set(("name of", id), f"{prefix}_{counted}" if counted else prefix)


def application(machine: Machine, id: int, args: Arguments) -> None:
    """A network of `keras.applications` was made: it counts for most classes of layers."""
    if machine.detail is None:
        return
    machine.store.set(("names", "application"), True)
    given = args.keywords.get("name")
    name = given.value if isinstance(given, Const) else _default_name(machine, id, args) if given is None else None
    if isinstance(name, str):
        machine.store.set(("name of", id), name)


def _default_name(machine: Machine, id: int, args: Arguments) -> str | None:
    """The name of a network; those of some families tell its width and the rows of its input."""
    pattern = APPLICATIONS.get(machine.objects[id].symbol.rpartition(".")[2], "")
    alpha = args.keywords.get("alpha", Const(1.0))
    shape = args.get(0, "input_shape")
    rows = shape.items[0] if isinstance(shape, Items) and shape.items else Const(224)
    if not args.complete or not isinstance(alpha, Const) or not isinstance(rows, Const):
        return None
    two, _, three = pattern.rpartition("|")
    pattern = two if two and machine.detail is not None and machine.detail.keras == "2" else three
    return pattern.format(alpha=float(str(alpha.value)), rows=rows.value) or None


def unsure(machine: Machine) -> None:
    """Code that nobody sees ran: from here on no name is certain."""
    if machine.detail is not None:
        machine.store.set(_ANY, True)


def cleared(machine: Machine, name: str) -> None:
    """`keras.backend.clear_session()` starts all counters anew."""
    if machine.detail is not None and name.rpartition(".")[2] in ("clear_session", "reset_uids"):
        for key in machine.store:
            if key[0] == "names":
                machine.store.set(key, None if key[1] in ("*", "application") else 0)


def name_of(machine: Machine, id: int) -> str | None:
    """The name of a layer or model, None when it is not certain."""
    known = machine.store.get(("name of", id))
    return known if isinstance(known, str) and known != "unknown" else None


def path_name(machine: Machine, id: int) -> str:
    """The name for a path: in angle brackets, and what a reader would say, where Keras's is not certain."""
    known = name_of(machine, id)
    if known is not None:
        return known
    label = machine.label(id)
    shared = any(machine.labels.get(other.id) == label for other in machine.objects if other.id != id)
    kind = machine.objects[id].symbol.rpartition(".")[2] or "layer"
    return f"<{kind} #{id}>" if shared or label == kind else f"<{label}>"


def _snake(name: str, keras: str) -> str:
    """`BatchNormalization` to `batch_normalization`, as either generation does it."""
    second = "[a-z0-9]" if keras == "2" else "[a-z]"
    first = re.sub(rf"(.)([A-Z]{second}+)", r"\1_\2", re.sub(r"\W+", "", name))
    made = re.sub("([a-z])([A-Z])", r"\1_\2", first).lower()
    return f"private{made}" if keras == "2" and made.startswith("_") else made
