"""Parameters: what a function of the program is given."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline.arguments import Arguments
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.containers import make_dict
from freezelint.timeline.values import UNKNOWN, Function, Items, Value


def bind_parameters(machine: Machine, function: Function, given: tuple[Value, ...], args: Arguments | None) -> None:
    """Bind every parameter of a function that starts to run; `args` is None when nobody calls it."""
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
        taken = {p.name.value for p in (*named, *parameters.kwonly_params)}
        more = {name: value for name, value in keywords.items() if name not in taken}
        complete = args is not None and args.complete
        machine.bind(parameters.star_kwarg.name.value, make_dict(machine, more, complete=complete))


def _default(machine: Machine, function: Function, parameter: cst.Param, args: Arguments | None) -> Value:
    """The default of a parameter that the call leaves out; a parameter that nobody gives is anything."""
    name = parameter.name.value
    if args is not None and args.complete and name in function.defaults:
        return function.defaults[name]
    return machine.opaque(name)


def defaults(machine: Machine, node: cst.FunctionDef | cst.Lambda) -> dict[str, Value]:
    """The values of parameters that a call may leave out, as they are when the function is defined."""
    parameters = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
    return {p.name.value: machine.evaluate(p.default) for p in parameters if p.default is not None}
