"""Objects of the program's own classes, before their `__init__` has run."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.machine import Machine
from freezelint.timeline.values import Class, Ref


def fill_fields(machine: Machine, cls: Class, made: Ref, args: Arguments) -> None:
    """A dataclass, or a class whose constructor is the library's: what it is given it holds."""
    lines = [part for line in cls.node.body.body if isinstance(line, cst.SimpleStatementLine) for part in line.body]
    names = [a.target.value for a in lines if isinstance(a, cst.AnnAssign) and isinstance(a.target, cst.Name)]
    given = {**dict(zip(names, args.positional, strict=False)), **args.keywords}
    for number, value in enumerate(args.positional[len(names) :]):
        machine.put(("entry", made.id, number), value)
    for name, value in given.items():
        machine.put(("attr" if name in names else "entry", made.id, name), value)


def new_instance(machine: Machine, cls: Class, args: Arguments | None) -> Ref:
    """A new object of a class; `args` is None when the program makes none itself."""
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
