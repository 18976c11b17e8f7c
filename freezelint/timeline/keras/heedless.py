"""Lists of variables that no flag chooses: what a tape has watched, what TensorFlow collects by itself.

FACTS E5, E9, C6: a tape and the optimizers of TensorFlow 1 see every variable that the forward pass reads, tf.Module
every one that it can reach on Keras 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from freezelint.timeline import symbols
from freezelint.timeline.events import Applied, FlagEntry, Flags, GradientTaken, LayerCalled
from freezelint.timeline.keras import flags
from freezelint.timeline.python import calls
from freezelint.timeline.values import Bound, Const, Function, Gradients, Partial, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

MODULE = "tensorflow.Module"
_V1 = ("tensorflow.train.", "tensorflow.python.training.")


@dataclass(frozen=True, slots=True)
class Heedless:
    """Such a list: where it comes from, and a flag that is False for some of its members."""

    source: Literal["tape", "minimize", "module"]
    frozen: FlagEntry | None


def known(machine: Machine, value: Value) -> Heedless | None:
    found: Heedless | None = machine.store.get(("heedless", value.id)) if isinstance(value, Ref) else None
    return found if isinstance(found, Heedless) else None


def _list(machine: Machine, source: Literal["tape", "minimize", "module"], chosen: Iterable[Flags]) -> Ref:
    made = machine.new("other")
    frozen = next((entry for one in chosen for entry in one.entries.values() if _is_frozen(machine, one, entry)), None)
    machine.store.set(("heedless", made.id), Heedless(source, frozen))
    return made


def _is_frozen(machine: Machine, flags: Flags, entry: FlagEntry) -> bool:
    certain = entry.value is False and entry.certain and entry.write.at.order > machine.horizon
    this = machine.objects[entry.key[0]]
    return certain and entry.key[0] in flags.inside and this.keras and this.symbol not in symbols.WEIGHTLESS


def _called_since(machine: Machine, order: int) -> Iterable[Flags]:
    """The flags of each layer or model that was called since then."""
    for event in reversed(machine.events):
        if event.at.order <= order:
            return
        if isinstance(event, LayerCalled):
            yield event.flags


def tape(machine: Machine, made: Ref, args: Arguments) -> None:
    """`tf.GradientTape()`; one that watches only what it is told to is left alone."""
    if args.keywords.get("watch_accessed_variables", Const(True)) == Const(True):
        machine.store.set(("tape", made.id), machine.order)


def of_tape(machine: Machine, tape: Ref, name: str) -> Value | None:
    """`tape.watched_variables()`: variables of every layer that was called under the tape."""
    if name in ("stop_recording", "reset"):
        machine.store.set(("tape", tape.id), None)
    since = machine.store.get(("tape", tape.id))
    if name != "watched_variables" or not isinstance(since, int):
        return None
    return _list(machine, "tape", _called_since(machine, since))


def of_module(machine: Machine, module: Ref, name: str) -> Value | None:
    """`module.trainable_variables` of a tf.Module of the program's own."""
    cls = machine.object(module).cls
    if cls is None or MODULE not in cls.roots or name != "trainable_variables":
        return None
    held = [v for v in machine.held(module.id) if isinstance(v, Ref) and machine.object(v).keras]
    return _list(machine, "module", [flags.snapshot(machine, v.id) for v in held])


def minimized(machine: Machine, optimizer: Ref, name: str, args: Arguments) -> bool:
    """`minimize(loss)` of an optimizer of TensorFlow 1, without a list: over all that the loss reads."""
    symbol = machine.object(optimizer).symbol
    if name != "minimize" or not symbol.startswith(_V1) or not args.complete:
        return False
    given = args.get(2, "var_list")
    loss = args.get(0, "loss")
    if not isinstance(loss, (Function, Bound, Partial)) or given not in (None, Const(None)):
        return False
    before = machine.order
    calls.leak(machine, args, loss)
    if machine.order == before:
        return False
    variables = _list(machine, "minimize", _called_since(machine, before))
    at = machine.moment(args.site)
    machine.emit(GradientTaken(at, variables, (), machine.horizon))
    gradients = Gradients(variables, at.order)
    machine.emit(
        Applied(machine.moment(args.site), optimizer.id, gradients, variables, (), machine.horizon)
    )  # fmt: skip
    return True
