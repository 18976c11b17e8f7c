"""Calls: library functions, Keras methods, and the program's own functions followed with their arguments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.budget import UNCALLED_BUDGET
from freezelint.timeline.events import Frame
from freezelint.timeline.keras import (
    constructors,
    flags,
    forward,
    graph,
    keras_api,
    modes,
    momentum,
    naming,
    steps,
    variables,
)
from freezelint.timeline.keras.tensors import merged, tensors_in
from freezelint.timeline.machine import MAX_DEPTH, Machine
from freezelint.timeline.python import containers
from freezelint.timeline.python.escapes import escape, forget_all, reach
from freezelint.timeline.python.instances import fill_fields, new_instance
from freezelint.timeline.python.parameters import bind_parameters
from freezelint.timeline.values import (
    UNKNOWN,
    Bound,
    Class,
    Const,
    Function,
    Partial,
    Ref,
    Super,
    Symbol,
    Tensor,
    Unknown,
    Value,
    Weights,
)

#: Callback methods that run while the train function is in use.
_TRAINING_HOOKS = frozenset(
    [
        "on_epoch_begin",
        "on_epoch_end",
        "on_batch_begin",
        "on_batch_end",
        "on_train_batch_begin",
        "on_train_batch_end",
    ]
)
_TRACED_METHODS = frozenset({"call", "train_step"})


def apply(machine: Machine, callee: Value, args: Arguments) -> Value:
    """The value of calling `callee`, with everything that the call does."""
    if isinstance(callee, Symbol):
        return _call_library(machine, callee, args)
    if isinstance(callee, Function):
        return call_function(machine, callee, args)
    if isinstance(callee, Class):
        return instantiate(machine, callee, args)
    if isinstance(callee, Bound):
        return _call_method(machine, callee, args)
    if isinstance(callee, Partial):
        keywords = {**dict(callee.keywords), **args.keywords}
        given = replace(args, positional=(*callee.positional, *args.positional), keywords=keywords)
        return apply(machine, callee.callee, given)
    if isinstance(callee, Ref):
        return _call_object(machine, callee, args)
    of_data = isinstance(callee, Tensor) or (isinstance(callee, Unknown) and callee.shape is not None)
    return UNKNOWN if of_data else unknown_call(machine, args)


def _call_library(machine: Machine, callee: Symbol, args: Arguments) -> Value:
    first = args.get(0)
    if callee.name == "functools.partial" and first is not None:
        return Partial(first, args.positional[1:], tuple(args.keywords.items()))
    if callee.name == "tensorflow.function" and (step := modes.wrapped(machine, args)) is not None:
        return step
    known = keras_api.library_call(machine, callee, args)
    return unknown_call(machine, args) if known is None else known


def unknown_call(machine: Machine, args: Arguments) -> Value:
    """Nobody knows what this does with its arguments: they are no longer known, and the result may hold them."""
    values = list(args.values())
    naming.unsure(machine)
    touched = [value for value in values if leak(machine, args, value)]
    tensors = tensors_in(machine, values)
    if tensors:
        return merged(tensors, known=False)
    if args.statement and not touched:
        return UNKNOWN
    made = machine.opaque(args.node)
    for number, value in enumerate(touched):
        machine.put(("entry", made.id, number), value)
    return made


def leak(machine: Machine, args: Arguments, value: Value) -> bool:
    """Unknown code gets `value`: what it can reach is no longer known, and functions among that may be called."""
    if isinstance(value, (Const, Tensor, Unknown)):
        return False
    for here in list(reach(machine, value)):
        if isinstance(here, (Function, Partial)) or (isinstance(here, Bound) and here.function is not None):
            may_call(machine, args, here)
    return escape(machine, value)


def may_call(machine: Machine, args: Arguments, callee: Value) -> None:
    """Unknown code may call `callee`, with anything, now or later: what holds here is not assumed there.

    Not while a module is imported: it registers functions and rarely calls them, and no model is there yet.
    """
    if machine.importing:
        return
    mark, horizon = machine.store.mark(), machine.horizon
    machine.horizon = machine.order
    with machine.guarded():
        apply(machine, callee, Arguments(args.node, args.site, complete=False))
    machine.horizon, machine.stopped = horizon, False
    machine.merge([{}, machine.store.take(mark)])


def _call_object(machine: Machine, callee: Ref, args: Arguments) -> Value:
    this = machine.object(callee)
    if this.cls and this.kind == "instance" and (function := this.cls.method("__call__")):
        return call_function(machine, function, args, receiver=callee)
    rate = Ref(this.parent) if this.parent is not None else None
    if modes.gradient(machine, this.path, args) or (rate and momentum.rate_assigned(machine, rate, this.path, args)):
        return UNKNOWN
    if not this.keras and this.kind != "opaque":
        return UNKNOWN
    tensors = tensors_in(machine, args.values())
    if this.keras or tensors:
        modes.called(machine, callee.id, args, tensors)
        forward.follow(machine, callee)
        return keras_api.call_layer(machine, callee, args)
    if this.parent is not None and _may_change(machine, this.parent):
        leak(machine, args, Ref(this.parent))
    leak(machine, args, callee)
    return unknown_call(machine, args)


def _may_change(machine: Machine, id: int) -> bool:
    """Whether a method of an object that the walk does not know may do anything to the object."""
    this = machine.objects[id]
    if this.cls is not None:
        return not this.cls.known
    return not (this.keras and this.symbol)


def _call_method(machine: Machine, callee: Bound, args: Arguments) -> Value:
    receiver, name = callee.receiver, callee.name
    if callee.function is not None:
        return call_function(machine, callee.function, args, receiver=receiver)
    if isinstance(receiver, Super):
        return _call_super(machine, receiver, name, args)
    stepped = steps.method(machine, callee, args)
    if stepped is not None:
        return stepped
    if variables.method(machine, callee, args):
        return variables.piece(callee)
    if isinstance(receiver, Weights) and name in symbols.MUTATORS and _on_attribute(args.node):
        keras_api.mutated_list(machine, receiver, name, args)
        return UNKNOWN
    if not isinstance(receiver, Ref):
        if not isinstance(receiver, Unknown) or receiver.shape is None:
            unknown_call(machine, args)
        return UNKNOWN
    this = machine.object(receiver)
    if this.kind == "list":
        if name in symbols.MUTATORS and name != "append":
            variables.gather(machine, receiver, name, args.get(0))
        graph.grown(machine, receiver, args.positional if name == "append" else ())
        return containers.call_list(machine, receiver, name, args)
    if this.kind == "dict":
        return containers.call_dict(machine, receiver, name, args)
    if this.kind in ("variable", "other"):
        modes.assigned(machine, receiver, name, args)
        return UNKNOWN
    if name in symbols.TRAIN_METHODS or (machine.detail is not None and name in ("evaluate", "predict")):
        forward.train(machine, receiver)
    if (known := keras_api.method(machine, receiver, name, args)) is not None:
        return known
    if _may_change(machine, receiver.id):
        leak(machine, args, receiver)
    return unknown_call(machine, args)


def _on_attribute(node: cst.CSTNode) -> bool:
    """`model.weights.pop()`, not `weights.pop()`: the list is not kept under a name of its own."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    return isinstance(node.func.value, cst.Attribute)


