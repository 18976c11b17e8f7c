"""Functions and classes: what they bind, before anything of them runs."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.machine import Machine
from freezelint.timeline.python import calls
from freezelint.timeline.python.parameters import defaults
from freezelint.timeline.syntax import dotted
from freezelint.timeline.values import UNKNOWN, Bound, Class, Function, Symbol, Value


def define_function(machine: Machine, node: cst.FunctionDef) -> Function:
    made = _function(machine, node, None)
    machine.defined(made)
    machine.bind(node.name.value, made)
    return made


def _function(machine: Machine, node: cst.FunctionDef, owner: Class | None) -> Function:
    decorators = [_decorator(machine, item.decorator) for item in node.decorators]
    names = tuple(name for name, _ in decorators)
    made = Function(
        node, machine.segment, machine.scopes[-1], node.name.value, owner, names, None, defaults(machine, node)
    )
    wrappers = [wrapper for _, wrapper in reversed(decorators) if wrapper is not None]
    return replace(made, wrapped=_wrapped(machine, made, wrappers)) if wrappers else made


def _wrapped(machine: Machine, function: Function, wrappers: list[Value]) -> Value:
    """What decorators make of a function; unknown when one of them is not a function of the program."""
    value: Value = function
    site = machine.site(function.node)
    for wrapper in wrappers:
        if not isinstance(wrapper, Function):
            return UNKNOWN
        value = calls.apply(machine, wrapper, Arguments(function.node, site, (value,)))
    return value


def _decorator(machine: Machine, node: cst.BaseExpression) -> tuple[str, Value | None]:
    """The canonical name of a decorator (`tensorflow.function`, `trainable.setter`), and what it wraps with.

    The decorators of the libraries in the table of symbols leave the function to do what it does: no wrapper.
    """
    function = node.func if isinstance(node, cst.Call) else node
    if isinstance(function, cst.Attribute) and function.attr.value in ("setter", "getter", "deleter"):
        return f"{dotted(function.value)}.{function.attr.value}", None
    value = machine.evaluate(function)
    if isinstance(value, Symbol):
        return value.name.removeprefix("builtins."), None if _is_known(value) else UNKNOWN
    name = value.name if isinstance(value, (Function, Bound)) else ""
    return name, value if function is node else machine.evaluate(node)


def _is_known(value: Value) -> bool:
    """A class or decorator of a library in the table of symbols, or a class of the program above such classes."""
    if isinstance(value, Symbol):
        return symbols.root(value.name) in symbols.HARMLESS_ROOTS | {"builtins"}
    return isinstance(value, Class) and value.known


def _add_method(machine: Machine, owner: Class, function: Function) -> None:
    machine.defined(function)
    if any(name.endswith(".setter") for name in function.decorators):
        owner.setters[function.name] = function
    elif not any(name.endswith(".deleter") for name in function.decorators):
        owner.methods[function.name] = function


def define_class(machine: Machine, node: cst.ClassDef) -> Class:
    """A class with its methods; `roots` are the library classes at the end of its chains of bases."""
    bases: tuple[Value, ...] = tuple(machine.evaluate(arg.value) for arg in node.bases if not arg.star)
    roots: list[str] = []
    for base in bases:
        if isinstance(base, Symbol):
            roots.append(base.name)
        elif isinstance(base, Class):
            roots += base.roots
    known = all(_is_known(base) for base in bases)
    scopes, scope = machine.scopes[-1], machine.new_scope()
    made = Class(node, machine.segment, scopes, node.name.value, bases, tuple(roots), known, scope)
    for statement in node.body.body:
        if isinstance(statement, cst.FunctionDef):
            _add_method(machine, made, _function(machine, statement, made))
        else:
            machine.scopes.append((*machine.scopes[-1], made.scope))
            machine.execute(statement)
            machine.scopes.pop()
    machine.classes.append(made)
    machine.bind(node.name.value, made)
    return made
