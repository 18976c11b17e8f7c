"""Events by what they concern, so that no rule compares every event with every other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from freezelint.timeline.events import Compiled, FlagKey, FlagWritten, LayerCalled, Trained, WeightsGiven

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


def group(things: Iterable[_T], keys: Callable[[_T], Iterable[_K]]) -> dict[_K, list[_T]]:
    """The things under each of their keys, in their order."""
    grouped: dict[_K, list[_T]] = {}
    for thing in things:
        for key in keys(thing):
            grouped.setdefault(key, []).append(thing)
    return grouped


def inside(event: Compiled | Trained) -> frozenset[int]:
    """The objects at and below the model of a compile or a training call."""
    return event.flags.inside


def flag(event: FlagWritten) -> tuple[FlagKey]:
    """What a write sets."""
    return (event.key,)


def layer(event: LayerCalled) -> tuple[int]:
    """What is called."""
    return (event.layer,)


def target(event: WeightsGiven) -> tuple[int]:
    """What is given weights."""
    return (event.target,)
