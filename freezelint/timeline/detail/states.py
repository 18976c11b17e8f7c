"""Flags one by one, as a generation of Keras would have them: the state of a layer or of a single weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freezelint.timeline.events import Site

#: An object's id, and "" for its own flag, REST for what it holds and nobody knows, or the name of a weight.
StateKey = tuple[int, str]
REST = "*"
#: Set when a layer's weights were made while it was frozen, so that TensorFlow does not watch them.
UNWATCHED = "!"


@dataclass(frozen=True, slots=True)
class State:
    """A flag: `value` is None when it is not known, and then `reason` says why.

    `site` is the statement that wrote it, or where knowledge ended; `order` grows along the walk.
    """

    value: bool | None
    order: int = 0
    site: Site | None = None
    reason: str = ""


States = dict[StateKey, State]

#: The flag of something new that nobody has written.
BORN = State(True)
