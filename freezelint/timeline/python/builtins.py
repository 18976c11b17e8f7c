"""Python's builtins, as far as they carry layers from one place to another."""

from __future__ import annotations

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.keras import steps, variables
from freezelint.timeline.keras.writes import set_attribute
from freezelint.timeline.machine import Machine
from freezelint.timeline.python import calls, loops
from freezelint.timeline.python.attributes import attribute
from freezelint.timeline.python.containers import items_of, make_dict
from freezelint.timeline.python.escapes import forget_all
from freezelint.timeline.values import (
    UNKNOWN,
    Const,
    Gradients,
    Items,
    Pairs,
    Ref,
    Selection,
    Super,
    Symbol,
    Value,
    Variables,
    Weights,
)

NAMES = symbols.HARMLESS_BUILTINS | frozenset(
    [
        "range",
        "enumerate",
        "zip",
        "list",
        "tuple",
        "set",
        "reversed",
        "sorted",
        "map",
        "filter",
        "getattr",
        "setattr",
        "dict",
        "iter",
        "next",
        "exec",
        "exit",
        "quit",
        "eval",
        "globals",
        "locals",
        "object",
        "Exception",
        "ValueError",
        "property",
        "staticmethod",
        "classmethod",
    ]
)
_LONGEST_RANGE = 8


def call(machine: Machine, name: str, args: Arguments) -> Value | None:
    """The value of a builtin call, or None for the general rule about unknown functions."""
    first = args.get(0)
    if name == "setattr" and len(args.positional) == 3 and isinstance(args.positional[1], Const):
        target, attr = args.positional[0], str(args.positional[1].value)
        set_attribute(machine, args.site, target, attr, args.positional[2], args.node)
        return Const(None)
    if name == "getattr" and first is not None and isinstance(args.get(1), Const):
        key = args.positional[1]
        return attribute(machine, first, str(key.value) if isinstance(key, Const) else "")
    if name in ("getattr", "setattr"):
        return calls.unknown_call(machine, args)
    if name == "dict":
        return _dict(machine, args)
    if name == "range":
        return _range(args)
    if name == "enumerate" and first is not None:
        return loops.indexed(machine, first)
    if name == "zip":
        return steps.zipped(args.positional) or loops.zipped(machine, args.positional)
    if name in ("list", "tuple", "sorted", "iter", "reversed") and first is not None:
        return _copied(machine, name, first)
    if name in ("set", "frozenset") and first is not None:
        variables.hashed(machine, args.node, "set", first)
    if name == "list" or name == "set":
        made = machine.new("list")
        machine.store.set(("items", made.id), () if first is None else None)
        return made
    if name == "isinstance" and first is not None:
        return _is_instance(machine, first, args.get(1))
    if name == "len":
        known = None if first is None else items_of(machine, first)
        return UNKNOWN if known is None else Const(len(known))
    if name == "super":
        return _super(machine)
    if name == "map" and len(args.positional) == 2:
        return _map(machine, args)
    if name in ("exec", "eval", "globals", "locals"):
        forget_all(machine)
    if name in ("next", "filter"):
        return machine.opaque()
    return None if f"builtins.{name}" in symbols.EXITS else UNKNOWN


def _dict(machine: Machine, args: Arguments) -> Value:
    made = make_dict(machine, args.keywords, complete=args.complete and not args.positional)
    for number, value in enumerate(args.positional):
        machine.put(("entry", made.id, number), value)
    return made


def _range(args: Arguments) -> Value:
    bounds = [v.value for v in args.positional if isinstance(v, Const) and type(v.value) is int]
    if len(bounds) == len(args.positional) and bounds and (len(bounds) < 3 or bounds[2]):
        numbers = range(*[b for b in bounds if isinstance(b, int)])
        if len(numbers) <= _LONGEST_RANGE:
            return Items(tuple(Const(n) for n in numbers))
    return UNKNOWN


def _copied(machine: Machine, name: str, source: Value) -> Value:
    if isinstance(source, (Weights, Variables, Gradients, Pairs)) and name in ("list", "tuple", "iter"):
        return source
    if isinstance(source, (Selection, Weights)):
        if isinstance(source, Selection) and source.items is not None and name == "reversed":
            return Selection(source.owner, source.path, source.items[::-1])
        return source
    known = items_of(machine, source)
    made = machine.new("list")
    order = None if known is None or name == "sorted" else known[::-1] if name == "reversed" else known
    machine.store.set(("items", made.id), order)
    return made


def _is_instance(machine: Machine, value: Value, cls: Value | None) -> Value:
    """Decided only for library layers of a known class against another leaf class."""
    if not isinstance(value, Ref) or not machine.object(value).symbol:
        return UNKNOWN
    wanted = cls.items if isinstance(cls, Items) else (cls,)
    names = [v.name for v in wanted if isinstance(v, Symbol)]
    this = machine.object(value)
    if len(names) != len(wanted) or this.cls is not None:
        return UNKNOWN
    if this.symbol in names:
        return Const(True)
    bases = symbols.LAYER_BASES | symbols.MODEL_CLASSES
    model = this.symbol in symbols.MODEL_CLASSES or symbols.is_application(this.symbol)
    leaf = (model or symbols.is_layer_class(this.symbol)) and all(symbols.is_layer_class(n) for n in names)
    return Const(False) if leaf and not any(n in bases for n in names) else UNKNOWN


def _super(machine: Machine) -> Value:
    """`super()`: the class is that of the running method."""
    for function in reversed(machine.stack):
        if function.owner is not None:
            parameters = [*function.node.params.posonly_params, *function.node.params.params]
            receiver = machine.lookup(parameters[0].name.value) if parameters else None
            return UNKNOWN if receiver is None else Super(receiver, function.owner)
    return UNKNOWN


def _map(machine: Machine, args: Arguments) -> Value:
    for value in loops.items(machine, args.positional[1]).values:
        given = Arguments(args.node, args.site, (value,))
        calls.apply(machine, args.positional[0], given)
    return UNKNOWN
