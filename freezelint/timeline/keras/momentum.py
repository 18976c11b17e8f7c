"""Optimizers that move a variable whose gradient is zero: by what they remember of it, or by its own size.

Measured: after one real step Adam, AdamW, Nadam, Adamax, Lion, and SGD and RMSprop with momentum go on with zero
gradients; weight decay works from the first step on. RMSprop without momentum, Adagrad and Adadelta stop at once. A
learning rate of zero stops all but momentum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.events import Applied, Moment
from freezelint.timeline.keras import optimizers, variables
from freezelint.timeline.step_events import Stepped
from freezelint.timeline.values import Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline import Timeline
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

#: Where `momentum` stands among the arguments.
_MOMENTUM = {"sgd": 1, "rmsprop": 2}
_RATES = frozenset({"learning_rate", "lr"})


def _kind(machine: Machine, optimizer: int) -> str:
    return machine.objects[optimizer].symbol.rpartition(".")[2].lower()


def _argument(machine: Machine, optimizer: int, name: str, position: int) -> float | None:
    """A number that the optimizer was made with; None when there is none, or it is not known."""
    made = machine.made.get(optimizer)
    value = None if made is None else made.get(position, name)
    number = value.value if isinstance(value, Const) else None
    return number if isinstance(number, float) else None


def has_velocity(machine: Machine, optimizer: int) -> bool:
    """SGD and RMSprop with momentum: the weights move by it whatever the gradient and the learning rate are."""
    kind = _kind(machine, optimizer)
    return kind in _MOMENTUM and bool(_argument(machine, optimizer, "momentum", _MOMENTUM[kind]))


def decays(machine: Machine, optimizer: int) -> bool:
    """Whether every step certainly makes the weights smaller."""
    made = machine.made.get(optimizer)
    if made is None or not made.complete or not optimizers.remembers(machine, optimizer):
        return False
    if "weight_decay" not in made.keywords:
        return _kind(machine, optimizer) == "adamw" and len(made.positional) < 2
    return bool(_argument(machine, optimizer, "weight_decay", 1))


def why(timeline: Timeline, applied: Applied) -> str:
    """Why a step with zeroed gradients moves their variables: "decay", "momentum", or "" when it may not."""
    machine, optimizer = timeline.machine, applied.optimizer
    if optimizer is None or not optimizers.remembers(machine, optimizer):
        return ""
    steps = [e for e in timeline.of(Stepped) if e.optimizer == optimizer]
    now = next((e for e in steps if e.at.order > applied.at.order), None)
    if now is None or now.at.site is not applied.at.site:
        return ""
    if decays(machine, optimizer) and not (isinstance(now.first, str) and machine.forgotten >= 0):
        return "decay"
    remembers = _kind(machine, optimizer) in symbols.WITH_MOMENTS or has_velocity(machine, optimizer)
    return "momentum" if remembers and _stepped_before(timeline, applied, steps) else ""


def _stepped_before(timeline: Timeline, applied: Applied, steps: list[Stepped]) -> bool:
    """Whether the optimizer certainly took a real step on the same variables."""
    machine = timeline.machine
    key = variables.key_of(machine, applied.variables)
    owners = {part.owner for part in variables.parts(machine, applied.variables) or () if hasattr(part, "owner")}
    for event in timeline.of(Applied):
        same = event.optimizer == applied.optimizer and variables.key_of(machine, event.variables) == key
        if same and key and not getattr(event.gradients, "zeroed", True) and _surely_before(event.at, applied):
            return True
    return any(
        e.compiled is not None and owners == {owner for owner, _ in e.lists} and _surely_before(e.at, applied)
        for e in steps
    )


def _surely_before(at: Moment, applied: Applied) -> bool:
    here = applied.at.guards
    return applied.horizon < at.order < applied.at.order and at.guards == here[: len(at.guards)]


# -- the learning rate ---------------------------------------------------------------------------------------


def rate_set(machine: Machine, at: Moment, target: Ref, name: str, value: Value) -> None:
    """`optimizer.learning_rate = value`."""
    if name in _RATES and optimizers.remembers(machine, target.id):
        zero = isinstance(value, Const) and type(value.value) in (int, float) and value.value == 0
        machine.store.set(("halted", target.id), at if zero else None)


def rate_assigned(machine: Machine, rate: Ref, name: str, args: Arguments) -> bool:
    """Whether this is `optimizer.learning_rate.assign(value)`."""
    this = machine.object(rate)
    if name != "assign" or this.parent is None or this.path not in _RATES:
        return False
    if not optimizers.remembers(machine, this.parent):
        return False
    rate_set(machine, machine.moment(args.site), Ref(this.parent), this.path, args.get(0) or Const(None))
    return True
