"""Events of saving, loading and copying, and of layers that get small matrices to train in place of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from freezelint.timeline.events import Flags, Moment

How = Literal["save", "weights", "checkpoint", "export", "clone"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file keeps of `model`, or what a clone takes from it: the flags of that moment.

    `flags` are the live ones; `imposed` differ from them for a checkpoint, which Keras 2 writes while the flags of
    the last compile are in force. Two are equal when they keep the same.
    """

    at: Moment = field(compare=False)
    model: int
    how: How
    flags: Flags
    imposed: Flags


@dataclass(frozen=True, slots=True, eq=False)
class WeightsLoaded:
    """`model.load_weights(path)` of a file that the program wrote; `flags` are those in force at the model now."""

    at: Moment
    model: int
    path: str
    flags: Flags
    saved: Saved


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """`model` was made from another: `form` is "clone", "layer" (`TFSMLayer`) or the ending of the file's name."""

    at: Moment
    model: int
    form: str
    saved: Saved


@dataclass(frozen=True, slots=True, eq=False)
class LoraEnabled:
    """`layer.enable_lora(rank)`: its kernel rests, two small matrices train in its place."""

    at: Moment
    layer: int
    text: str
