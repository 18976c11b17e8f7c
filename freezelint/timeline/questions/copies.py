"""Copies of a model, by cloning or through a file: what of its flags they do not take over, and when they train."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.timeline.events import FlagWritten, Trained, Written
from freezelint.timeline.keras.flags import above, below, value_in
from freezelint.timeline.keras.writes import flag_value
from freezelint.timeline.saving_events import Copied
from freezelint.timeline.values import Weight, Weights

if TYPE_CHECKING:
    from freezelint.timeline import Timeline


def trained_copies(timeline: Timeline) -> Iterator[tuple[Copied, Trained]]:
    """Copies whose flags the program leaves as they came, each with the first training call that it takes part in."""
    seen: set[object] = set()
    for copied in timeline.of(Copied):
        trained = next((t for t in timeline.of(Trained) if _takes_part(copied, t)), None)
        if trained is None or copied.at.site.node in seen or _touched(timeline, copied, trained):
            continue
        seen.add(copied.at.site.node)
        yield copied, trained


def _takes_part(copied: Copied, trained: Trained) -> bool:
    return copied.model in trained.flags.inside and trained.at.order > copied.at.order


def _touched(timeline: Timeline, copied: Copied, trained: Trained) -> bool:
    """Whether some flag of the copy, of its variables or of what holds it was written before it trained."""
    near = {*below(timeline.machine, copied.model), *above(timeline.machine, copied.model)}
    return any(
        copied.at.order < event.at.order < trained.at.order and _owner(event) in near for event in _writes(timeline)
    )


def _writes(timeline: Timeline) -> Iterator[FlagWritten | Written]:
    yield from timeline.of(FlagWritten)
    yield from timeline.of(Written)


def _owner(event: FlagWritten | Written) -> int:
    """The object whose flag, or whose variable's flag, is written; -1 for anything else."""
    if isinstance(event, FlagWritten):
        return event.key[0]
    return event.target.owner if isinstance(event.target, (Weight, Weights)) else -1


def lost_flags(timeline: Timeline) -> Iterator[tuple[Copied, Trained, Written]]:
    """Flags of single variables that a copy does not have, so that it trains what the original keeps (FACTS C9)."""
    for copied, trained in trained_copies(timeline):
        if copied.form == "layer":
            continue
        inside = set(below(timeline.machine, copied.saved.model))
        for write in timeline.of(Written):
            owner = _owner(write)
            if write.name != "trainable" or owner not in inside or flag_value(write.value) is not False:
                continue
            if _in_force(timeline, copied, write, owner):
                yield copied, trained, write
                break


def _in_force(timeline: Timeline, copied: Copied, write: Written, owner: int) -> bool:
    """Whether the flag of the variable certainly was False in the original when it was saved, and its layer's True."""
    saved = copied.saved
    certain = write.at.follows(saved.at)
    if not isinstance(write.target, Weight) or not certain or write.at.order > saved.at.order:
        return False
    holding = set(above(timeline.machine, owner))
    undone = any(
        write.at.order < event.at.order < saved.at.order and _owner(event) in holding
        for event in _writes(timeline)
        if not (isinstance(event, Written) and flag_value(event.value) is False)
    )
    return not undone and value_in(saved.flags, timeline.machine, (owner, "")) is True
