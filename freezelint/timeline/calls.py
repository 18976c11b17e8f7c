"""Calls: library functions, Keras methods, and the program's own functions followed with their arguments."""

from __future__ import annotations

from typing import Any

import libcst as cst

from freezelint.timeline import flags, keras_api, steps, symbols, variables
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import Frame
from freezelint.timeline.machine import MAX_DEPTH, UNCALLED_BUDGET, Machine, holder
from freezelint.timeline.values import (
    UNKNOWN,
    Bound,
    Class,
    Const,
    Function,
    Items,
    Ref,
    Super,
    Symbol,
    Tensor,
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
        return keras_api.library_call(machine, callee, args)
    if isinstance(callee, Function):
        return call_function(machine, callee, args)
    if isinstance(callee, Class):
        return instantiate(machine, callee, args)
    if isinstance(callee, Bound):
        return _call_method(machine, callee, args)
    if isinstance(callee, Ref):
        return _call_object(machine, callee, args)
    if isinstance(callee, Tensor):
        return UNKNOWN
    return unknown_call(machine, args)


def unknown_call(machine: Machine, args: Arguments) -> Value:
    """Nobody knows what this does with its arguments: they are no longer known."""
    touched = False
    for value in args.values():
        for item in keras_api.items_of(machine, value) or (value,):
            if holder(item) is not None:
                flags.escape(machine, args.site, item)
                touched = True
    tensors = keras_api.tensors_in(machine, args.values())
    if tensors:
        return keras_api.merged(tensors, known=False)
    return machine.opaque() if touched or not args.statement else UNKNOWN


def _call_object(machine: Machine, callee: Ref, args: Arguments) -> Value:
    this = machine.object(callee)
    if this.cls and this.kind == "instance" and (function := this.cls.method("__call__")):
        return call_function(machine, function, args, receiver=callee)
    if this.keras or this.kind == "opaque":
        tensors = keras_api.tensors_in(machine, args.values())
        if this.keras or tensors:
            return keras_api.call_layer(machine, callee, args)
        return unknown_call(machine, args)
    return UNKNOWN


def _call_method(machine: Machine, callee: Bound, args: Arguments) -> Value:
    receiver, name = callee.receiver, callee.name
    if callee.function is not None:
        static = "staticmethod" in callee.function.decorators
        return call_function(machine, callee.function, args, receiver=None if static else receiver)
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
        for value in args.values():
            flags.escape(machine, args.site, value)
        return UNKNOWN
    this = machine.object(receiver)
    if this.kind == "list":
        return _call_list(machine, receiver, name, args)
    if this.kind in ("variable", "dict", "other"):
        return UNKNOWN
    known = keras_api.method(machine, receiver, name, args)
    if known is not None:
        return known
    for value in args.values():
        flags.escape(machine, args.site, value)
    if not (this.kind == "instance" and this.cls and this.cls.known):
        flags.escape(machine, args.site, receiver)
    return machine.opaque()


def _on_attribute(node: cst.CSTNode) -> bool:
    """`model.weights.pop()`, not `weights.pop()`: the list is not kept under a name of its own."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    return isinstance(node.func.value, cst.Attribute)


def _call_super(machine: Machine, callee: Super, name: str, args: Arguments) -> Value:
    """`super().compile(…)`: the library's method on self, unless a class of the program has it."""
    if isinstance(callee.receiver, Ref):
        if name == "__init__":
            if "inputs" in args.keywords or len(args.positional) >= 2:
                tensors = keras_api.tensors_in(machine, [args.get(1, "outputs")])
                flags.hold(machine, callee.receiver.id, keras_api.merged(tensors).parts)
            return Const(None)
        known = keras_api.method(machine, callee.receiver, name, args)
        if known is not None:
            return known
    return UNKNOWN


def _call_list(machine: Machine, receiver: Ref, name: str, args: Arguments) -> Value:
    items: tuple[Value, ...] | None = machine.store.get(("items", receiver.id))
    if name in symbols.MUTATORS and name != "append":
        variables.gather(machine, receiver, name, args.get(0))
    if items is not None and name == "append" and len(args.positional) == 1:
        machine.store.set(("items", receiver.id), (*items, args.positional[0]) if len(items) < 64 else None)
    elif items is not None and name == "extend" and (more := keras_api.items_of(machine, args.get(0))) is not None:
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


# -- the program's own functions -----------------------------------------------------------------------------


def call_function(machine: Machine, function: Function, args: Arguments, *, receiver: Value | None = None) -> Value:
    """Follow a call into a function of the program; too deep or too costly calls are unknown."""
    depth = len(machine.scopes)
    if machine.steps > machine.call_limit or depth > MAX_DEPTH or _running(machine, function) > 1:
        if isinstance(receiver, Ref):
            flags.escape(machine, args.site, receiver)
        return unknown_call(machine, args)
    given = args.positional if receiver is None else (receiver, *args.positional)
    return enter(machine, function, given, args)


def _running(machine: Machine, function: Function) -> int:
    return sum(1 for running in machine.stack if running.node is function.node)


def enter(machine: Machine, function: Function, given: tuple[Value, ...], args: Arguments | None) -> Value:
    """Run `function` in a new scope; `args` is None when nobody calls it and its parameters are anything."""
    machine.ran.add(id(function.node))
    scope = machine.new_scope()
    machine.scopes.append((*function.scopes, scope))
    machine.frames.append(_frame(function, args))
    machine.stack.append(function)
    segment, machine.segment = machine.segment, function.segment
    try:
        _bind_parameters(machine, function, given, args)
        return machine.run_body(machine, function)
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


def _bind_parameters(machine: Machine, function: Function, given: tuple[Value, ...], args: Arguments | None) -> None:
    parameters = function.node.params
    named = [*parameters.posonly_params, *parameters.params]
    keywords = args.keywords if args else {}
    for position, parameter in enumerate(named):
        name = parameter.name.value
        if position < len(given):
            value: Value = given[position]
        else:
            value = keywords[name] if name in keywords else _default(machine, function, parameter, args)
        machine.bind(name, value)
    for parameter in parameters.kwonly_params:
        name = parameter.name.value
        machine.bind(name, keywords[name] if name in keywords else _default(machine, function, parameter, args))
    if isinstance(parameters.star_arg, cst.Param):
        rest = Items(given[len(named) :]) if args and args.complete else UNKNOWN
        machine.bind(parameters.star_arg.name.value, rest)
    if parameters.star_kwarg is not None:
        machine.bind(parameters.star_kwarg.name.value, UNKNOWN)


def _default(machine: Machine, function: Function, parameter: cst.Param, args: Arguments | None) -> Value:
    """The default of a parameter that the call leaves out; a parameter that nobody gives is anything."""
    if args is not None and args.complete and parameter.default is not None:
        return machine.evaluate(parameter.default)
    return machine.opaque(parameter.name.value)


def instantiate(machine: Machine, cls: Class, args: Arguments) -> Value:
    """`Trainer(model)`: a new instance, its `__init__` followed."""
    made = new_instance(machine, cls, args)
    init = cls.method("__init__")
    if init is not None:
        call_function(machine, init, args, receiver=made)
    elif not cls.known:
        unknown_call(machine, args)
    return made


def new_instance(machine: Machine, cls: Class, args: Arguments | None) -> Ref:
    is_model = any(r in symbols.MODEL_CLASSES for r in cls.roots)
    is_layer = any(symbols.is_layer_class(r) for r in cls.roots)
    made = machine.new(
        "model" if is_model else "layer" if is_layer else "instance",
        symbol=cls.name,
        site=args.site if args else None,
        keras=is_model or is_layer,
        fresh=args is not None,
        cls=cls,
    )
    if args is not None:
        machine.instantiated[id(cls.node)] = made.id
    return made


def run_alone(machine: Machine, function: Function, receiver: Value | None = None) -> None:
    """Analyse a function that nobody calls: its parameters are anything, what happened before is not known."""
    machine.call_limit = machine.steps + UNCALLED_BUDGET
    given = () if receiver is None or "staticmethod" in function.decorators else (receiver,)
    enter(machine, function, given, None)
