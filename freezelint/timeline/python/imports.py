"""Imports: names of libraries by their canonical paths, modules of the project by running them once."""

from __future__ import annotations

import libcst as cst

from freezelint.sources import project
from freezelint.timeline import symbols
from freezelint.timeline.events import Frame
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.flow import Flow
from freezelint.timeline.syntax import dotted
from freezelint.timeline.values import Const, Module, Symbol, Value


def import_module(machine: Machine, node: cst.Import) -> None:
    """`import tensorflow as tf`; `import lib.gan` binds `lib`."""
    for alias in node.names:
        name = dotted(alias.name)
        _note_keras(machine, name)
        first = symbols.root(name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            machine.bind(alias.asname.name.value, _named(machine, name) or Symbol(symbols.canonical(name)))
        else:
            machine.bind(first, _named(machine, first) or Symbol(symbols.canonical(first)))
            _named(machine, name)


def import_from(machine: Machine, node: cst.ImportFrom) -> None:
    """`from tensorflow.keras import layers as L`, `from .models import build`, `from keras.layers import *`."""
    base = dotted(node.module) if node.module else ""
    level = len(node.relative)
    found = _named(machine, base, level)
    module = "." * level + base
    if isinstance(node.names, cst.ImportStar):
        if found is None:
            machine.stars.setdefault(machine.scopes[-1][0], []).append(symbols.canonical(module))
        else:
            _bind_all(machine, found)
        return
    for alias in node.names:
        name = dotted(alias.name)
        _note_keras(machine, f"{module}.{name}")
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else name
        known = None if found is None else _of_module(machine, found, name)
        machine.bind(bound, known or Symbol(symbols.canonical(f"{module}.{name}")))


def member(machine: Machine, module: Module, name: str) -> Value:
    """`module.name`."""
    return _of_module(machine, module, name) or Symbol(f"{module.path}.{name}")


def _note_keras(machine: Machine, name: str) -> None:
    machine.uses_keras = machine.uses_keras or symbols.root(symbols.canonical(name)) == "keras"


def _of_module(machine: Machine, module: Module, name: str) -> Value | None:
    """A name that the module bound, or a module of the package; None where nobody knows."""
    bound: Value | None = machine.store.get(("name", module.scope, name))
    if bound is not None or machine.imported is None:
        return bound
    path = project.submodule(module.path, name)
    return None if path is None else _run(machine, path)


def _named(machine: Machine, name: str, level: int = 0) -> Module | None:
    """A module of the project by its name, after it ran; None for libraries and what is not followed."""
    if machine.imported is None:
        return None
    path = machine.imported.find(name, machine.segment, level)
    return None if path is None else _run(machine, path)


def _bind_all(machine: Machine, module: Module) -> None:
    """`from module import *`."""
    for key in machine.store:
        if key[:2] == ("name", module.scope) and not key[2].startswith("_"):
            machine.bind(key[2], machine.store.get(key))
    starred = machine.stars.get(module.scope)
    if starred:
        machine.stars.setdefault(machine.scopes[-1][0], []).extend(starred)


def _run(machine: Machine, path: str) -> Module | None:
    """Run the text of a module, once, in names of its own; one that is running already has the names it has so far."""
    known = machine.store.get(("module", path))
    if isinstance(known, Module):
        return known
    assert machine.imported is not None
    unit = machine.imported.unit(path)
    if unit is None:
        return None
    number, tree = unit
    made = Module(path, machine.new_scope())
    machine.store.set(("module", path), made)
    machine.store.set(("name", made.scope, "__name__"), Const(path))
    if tree is None:
        return made
    with machine.elsewhere(made.scope, number, Frame("<module>", "plain", machine.site(machine.here))):
        for statement in tree.body:
            if machine.execute(statement) is not Flow.NEXT:
                break
    return made
