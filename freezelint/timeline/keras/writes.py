"""Attribute writes: flags, the names that only look like the flag, and everything else."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import Compared, Missed, Site, Written
from freezelint.timeline.keras import flags, graph, momentum
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python import calls
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Items, Module, Part, Ref, Selection, Symbol, Tensor, Value, Weight, Weights

_FLAG_LIKE = (
    symbols.MISSPELLINGS | symbols.LOOKALIKES | symbols.READ_ONLY_LISTS | symbols.PRIVATE_FLAGS | {symbols.TORCH_FLAG}
)

#: Kinds of objects that have a flag, as far as anybody knows.
_FLAGGED = frozenset({"model", "layer", "opaque"})

#: NumPy's booleans are as good as Python's here.
_FALSE = frozenset({"numpy.False_"})
_TRUE = frozenset({"numpy.True_"})


def set_attribute(machine: Machine, site: Site, target: Value, name: str, value: Value, node: cst.CSTNode) -> None:
    """`target.name = value`; `node` is the target as the reader wrote it."""
    if isinstance(target, Module):
        machine.store.set(("name", target.scope, name), value)
        return
    if name == "trainable" and _set_flag(machine, site, target, value, node):
        return
    if isinstance(target, Ref) and (cls := machine.object(target).cls) and (setter := cls.setter(name)):
        calls.call_function(machine, setter, Arguments(node, site, (value,)), receiver=target)
        return
    if name in _FLAG_LIKE:
        keras = _is_library_object(machine, target)
        machine.emit(Written(machine.moment(site), target, name, value, text_of(node), keras))
    if isinstance(target, Ref):
        machine.put(("attr", target.id, name), value)
        momentum.rate_set(machine, machine.moment(site, tick=0), target, name, value)
        _adopt(machine, target, value, node)


def compared(machine: Machine, statement: cst.Expr, value: cst.Comparison) -> None:
    """`layer.trainable == False` as a statement."""
    if isinstance(value.left, cst.Attribute) and value.left.attr.value == "trainable":
        owner = machine.evaluate(value.left.value)
        if isinstance(owner, Selection) or (isinstance(owner, Ref) and machine.object(owner).kind in _FLAGGED):
            shown = statement in machine.displayed
            machine.emit(Compared(machine.moment(machine.site(statement)), text_of(value), shown))


def flag_value(value: Value) -> bool | None:
    """What Keras makes of a value: its truth, as far as it is known."""
    if isinstance(value, Symbol):
        return False if value.name in _FALSE else True if value.name in _TRUE else None
    return truth(value)


def _set_flag(machine: Machine, site: Site, target: Value, value: Value, node: cst.CSTNode) -> bool:
    """Whether this was a write to the flag of a layer, or of something that people take for one."""
    if isinstance(target, Ref) and machine.object(target).kind in _FLAGGED:
        this = machine.object(target)
        if this.cls is not None and this.cls.method("trainable") is not None:
            escape(machine, target)
            return True
        flags.write(machine, site, target, flag_value(value), text_of(node), keras=this.keras, raw=value)
        return True
    if isinstance(target, Selection) and target.each and target.items == ():
        machine.emit(Missed(machine.moment(site), target.owner, target.path, value, text_of(node)))
        return True
    if isinstance(target, Selection) and target.each:
        flags.write(machine, site, target, flag_value(value), text_of(node), keras=True, raw=value)
        return True
    if isinstance(target, (Tensor, Symbol)):
        at = machine.moment(site)
        machine.emit(Written(at, target, "trainable", value, text_of(node), _is_library_object(machine, target)))
        return True
    collection = isinstance(target, Ref) and machine.object(target).kind in ("list", "variable")
    if collection or isinstance(target, (Selection, Weights, Weight, Items)):
        keras = _is_library_object(machine, target)
        machine.emit(Written(machine.moment(site), target, "trainable", value, text_of(node), keras))
        return True
    return False


def _is_library_object(machine: Machine, target: Value) -> bool:
    """Certainly a Keras object, and not one of a class that the program defines (it may have own attributes)."""
    if isinstance(target, Ref):
        this = machine.object(target)
        if this.kind == "list":
            return machine.store.get(("tracked", target.id)) is True
        return this.keras and this.cls is None
    if isinstance(target, (Selection, Weights, Weight)):
        owner = machine.objects[target.owner]
        return isinstance(target, Selection) or owner.keras
    if isinstance(target, Tensor):
        return target.known and bool(target.parts) and all(machine.objects[part.id].keras for part in target.parts)
    if isinstance(target, Symbol):
        return symbols.root(target.name) in ("keras", "tensorflow")
    return False


def _adopt(machine: Machine, target: Ref, value: Value, node: cst.CSTNode) -> None:
    """Layers that are set as attributes of a model, also in a list, become part of it."""
    machine.name(value, node)
    this = machine.object(target)
    if this.kind not in ("model", "layer"):
        return
    found = items_of(machine, value) or (value,)
    if isinstance(value, Ref) and machine.object(value).kind == "list":
        machine.store.set(("tracked", value.id), True)
    if machine.detail is not None:
        found = graph.tracked(machine, target, value, found)
    held = [v for v in found if isinstance(v, Ref) and machine.object(v).keras]
    flags.hold(machine, target.id, tuple(Part(v.id) for v in held))
