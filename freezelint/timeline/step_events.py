"""Events of optimizers and of gradients that are stopped on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from freezelint.timeline.events import Compiled, Flags, Moment


@dataclass(frozen=True, slots=True, eq=False)
class GradientStopped:
    """`tf.stop_gradient` in the forward pass of `model`: no way is left for a gradient to reach `layers`.

    None of them, when it was put on what the model is given.
    """

    at: Moment
    model: int
    layers: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """An optimizer took a step on variables that were chosen by `lists`: their owners, and the flags then.

    It was built for those of its `first` step: None when this is it, "unknown" when the walk cannot say. `compiled`
    is the compile behind a training call, None for a step of a loop of one's own. `halted` is when its learning rate
    was set to zero, if it certainly still is.
    """

    at: Moment
    optimizer: int
    lists: tuple[tuple[int, Flags], ...]
    first: Stepped | Literal["unknown"] | None
    compiled: Compiled | None
    halted: Moment | None = None
