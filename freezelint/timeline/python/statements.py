"""Simple statements, each with how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from freezelint.timeline.keras.writes import compared
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python.assignments import assign, augment
from freezelint.timeline.python.definitions import define_class, define_function
from freezelint.timeline.python.expressions import call
from freezelint.timeline.python.flow import Flow
from freezelint.timeline.python.imports import import_from, import_module
from freezelint.timeline.store import Key
from freezelint.timeline.values import Class, Function, Module, Symbol


def execute(machine: Machine, node: cst.CSTNode) -> Flow:
    """Run a statement that holds no others; an unknown kind does nothing."""
    handler = _HANDLERS.get(type(node))
    flow = handler(machine, node) if handler else Flow.NEXT
    return flow if isinstance(flow, Flow) else Flow.NEXT


def _assign(machine: Machine, node: cst.Assign) -> None:
    value = machine.evaluate(node.value)
    for target in node.targets:
        assign(machine, target.target, value, node)


def _annotated(machine: Machine, node: cst.AnnAssign) -> None:
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value), node)


def _expression(machine: Machine, node: cst.Expr) -> None:
    value = node.value
    if isinstance(value, cst.Call):
        call(machine, value, statement=True)
        return
    machine.evaluate(value)
    if isinstance(value, cst.Comparison):
        compared(machine, node, value)


def _assert(machine: Machine, node: cst.Assert) -> Flow:
    return Flow.RAISE if truth(machine.evaluate(node.test)) is False else Flow.NEXT


def _raise(machine: Machine, node: cst.Raise) -> Flow:
    if node.exc is not None:
        machine.evaluate(node.exc)
    return Flow.RAISE


def _delete(machine: Machine, node: cst.Del) -> None:
    machine.evaluate(node.target)


def _redirect(machine: Machine, node: cst.Global | cst.Nonlocal) -> None:
    scopes = machine.scopes[-1]
    outer = scopes[0] if isinstance(node, cst.Global) else scopes[-2] if len(scopes) > 1 else scopes[0]
    for item in node.names:
        machine.redirects[(machine.scope, item.name.value)] = outer


_HANDLERS: dict[type[cst.CSTNode], Callable[[Machine, Any], Any]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: augment,
    cst.Expr: _expression,
    cst.Assert: _assert,
    cst.Raise: _raise,
    cst.Del: _delete,
    cst.Global: _redirect,
    cst.Nonlocal: _redirect,
    cst.Import: import_module,
    cst.ImportFrom: import_from,
    cst.FunctionDef: define_function,
    cst.ClassDef: define_class,
}


def kept(machine: Machine, changed: dict[Key, Any]) -> dict[Key, Any]:
    """What a handler changes, but for the names that the body imported: that import is taken to work."""
    get = machine.store.get
    imported = (Symbol, Module, Function, Class)
    return {k: v for k, v in changed.items() if k[0] != "name" or not isinstance(get(k), imported)}
