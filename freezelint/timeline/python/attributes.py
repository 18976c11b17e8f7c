"""Attributes and items: the ways from a model to its layers and variables."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.keras import graph, heedless, naming, origins, variables
from freezelint.timeline.keras.flags import is_closed
from freezelint.timeline.keras.tensors import piece
from freezelint.timeline.machine import Machine
from freezelint.timeline.python import calls, imports, never
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import (
    UNKNOWN,
    Bound,
    Class,
    Const,
    Items,
    Module,
    Ref,
    Selection,
    Super,
    Symbol,
    Tensor,
    Value,
    VariableName,
    Weight,
    Weights,
)

#: What is a method of a layer or model, where nothing else is known of it.
_METHODS = frozenset({"compile", "add", "pop", "make_train_function", "_flatten_layers"}).union(
    symbols.TRAIN_METHODS, symbols.HARMLESS_METHODS, symbols.FREEZE_CALLS, symbols.TORCH_METHODS
)

#: Lists longer than this are not followed item by item.
_LONGEST = 64


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """`value.name`."""
    if name in symbols.REWEIGHTERS:
        origins.touched(machine, value)
    if isinstance(value, Symbol):
        machine.uses_keras = machine.uses_keras or "keras" in (name, symbols.root(value.name))
        return Symbol(symbols.canonical(f"{value.name}.{name}"))
    if isinstance(value, Ref):
        return _of_object(machine, value, name)
    if isinstance(value, Module):
        return imports.member(machine, value, name)
    if isinstance(value, Selection):
        return _of_selection(machine, value, name)
    if isinstance(value, Class):
        function = value.method(name)
        if function is None:
            return class_attribute(machine, value, name) or UNKNOWN
        return Bound(value, name, function) if "classmethod" in function.decorators else function
    if isinstance(value, Super):
        return _of_super(value, name)
    if isinstance(value, Weights) and name in symbols.LIST_METHODS:
        return Bound(value, name)
    if name in symbols.STEP_METHODS:
        return Bound(value, name)
    return variables.attribute(value, name)


def class_attribute(machine: Machine, cls: Class, name: str) -> Value | None:
    """What the body of a class, or of a class above it, binds to `name`."""
    found: Value | None = machine.store.get(("name", cls.scope, name))
    for base in cls.bases:
        if found is None and isinstance(base, Class):
            found = class_attribute(machine, base, name)
    return found


def _of_object(machine: Machine, value: Ref, name: str) -> Value:
    this = machine.object(value)
    stored: Value | None = machine.store.get(("attr", value.id, name))
    if stored is not None:
        return stored
    if this.cls is not None and (function := this.cls.method(name)):
        bound = Bound(this.cls if "classmethod" in function.decorators else value, name, function)
        if "property" in function.decorators:
            return calls.apply(machine, bound, Arguments(function.node, machine.site(function.node)))
        return bound
    if this.cls is not None and (shared := class_attribute(machine, this.cls, name)):
        return shared
    if this.kind in ("list", "dict", "variable", "other"):
        return Bound(value, name)
    if name in symbols.LAYER_LISTS:
        order = machine.store.get(("items", value.id)) if is_closed(machine, value.id) else None
        order = order or graph.order_of(machine, value.id)
        return Selection(value.id, symbols.LAYER_LISTS[name], order)
    if this.kind == "instance" and (collected := heedless.of_module(machine, value, name)) is not None:
        return collected
    if name in symbols.WEIGHT_LISTS and this.kind != "instance":
        if name.startswith("trainable") and machine.traced:
            machine.lists_read.append(value.id)
        return variables.taken(machine, value.id, name)
    if name in symbols.WEIGHT_ATTRIBUTES and this.keras and this.cls is None:
        return Weight(value.id, name)
    if name == "trainable":
        return Bound(value, name)
    if name == "optimizer" and isinstance(known := machine.store.get(("optimizer", value.id)), int):
        return Ref(known)
    if name == "name" and machine.detail is not None and (known_name := naming.name_of(machine, value.id)) is not None:
        return Const(known_name)
    if name == "optimizer" or name in symbols.DATA:
        return UNKNOWN
    if name in _METHODS or name in symbols.STEP_METHODS:
        return Bound(value, name)
    return machine.part(value.id, name)


def _of_selection(machine: Machine, value: Selection, name: str) -> Value:
    if not value.each:
        return Bound(value, name) if name in symbols.LIST_METHODS else UNKNOWN
    inner = machine.part(value.owner, f"{value.path}[…]", keras=True)
    if name in symbols.LAYER_LISTS:
        return Selection(inner.id, symbols.LAYER_LISTS[name])
    if name in symbols.WEIGHT_LISTS:
        return variables.taken(machine, inner.id, name)
    if name in symbols.WEIGHT_ATTRIBUTES:
        return Weight(inner.id, name)
    if name in _METHODS:
        return Bound(inner, name)
    return UNKNOWN


def _of_super(value: Super, name: str) -> Value:
    for base in value.cls.bases:
        if isinstance(base, Class) and (function := base.method(name)):
            return Bound(value.receiver, name, function)
    return Bound(value, name)


def subscript(machine: Machine, value: Value, key: Value | slice | None, node: cst.CSTNode) -> Value:
    """`value[key]`; a key that is not known is None, `node` is how the reader wrote it."""
    if isinstance(value, Selection):
        return _of_layers(machine, value, key, node)
    if isinstance(value, Weights):
        if isinstance(key, slice) or key is None:
            return replace(value, path=f"{value.path}[{text_of(node)}]")
        return Weight(value.owner, f"{value.path}[{text_of(node)}]")
    if isinstance(value, Tensor) and value.known:
        return piece(value)
    items = items_of(machine, value)
    if items is not None:
        if isinstance(key, slice):
            return Items(items[key])
        if isinstance(key, Const) and isinstance(key.value, int) and -len(items) <= key.value < len(items):
            return items[key.value]
    if isinstance(value, Ref) and isinstance(key, Const):
        machine.consulted.append(value.id)
        entry: Value | None = machine.store.get(("entry", value.id, key))
        return entry if entry is not None else machine.part(value.id, f"[{text_of(node)}]")
    if isinstance(value, Ref):
        calls.leak(machine, Arguments(node, machine.site(machine.here)), value)
        return machine.opaque()
    return value if isinstance(value, VariableName) else UNKNOWN


def _of_layers(machine: Machine, value: Selection, key: Value | slice | None, node: cst.CSTNode) -> Value:
    whole = isinstance(key, slice) and key == slice(None)
    if whole:
        return value
    if key == slice(None, 0):
        return Items(())  # none, and on purpose
    if value.items is not None and len(value.items) <= _LONGEST:
        if isinstance(key, slice):
            return Selection(value.owner, f"{value.path}[{text_of(node)}]", value.items[key])
        if isinstance(key, Const) and type(key.value) is int and -len(value.items) <= key.value < len(value.items):
            found = value.items[key.value]
            machine.name(found, f"{machine.label(value.owner)}.{value.path}[{text_of(node)}]")
            return found
    path = f"{value.path}[{text_of(node)}]"
    if isinstance(key, slice) and value.path == "layers" and never.holds_nothing(machine, value.owner, key):
        return Selection(value.owner, path, ())
    if isinstance(key, slice) or key is None:
        bounds = key if value.path == "layers" else None
        known = machine.bounds.setdefault((value.owner, path), bounds)
        machine.bounds[(value.owner, path)] = bounds if known == bounds else None
        return Selection(value.owner, path)
    if isinstance(key, Const) and value.path == "layers":
        return machine.part(value.owner, path, kind="layer", keras=True)
    return Selection(value.owner, path, each=True, guards=len(machine.guards))
