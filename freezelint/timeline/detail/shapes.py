"""Which arrays certainly have the same shape and type: Keras 3 traces once for all of them (FACTS A2, A2c).

Two evaluations of one expression have the same shape when all names in it stand for the same things: the `shape` of an
unknown value is that expression with what its names stood for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import Const, Items, Ref, Symbol, Unknown, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine

_KINDS = (cst.Call, cst.Subscript, cst.BinaryOperation, cst.UnaryOperation, cst.Attribute)
#: Functions whose result has a shape that depends on more than the shapes of what they are given.
_BY_VALUE = ("next(", "unique", "nonzero", "where(", "choice(", "input(")


def noted(machine: Machine, node: cst.CSTNode, value: Value) -> Value:
    """`value` of the expression `node`, with its shape if it is data of which the walk knows nothing else."""
    detail = machine.detail
    if detail is None or not isinstance(node, _KINDS):
        return value
    opaque = isinstance(value, Ref) and machine.object(value).kind == "opaque" and not machine.object(value).path
    if not opaque and not (isinstance(value, Unknown) and value.shape is None):
        return value
    shape = shape_of(machine, node)
    if shape is None:
        return value
    if isinstance(value, Ref):
        detail.shapes.setdefault(value.id, shape)
        return value
    return Unknown(shape)


def shape_of(machine: Machine, node: cst.CSTNode) -> object | None:
    """What tells the shape of an expression; None when something in it is not known."""
    if isinstance(node, cst.Name):
        return _known(machine, machine.lookup(node.value))
    text = code_of(node)
    if any(word in text for word in _BY_VALUE):
        return None
    leaves: list[object] = []
    return (text, tuple(leaves)) if _collect(machine, node, leaves) else None


def _collect(machine: Machine, node: cst.CSTNode, leaves: list[object]) -> bool:
    """The names of an expression with what they stand for."""
    if isinstance(node, (cst.Lambda, cst.BaseComp, cst.NamedExpr, cst.Yield, cst.Await, cst.FormattedString)):
        return False
    if isinstance(node, cst.Name):
        return _leaf(_known(machine, machine.lookup(node.value)), leaves)
    if isinstance(node, cst.Attribute):
        owner = machine.lookup(node.value.value) if isinstance(node.value, cst.Name) else None
        if isinstance(owner, Ref) and machine.object(owner).kind == "instance":
            return _leaf(_known(machine, machine.store.get(("attr", owner.id, node.attr.value))), leaves)
        return _collect(machine, node.value, leaves)
    if isinstance(node, cst.Arg):
        return _collect(machine, node.value, leaves)
    return all(_collect(machine, child, leaves) for child in node.children)


def _leaf(known: object | None, leaves: list[object]) -> bool:
    leaves.append(known)
    return known is not None


def _known(machine: Machine, value: Value | None) -> object | None:
    assert machine.detail is not None
    if value is None:
        return None
    if isinstance(value, Const):
        return ("const", repr(value.value))
    if isinstance(value, Symbol):
        harmless = symbols.root(value.name) in symbols.HARMLESS_ROOTS | {"builtins"}
        return ("name", value.name) if harmless else None
    if isinstance(value, Unknown):
        return value.shape
    if isinstance(value, Items):
        parts = tuple(_known(machine, item) for item in value.items)
        return None if None in parts else ("items", parts)
    if isinstance(value, Ref):
        return machine.detail.shapes.get(value.id)
    return None


_NO_DATA = frozenset(
    ["epochs", "verbose", "callbacks", "validation_data", "validation_split", "initial_epoch", "shuffle",
     "validation_steps", "validation_batch_size", "validation_freq", "workers", "max_queue_size", "return_dict",
     "use_multiprocessing", "reset_metrics", "steps_per_epoch"]
)  # fmt: skip
_POSITIONAL = ("x", "y", "batch_size", "epochs", "verbose")


def signature(machine: Machine, call: Any) -> object | None:
    """What tells the input signature of a training call; None when it cannot be compared."""
    if not isinstance(call, cst.Call):
        return None
    found = []
    for number, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword else "".join(_POSITIONAL[number : number + 1])
        if argument.star or not name:
            return None
        if name not in _NO_DATA:
            shape = shape_of(machine, argument.value)
            if shape is None:
                return None
            found.append((name, shape))
    return tuple(sorted(found, key=lambda pair: pair[0]))