def _call_super(machine: Machine, callee: Super, name: str, args: Arguments) -> Value:
    """`super().compile(…)`: the library's method on self, unless a class of the program has it."""
    if isinstance(callee.receiver, Ref):
        if name == "__init__":
            naming.constructed(machine, callee.receiver.id, args)
            constructors.own_flag(machine, callee.receiver, args)
            if "inputs" in args.keywords or len(args.positional) >= 2:
                tensors = tensors_in(machine, [args.get(1, "outputs")])
                flags.hold(machine, callee.receiver.id, merged(tensors).parts)
                inputs = tensors_in(machine, [args.get(0, "inputs")])
                graph.functional(machine, callee.receiver.id, inputs, tensors, merged(tensors))
            return Const(None)
        known = keras_api.method(machine, callee.receiver, name, args)
        if known is not None:
            return known
    return UNKNOWN if callee.cls.known else unknown_call(machine, args)


# -- the program's own functions -----------------------------------------------------------------------------


def call_function(machine: Machine, function: Function, args: Arguments, *, receiver: Value | None = None) -> Value:
    """Follow a call into a function of the program; too deep or too costly calls are unknown."""
    if "staticmethod" in function.decorators:
        receiver = None
    if function.wrapped is not None:
        return _call_wrapped(machine, function, args, receiver)
    too_much = machine.steps > machine.call_limit or len(machine.scopes) > MAX_DEPTH
    if too_much or running(machine, function) > 1:
        if too_much:
            forget_all(machine)
        if receiver is not None:
            escape(machine, receiver)
        return unknown_call(machine, args)
    given = args.positional if receiver is None else (receiver, *args.positional)
    return enter(machine, function, given, args)


