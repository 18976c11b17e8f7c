"""Callbacks of a training call: whether one may change flags, weights or the compile while the model trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import Class, Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

_MEDDLING = ("trainable", "compile", "assign", "weights", "make_train_function", "self.model.")


def may_meddle(machine: Machine, args: Arguments | None) -> bool:
    """Whether a callback that `fit` is given may do more than look on."""
    given = args.get(5, "callbacks") if args is not None else None
    if given is None or given == Const(None):
        return False
    items = items_of(machine, given)
    return any(not _is_harmless(machine, value) for value in ((given,) if items is None else items))


def _is_harmless(machine: Machine, value: Value) -> bool:
    if not isinstance(value, Ref):
        return False
    this = machine.object(value)
    if this.cls is not None:
        return this.cls.known and not _meddles(this.cls)
    made = machine.detail.library.get(value.id, "") if machine.detail else ""
    return symbols.is_callback(made) and made.rpartition(".")[2] not in ("LambdaCallback", "Callback")


def _meddles(cls: Class) -> bool:
    if any(word in code_of(cls.node) for word in _MEDDLING):
        return True
    return any(isinstance(base, Class) and _meddles(base) for base in cls.bases)
