"""Optimizers: their learning rate, and the variables that their first step built them for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.events import Compiled, FlagEntry, Flags, Moment, Site, Trained
from freezelint.timeline.keras.flags import above, covering
from freezelint.timeline.step_events import Stepped
from freezelint.timeline.values import Const, Ref, Value, Weights

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

_TRAINABLE = frozenset({"trainable_variables", "trainable_weights"})


def made(machine: Machine, name: str, args: Arguments) -> Ref:
    """`keras.optimizers.Adam(1e-5)`; a rate that is a schedule or not known is kept as it is."""
    optimizer = machine.new("opaque", symbol=name, site=args.site)
    kind = name.rpartition(".")[2].lower()
    given = args.get(0, "learning_rate", "lr")
    if given is None and args.complete and kind in symbols.LEARNING_RATES:
        given = Const(symbols.LEARNING_RATES[kind])
    machine.store.set(("rate", optimizer.id), (kind, given))
    return optimizer


def rate(machine: Machine, args: Arguments) -> tuple[float | None, str]:
    """The learning rate of `compile(optimizer=…)`, if it is a number that the program shows, and the optimizer."""
    optimizer = args.get(0, "optimizer")
    if optimizer is None and args.complete:
        optimizer = Const("rmsprop")
    if isinstance(optimizer, Ref):
        kind, known = machine.store.get(("rate", optimizer.id)) or ("", None)
        known = _changed(machine, optimizer.id, known)
        number = known.value if isinstance(known, Const) else None
        return (float(number) if type(number) is int or isinstance(number, float) else None), kind
    if isinstance(optimizer, Const) and isinstance(optimizer.value, str):
        name = optimizer.value.lower()
        return symbols.LEARNING_RATES.get(name), name
    return None, ""


def _changed(machine: Machine, optimizer: int, known: Value | None) -> Value | None:
    """The learning rate now: `optimizer.learning_rate = 1e-5`; not known after `optimizer.learning_rate.assign(…)`."""
    for name in ("learning_rate", "lr"):
        if (now := machine.store.get(("attr", optimizer, name))) is not None:
            return now  # type: ignore[no-any-return]
        if (optimizer, name) in machine.parts:
            return None
    return known


# -- the variables that an optimizer knows -------------------------------------------------------------------


def remembers(machine: Machine, id: int) -> bool:
    """Whether this optimizer refuses variables that it was not built for: legacy ones do not (FACTS E4)."""
    symbol = machine.objects[id].symbol
    return symbol.startswith(("keras.optimizers.", "tensorflow.optimizers.")) and "legacy" not in symbol


def trained(machine: Machine, args: Arguments, event: Trained) -> None:
    """A training call takes its first step with the trainable variables of the model."""
    optimizer = machine.store.get(("optimizer", event.model))
    if isinstance(optimizer, int) and ("callbacks" in args.keywords or not args.complete):
        machine.store.set(("halted", optimizer), None)  # a callback may set the learning rate
    if not isinstance(event.compiled, Compiled) or not isinstance(optimizer, int):
        return
    settled = all(e.write.at.order < event.compiled.at.order for e in event.flags.entries.values())
    stepped(machine, args.site, optimizer, ((event.model, event.flags),) if settled else (), event.compiled)


def applied(machine: Machine, site: Site, optimizer: int, lists: tuple[Value, ...]) -> None:
    """`apply_gradients` to lists of trainable variables; other lists are not told from each other."""
    whole = [v for v in lists if isinstance(v, Weights) and v.path in _TRAINABLE and v.flags is not None]
    chosen = tuple((v.owner, v.flags) for v in whole if v.flags is not None)
    stepped(machine, site, optimizer, chosen if len(whole) == len(lists) else (), None)


def stepped(
    machine: Machine, site: Site, optimizer: int, lists: tuple[tuple[int, Flags], ...], compiled: Compiled | None
) -> None:
    """A step. Without `lists` it is not known of which variables."""
    if not remembers(machine, optimizer):
        return
    first = machine.store.get(("stepped", optimizer))
    if isinstance(first, Stepped) and first.at.order <= machine.horizon:
        first = "unknown"
    halted = machine.store.get(("halted", optimizer))
    event = Stepped(
        machine.moment(site), optimizer, lists, first, compiled, halted if isinstance(halted, Moment) else None
    )  # fmt: skip
    machine.emit(event)
    if first is None:
        machine.store.set(("stepped", optimizer), event if lists and machine.forgotten < 0 else "unknown")


def built(machine: Machine, optimizer: int) -> None:
    """It may know any variables from here on: `optimizer.build(variables)`, or code that nobody has seen."""
    machine.store.set(("stepped", optimizer), "unknown")


def forget(machine: Machine, id: int) -> None:
    """Unknown code had its hands on an optimizer, or on the model that was compiled with it."""
    known = machine.store.get(("optimizer", id))
    if isinstance(known, int):
        built(machine, known)
        machine.store.set(("optimizer", id), "unknown")


def joined(machine: Machine, event: Stepped) -> FlagEntry | None:
    """A flag that lets variables into this step which the first step of its optimizer left out."""
    if not isinstance(event.first, Stepped):
        return None
    before = dict(event.first.lists)
    for owner, flags in event.lists:
        for entry in flags.entries.values():
            entry = entry.after_its_write(event.at)
            if not entry.certain and not event.at.follows(entry.write.at):
                continue
            if owner in before and _trains(machine, flags, entry) and _was_frozen(machine, before[owner], entry):
                return entry
    return None


def _trains(machine: Machine, flags: Flags, entry: FlagEntry) -> bool:
    """Whether the flag certainly un-freezes weights, with nothing frozen above it."""
    id, path = entry.key
    if entry.value is not True or id not in flags.inside or not entry.write.text:
        return False
    if machine.objects[id].symbol in symbols.WEIGHTLESS:
        return False
    holders = set(above(machine, id)) - ({id} if path == "" else set())
    return all(e.value is True for e in flags.entries.values() if e.key[0] in holders and e.key[1] == "")


def _was_frozen(machine: Machine, flags: Flags, entry: FlagEntry) -> bool:
    """Whether all of it, or something inside it, was certainly frozen in an earlier snapshot."""
    was = covering(flags, machine, entry.key)
    if was is not None:
        return was.value is False and was.certain
    if entry.key[1] not in ("", "layers"):
        return False
    replaced = {old.key for old in entry.write.replaced}
    return any(old.value is False and old.certain and old.key in replaced for old in flags.entries.values())