def _call_wrapped(machine: Machine, function: Function, args: Arguments, receiver: Value | None) -> Value:
    """A decorated function: the program's own decorators are followed, unknown ones may do anything besides."""
    if isinstance(function.wrapped, Function):
        return call_function(machine, function.wrapped, args, receiver=receiver)
    result = call_function(machine, replace(function, wrapped=None), args, receiver=receiver)
    if receiver is not None:
        escape(machine, receiver)
    unknown_call(machine, args)
    return result


def running(machine: Machine, function: Function) -> int:
    return sum(1 for running in machine.stack if running.node is function.node)


def enter(machine: Machine, function: Function, given: tuple[Value, ...], args: Arguments | None) -> Value:
    """Run `function` in a new scope; `args` is None when nobody calls it and its parameters are anything."""
    machine.ran.add(id(function.node))
    scope = machine.new_scope()
    machine.scopes.append((*function.scopes, scope))
    machine.frames.append(_frame(function, args))
    machine.stack.append(function)
    segment, machine.segment = machine.segment, function.segment
    lists_read = len(machine.lists_read)
    try:
        bind_parameters(machine, function, given, args)
        result = machine.run_body(function)
        modes.step_run(machine, function, given, args, lists_read)
        return result
    finally:
        machine.segment = segment
        machine.stack.pop()
        machine.frames.pop()
        machine.scopes.pop()


def _frame(function: Function, args: Arguments | None) -> Frame:
    roots = function.owner.roots if function.owner else ()
    role: Any = "plain"
    if any(symbols.is_callback(r) for r in roots) and function.name in _TRAINING_HOOKS:
        role = "callback"
    elif any(d in ("tensorflow.function", "keras.function") for d in function.decorators) or (
        function.name in _TRACED_METHODS and any(r in symbols.MODEL_CLASSES or symbols.is_layer_class(r) for r in roots)
    ):
        role = "traced"
    name = function.owner.name if function.owner else ""
    return Frame(function.name, role, args.site if args else None, name)


def instantiate(machine: Machine, cls: Class, args: Arguments) -> Value:
    """`Trainer(model)`: a new instance, its `__init__` followed."""
    made = new_instance(machine, cls, args)
    init = cls.method("__init__")
    if init is not None:
        call_function(machine, init, args, receiver=made)
    elif not cls.known:
        unknown_call(machine, args)
    else:
        naming.constructed(machine, made.id, args)
        fill_fields(machine, cls, made, args)
    return made


def run_alone(machine: Machine, function: Function, receiver: Value | None = None) -> None:
    """Analyse a function that nobody calls: its parameters are anything, what happened before is not known."""
    machine.call_limit = machine.steps + UNCALLED_BUDGET
    given = () if receiver is None or "staticmethod" in function.decorators else (receiver,)
    enter(machine, function, given, None)
    machine.stopped = False
