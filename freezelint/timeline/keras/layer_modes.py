"""Training mode: whether a layer of a model that is trained runs in it.

Keras 2 obeys the constant in `base(x, training=False)` of a functional model, `fit` of Keras 3 overrides it (FACTS D2,
X5); both obey it in the `call` of a class. Keras 3 does not put a fitted model in training mode whose own `call` has no
such parameter (X5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline.values import Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine


def top_mode(machine: Machine, model: int) -> bool | None:
    """Whether `fit` runs the model itself in training mode."""
    assert machine.detail is not None
    cls = machine.objects[model].cls
    function = cls.method("call") if cls else None
    if function is None or machine.detail.keras == "2":
        return True
    parameters = function.node.params
    named = [*parameters.posonly_params, *parameters.params, *parameters.kwonly_params]
    if any(p.name.value == "training" for p in named):
        return True
    return None if parameters.star_kwarg is not None else False


def mode_of(machine: Machine, parent: int, child: int, mode: bool | None, *, fitted: bool) -> bool | None:
    """Whether `child` runs in training mode when `parent` does or not (`mode`); None when that is not known."""
    assert machine.detail is not None
    if machine.objects[parent].cls is not None:
        return _in_class(machine, parent, child, mode)
    given = [call.training for call in machine.detail.calls.get(child, ()) if call.symbolic]
    constants = [v for v in given if v is not None and v != Const(None)]
    if not constants or machine.objects[parent].symbol != "keras.Model":
        return mode
    if machine.detail.keras == "3":
        return mode if mode is True else None
    values = {_constant(v, mode) for v in given}
    return values.pop() if len(values) == 1 else None


def _in_class(machine: Machine, parent: int, child: int, mode: bool | None) -> bool | None:
    """By how `call` of the class calls it."""
    assert machine.detail is not None
    ran = machine.detail.forward.get(parent)
    given = [call.training for call in ran.calls if call.layer == child] if ran else []
    if machine.store.get(("outputs", parent)) is not None and not given:
        return mode
    values = {_passed(machine, v, mode) for v in given}
    return values.pop() if len(values) == 1 else None


def _passed(machine: Machine, value: Value | None, mode: bool | None) -> bool | None:
    """`training=training` passes the mode on; so does leaving it out, as Keras keeps it in its call context."""
    if isinstance(value, Ref) and machine.label(value.id) == "training":
        return mode
    return _constant(value, mode)


def _constant(value: Value | None, mode: bool | None) -> bool | None:
    if value is None or value == Const(None):
        return mode
    return value.value if isinstance(value, Const) and isinstance(value.value, bool) else None
