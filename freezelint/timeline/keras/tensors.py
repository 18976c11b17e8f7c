"""Symbolic tensors among values, and what joining them gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from freezelint.timeline.keras import graph, stops
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import Const, Part, Ref, Tensor, Value

_ENDS = ("input", "inputs", "output", "outputs")


def tensors_in(machine: Machine, values: Iterable[Value | None]) -> list[Tensor]:
    """The symbolic tensors among values, also inside lists, tuples and dictionaries."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, Ref) and machine.object(value).path in ("output", "outputs"):
            parent = machine.object(value).parent
            assert parent is not None
            found.append(graph.output_of(machine, parent) or Tensor((Part(parent, True),)))
        elif isinstance(value, Ref) and machine.object(value).path in ("input", "inputs"):
            found.append(Tensor(chain=()))
        elif isinstance(value, Ref) and (whole := _list_of(machine, value)) is not None:
            found += [piece(tensor) for tensor in tensors_in(machine, [whole])]
        elif (items := items_of(machine, value)) is not None:
            found += tensors_in(machine, items)
    return found


def only_tensors(machine: Machine, value: Value | None) -> bool:
    """Whether `tensors_in` finds all that is in a value: what else is in it may come out of any layers."""
    if isinstance(value, Ref) and (machine.object(value).path in _ENDS or _list_of(machine, value) is not None):
        return True
    items = items_of(machine, value)
    return isinstance(value, (Tensor, Const)) if items is None else all(only_tensors(machine, i) for i in items)


def merged(tensors: Iterable[Tensor], *, known: bool = True, plain: bool = True) -> Tensor:
    tensors = list(tensors)
    parts = tuple(dict.fromkeys(part for tensor in tensors for part in tensor.parts))
    known, plain = known and all(t.known for t in tensors), plain and all(t.plain for t in tensors)
    return Tensor(parts, known, plain, stops.left(tensors), barred=graph.blocked(tensors))


def piece(tensor: Tensor) -> Tensor:
    """One of the tensors that a call returned, or a slice: gradients may not get to all that it went through."""
    barred = tensor.barred | {part.id for part in tensor.parts}
    return replace(tensor, plain=False, chain=None, barred=barred)


def _list_of(machine: Machine, value: Ref) -> Ref | None:
    """`model.outputs` for `model.outputs[0]`."""
    this = machine.object(value)
    parent = None if this.parent is None else machine.objects[this.parent]
    listed = parent is not None and this.path.startswith("[") and parent.path in ("outputs", "inputs")
    return Ref(parent.id) if parent is not None and listed else None
