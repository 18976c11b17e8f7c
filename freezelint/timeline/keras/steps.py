"""Steps of a training loop of one's own: a tape, the gradients that it gives, the optimizer that applies them."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import Applied, Flags, GradientTaken
from freezelint.timeline.keras import heedless, modes, optimizers, variables
from freezelint.timeline.keras.flags import snapshot
from freezelint.timeline.machine import Machine
from freezelint.timeline.values import (
    UNKNOWN,
    Bound,
    Const,
    Gradients,
    Items,
    Pairs,
    Ref,
    Unknown,
    Value,
    Weight,
    Weights,
)

TAPE = "tensorflow.GradientTape"
_OPTIMIZERS = ("keras.optimizers.", "tensorflow.optimizers.", "tensorflow.train.")
#: Methods of an optimizer after which it may know variables that no step of the program showed.
_BUILDERS = frozenset({"build", "apply", "minimize", "set_weights", "load_own_variables"})
_WHERE = frozenset({"tensorflow.where", "numpy.where", "keras.ops.where"})
_ZEROS = frozenset({"tensorflow.zeros_like", "tensorflow.zeros"})


def library(machine: Machine, name: str, args: Arguments) -> Value | None:
    """A tape, an optimizer, or gradients that a function has clipped; None for anything else."""
    if name == TAPE or is_optimizer(name):
        made = machine.new("other", symbol=name, site=args.site)
        heedless.tape(machine, made, args)
        return made
    if name in _WHERE and len(args.positional) == 3:
        return machine.new("other", symbol=name, site=args.site)
    first = args.get(0)
    if not isinstance(first, Gradients):
        return None
    if name.endswith("clip_by_global_norm"):
        return Items((first, UNKNOWN))
    if name in _ZEROS:
        return replace(first, zeroed=True)
    return first if symbols.root(name) in ("tensorflow", "keras") and first.each else None


def is_optimizer(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name.startswith(_OPTIMIZERS) and last[:1].isupper() and ("train" not in name or last.endswith("Optimizer"))


def optimizer_of(machine: Machine, args: Arguments) -> int | None:
    """The optimizer that `compile` is given: its object, or a new one where it is named."""
    given = args.get(0, "optimizer")
    if isinstance(given, Const) and isinstance(given.value, str):
        return machine.new("other", symbol=f"keras.optimizers.{given.value.capitalize()}", site=args.site).id
    known = isinstance(given, Ref) and is_optimizer(machine.object(given).symbol)
    return given.id if known and isinstance(given, Ref) else None


def method(machine: Machine, callee: Bound, args: Arguments) -> Value | None:
    """A method of a tape or an optimizer; None when this is neither."""
    receiver, name = callee.receiver, callee.name
    symbol = machine.object(receiver).symbol if isinstance(receiver, Ref) else ""
    if symbol == TAPE and isinstance(receiver, Ref):
        return heedless.of_tape(machine, receiver, name) or _of_tape(machine, name, args)
    known = is_optimizer(symbol) and isinstance(receiver, Ref)
    if name == "apply_gradients" and (known or isinstance(receiver, Unknown) or _is_opaque(machine, receiver)):
        _applied(machine, receiver, args)
        return UNKNOWN
    if isinstance(receiver, Ref) and known and heedless.minimized(machine, receiver, name, args):
        return UNKNOWN
    if isinstance(receiver, Ref) and known and name in _BUILDERS:
        optimizers.built(machine, receiver.id)
        return UNKNOWN
    if name in ("get_unscaled_gradients", "get_scaled_loss") and known:
        return args.get(0) or UNKNOWN
    return None


def _is_opaque(machine: Machine, value: Value) -> bool:
    return isinstance(value, Ref) and machine.object(value).kind in ("opaque", "other")


def _of_tape(machine: Machine, name: str, args: Arguments) -> Value | None:
    if name == "watch":
        given = args.get(0, "tensor") or UNKNOWN
        if variables.is_variable(machine, given) or variables.parts(machine, given) is not None:
            variables.used(machine, args.site, "watch", given, UNKNOWN, args.text)
        return UNKNOWN
    if name != "gradient":
        return None
    modes.gradient(machine, name, args)
    sources = args.get(1, "sources") or UNKNOWN
    several = sources.items if isinstance(sources, Items) else _nested(machine, sources)
    if several is not None and all(isinstance(v, Weights) for v in several) and several:
        return Items(tuple(_gradient(machine, v, args) for v in several))
    return _gradient(machine, sources, args)


def _nested(machine: Machine, value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, Ref) and machine.object(value).kind == "list":
        found: tuple[Value, ...] | None = machine.store.get(("items", value.id))
        return found
    return None


def _gradient(machine: Machine, sources: Value, args: Arguments) -> Gradients:
    at = machine.moment(args.site)
    machine.emit(GradientTaken(at, sources, _flags(machine, sources), machine.horizon))
    return Gradients(sources, at.order, loss=args.get(0, "target"))


def _flags(machine: Machine, value: Value) -> tuple[Flags, ...]:
    """The flags in force now for every owner of some of these variables."""
    owners = [p.owner for p in variables.parts(machine, value) or () if isinstance(p, Weights)]
    return tuple(snapshot(machine, owner) for owner in dict.fromkeys(owners))


def _applied(machine: Machine, optimizer: Value, args: Arguments) -> None:
    pairs = args.get(0, "grads_and_vars")
    if isinstance(pairs, Pairs):
        known = optimizer.id if isinstance(optimizer, Ref) else None
        flags = _flags(machine, pairs.variables)
        event = Applied(
            machine.moment(args.site), known, pairs.gradients, pairs.variables, flags, machine.horizon
        )  # fmt: skip
        machine.emit(event)
    elif machine.detail is not None:
        given = pairs or UNKNOWN
        machine.emit(Applied(machine.moment(args.site), None, UNKNOWN, given, (), machine.horizon))
    if isinstance(optimizer, Ref) and is_optimizer(machine.object(optimizer).symbol):
        lists = variables.parts(machine, pairs.variables) if isinstance(pairs, Pairs) else None
        optimizers.applied(machine, args.site, optimizer.id, lists or (UNKNOWN,))


# -- values on their way from the tape to the optimizer ------------------------------------------------------


def zipped(sources: tuple[Value, ...]) -> Value | None:
    """`zip(gradients, variables)`."""
    if len(sources) == 2 and isinstance(sources[0], Gradients):
        return Pairs(sources[0], sources[1])
    return None


def comprehended(source: Value, values: list[Value], filters: str) -> Value | None:
    """`[clip(g) for g in gradients]` are gradients; `[(g, v) for g, v in zip(…)]` are pairs, also when filtered."""
    if len(values) != 1:
        return None
    value = values[0]
    if isinstance(value, Gradients) and value.each and not filters:
        return replace(value, each=False)
    if isinstance(value, Items) and len(value.items) == 2 and isinstance(source, Pairs):
        gradient, variable = value.items
        if isinstance(gradient, Gradients) and isinstance(variable, Weight) and variable.path.endswith(variables.EACH):
            return Pairs(replace(gradient, each=False), source.variables)
    return None


def combined(node: cst.BinaryOperation, left: Value, right: Value) -> Value | None:
    """`g * 0.0`, `g * mask`: still the gradients of the same variables."""
    first, second = (left, right) if isinstance(left, Gradients) else (right, left)
    if not isinstance(first, Gradients) or not first.each:
        return None
    zero = isinstance(node.operator, cst.Multiply) and isinstance(second, Const) and second.value == 0
    return replace(first, zeroed=first.zeroed or zero)


def chosen(values: list[Value]) -> Value | None:
    """`g * 0.0 if … else g`: zeroed for some of the variables."""
    found = [v for v in values if isinstance(v, Gradients)]
    if len(found) != len(values) or len({(v.of, v.taken) for v in found}) != 1:
        return None
    return replace(found[0], zeroed=any(v.zeroed for v in found))
