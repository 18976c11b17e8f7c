"""The order of `model.layers`, by which `layers[k]`, slices and `get_layer(index=k)` choose.

Sequential leaves its InputLayer out, a functional model begins with it; a model of the program's own class has the
layers of its attributes, in the order in which they were assigned (executed on Keras 2 and Keras 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline.flags import children, is_closed
from freezelint.timeline.values import Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine


def layers_of(machine: Machine, model: int) -> tuple[Value, ...] | None:
    """The layers of a model in order; None when they are not all known."""
    this = machine.objects[model]
    known: tuple[Value, ...] | None = machine.store.get(("items", model))
    if machine.detail is None:
        return known if is_closed(machine, model) else None
    if this.symbol in ("keras.Sequential", "keras.Model") and this.cls is None:
        return known
    return _attributes(machine, model) if this.cls is not None and this.cls.known else None


def _attributes(machine: Machine, model: int) -> tuple[Value, ...] | None:
    """The layers in plain attributes, if the model holds no others."""
    if machine.store.get(("outputs", model)) is not None:
        return None
    keys = [key for key in machine.contents.get(model, ()) if key[0] == "attr"]
    values = [machine.store.get(key) for key in keys]
    layers = [v for v in values if isinstance(v, Ref) and machine.object(v).keras]
    held = [part.id for part in children(machine, model) if not part.inside]
    return tuple(layers) if [layer.id for layer in layers] == held else None
