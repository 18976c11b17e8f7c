"""How a statement or a block ends."""

from __future__ import annotations

from enum import Enum, auto


class Flow(Enum):
    """How a statement or a block ends."""

    NEXT = auto()
    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()
    RAISE = auto()
