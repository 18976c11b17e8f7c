"""How far a walk goes, and how one that nobody waits for any more is ended."""

from __future__ import annotations

#: Nodes visited before calls are no longer followed (by the program, and by each function that nobody calls and
#: each module that is imported), and before the walk gives up: bounds, not targets.
CALL_BUDGET = 100_000
UNCALLED_BUDGET = 4_000
WALK_BUDGET = 2_000_000

limit = WALK_BUDGET


class OutOfBudget(Exception):
    """The program is too large to follow to its end; what was seen so far stands."""


def interrupt() -> None:
    """End the walk that runs now, in another thread, as if its budget were used up, until `proceed`."""
    global limit
    limit = -1


def proceed() -> None:
    """Walks have their budget again."""
    global limit
    limit = WALK_BUDGET
