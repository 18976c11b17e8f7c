"""Imports, functions and classes: what they bind, before anything of them runs."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.expressions import evaluate
from freezelint.timeline.machine import Machine
from freezelint.timeline.values import Bound, Class, Function, Symbol, Value


def import_module(machine: Machine, node: cst.Import) -> None:
    """`import tensorflow as tf`."""
    for alias in node.names:
        name = _dotted(alias.name)
        machine.uses_keras = machine.uses_keras or symbols.root(symbols.canonical(name)) == "keras"
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            machine.bind(alias.asname.name.value, Symbol(symbols.canonical(name)))
        else:
            root = symbols.root(name)
            machine.bind(root, Symbol(symbols.canonical(root)))


def import_from(machine: Machine, node: cst.ImportFrom) -> None:
    """`from tensorflow.keras import layers as L`; a relative import is a module of the project."""
    module = "." * len(node.relative) + (_dotted(node.module) if node.module else "")
    if isinstance(node.names, cst.ImportStar):
        machine.stars.append(symbols.canonical(module))
        return
    for alias in node.names:
        name = _dotted(alias.name)
        machine.uses_keras = machine.uses_keras or symbols.root(symbols.canonical(f"{module}.{name}")) == "keras"
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else name
        machine.bind(bound, Symbol(symbols.canonical(f"{module}.{name}")))


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return ""


def define_function(machine: Machine, node: cst.FunctionDef) -> Function:
    made = _function(machine, node, None)
    machine.functions.append(made)
    machine.bind(node.name.value, made)
    return made


def _function(machine: Machine, node: cst.FunctionDef, owner: Class | None) -> Function:
    decorators = tuple(_decorator(machine, item.decorator) for item in node.decorators)
    return Function(node, machine.segment, machine.scopes[-1], node.name.value, owner, decorators)


def _decorator(machine: Machine, node: cst.BaseExpression) -> str:
    """The canonical name of a decorator: `tensorflow.function`, `property`, `trainable.setter`."""
    if isinstance(node, cst.Call):
        return _decorator(machine, node.func)
    if isinstance(node, cst.Attribute) and node.attr.value in ("setter", "getter", "deleter"):
        return f"{_dotted(node.value)}.{node.attr.value}"
    value = evaluate(machine, node)
    if isinstance(value, Symbol):
        return value.name.removeprefix("builtins.")
    return value.name if isinstance(value, (Function, Bound)) else ""


def define_class(machine: Machine, node: cst.ClassDef) -> Class:
    """A class with its methods; `roots` are the library classes at the end of its chains of bases."""
    bases: tuple[Value, ...] = tuple(evaluate(machine, arg.value) for arg in node.bases if not arg.star)
    roots: list[str] = []
    for base in bases:
        if isinstance(base, Symbol):
            roots.append(base.name)
        elif isinstance(base, Class):
            roots += base.roots
    made = Class(node, machine.segment, machine.scopes[-1], node.name.value, bases, tuple(roots), {})
    for statement in node.body.body:
        if isinstance(statement, cst.FunctionDef):
            function = _function(machine, statement, made)
            if not any(d.endswith((".setter", ".deleter")) for d in function.decorators):
                made.methods[statement.name.value] = function
            machine.functions.append(function)
    machine.classes.append(made)
    machine.bind(node.name.value, made)
    return made
