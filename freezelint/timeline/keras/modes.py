"""What runs in which mode: calls of layers, steps under `@tf.function`, gradients, weights that are given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import Differentiated, LayerCalled, StateAssigned, StepRun, WeightsGiven
from freezelint.timeline.keras import flags, variables
from freezelint.timeline.machine import Machine
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import UNKNOWN, Bound, Const, Function, Ref, Tensor, Value, Weight, Weights

_GIVEN = frozenset({"load_weights", "set_weights", "load_own_variables", "build_from_config"})
#: What `add_weight(trainable=False)` makes.
STATE = "state"
_TRACERS = frozenset({"tensorflow.function", "keras.function"})


def called(machine: Machine, layer: int, args: Arguments, tensors: Iterable[Tensor]) -> None:
    """`base(x, training=False)`."""
    training = args.keywords.get("training")
    if training is None and not args.complete:
        training = UNKNOWN
    inputs = frozenset(part.id for tensor in tensors for part in tensor.parts)
    symbolic = bool(tensors) and not machine.traced
    machine.emit(
        LayerCalled(machine.moment(args.site), layer, training, symbolic, inputs, flags.snapshot(machine, layer))
    )


def given(machine: Machine, target: int, name: str, args: Arguments) -> None:
    """`model.load_weights(path)`."""
    if machine.detail is not None:
        machine.detail.given = args
        if name in ("enable_lora", "quantize"):
            machine.store.set(("rebuilt", target), name)
    if name in _GIVEN:
        machine.emit(WeightsGiven(machine.moment(args.site), target))


def restores(machine: Machine, name: str) -> None:
    """A function that brings weights from outside, such as `load_model` and `tf.train.Checkpoint`."""
    if name in symbols.OPAQUE_FUNCTIONS or name.startswith(("tensorflow.train.", "tensorflow.saved_model.")):
        machine.reads_models = True


def gradient(machine: Machine, path: str, args: Arguments) -> bool:
    """Whether this is a method of a tape or an optimizer: they change variables, but no flags."""
    if path in ("apply_gradients", "watch"):
        return True
    given = args.get(1, "sources", "var_list")
    if path not in ("gradient", "minimize") or len(args.positional) + len(args.keywords) < 2:
        return False
    values, known = ((), False) if given is None else _lists(machine, given)
    machine.emit(Differentiated(machine.moment(args.site), values, known))
    return True


def _lists(machine: Machine, given: Value) -> tuple[tuple[Value, ...], bool]:
    """The lists and variables that a value is made of, and whether these are all."""
    parts = variables.parts(machine, given)
    if parts is None:
        return ((given,), True) if isinstance(given, Weight) else ((), False)
    known = tuple(part for part in parts if isinstance(part, (Weights, Weight)))
    return known, len(known) == len(parts)


def wrapped(machine: Machine, args: Arguments) -> Value | None:
    """`tf.function(step)`: the same function, with a trace of its own, which an empty scope marks."""
    given = args.get(0, "func")
    function = given.function if isinstance(given, Bound) else given
    if not isinstance(function, Function):
        return None
    scopes = (*function.scopes, machine.new_scope())
    step = replace(function, decorators=(*function.decorators, "tensorflow.function"), scopes=scopes)
    return replace(given, function=step) if isinstance(given, Bound) else step


def step_run(machine: Machine, function: Function, given: Iterable[Value], args: Arguments | None, before: int) -> None:
    """A call of `function` has ended; `before` it so many lists of variables had been read."""
    outermost = not any(frame.role == "traced" for frame in machine.frames[:-1])
    if args is None or not outermost or not any(d in _TRACERS for d in function.decorators):
        return
    owners = dict.fromkeys(machine.lists_read[before:])
    values = (*given, *(args.keywords[name] for name in sorted(args.keywords)))
    key = (id(function.node), function.scopes, *(v for v in values if _tells_apart(machine, v)))
    read = tuple((owner, flags.snapshot(machine, owner)) for owner in owners)
    at = replace(machine.moment(args.site), frames=tuple(machine.frames[:-1]))
    machine.emit(StepRun(at, key, function.name, read))


def state(machine: Machine, layer: Ref, name: str, args: Arguments) -> Value | None:
    """`self.add_weight(trainable=False)` in a layer of the program: a variable that `call` may assign to."""
    if name != "add_weight" or args.keywords.get("trainable") != Const(False) or machine.object(layer).cls is None:
        return None
    return machine.new("other", symbol=STATE, site=args.site)


def assigned(machine: Machine, receiver: Ref, name: str, args: Arguments) -> None:
    """`self.mean.assign(…)` in the `call` of a layer."""
    this = machine.object(receiver)
    made = machine.made.get(receiver.id)
    own = this.symbol == STATE or (made is not None and made.keywords.get("trainable") == Const(False))
    function = machine.stack[-1] if machine.stack else None
    layer = machine.lookup("self")
    if not own or not name.startswith("assign") or function is None or function.name != "call":
        return
    if isinstance(layer, Ref) and machine.object(layer).cls is function.owner:
        guarded = "self.trainable" in code_of(function.node)
        machine.emit(StateAssigned(machine.moment(args.site), layer.id, guarded))


def _tells_apart(machine: Machine, value: Value) -> bool:
    """Whether another value of this argument certainly has a trace of its own: objects and constants, not arrays."""
    if isinstance(value, Ref):
        return machine.object(value).kind in ("model", "layer", "instance")
    return isinstance(value, Const)
