"""Moving averages of weights: Keras 3 writes them back by position when `fit` ends (FACTS X2).

`use_ema=True` keeps one average per variable of the first step; at the end of `fit` they go to what is trainable
then, one after the other. A layer that was frozen since leaves a gap, and what comes after it gets another's average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.events import FlagEntry, FlagWritten, Trained
from freezelint.timeline.keras.flags import above, children, covering, value_in
from freezelint.timeline.questions.stale import nothing_trains
from freezelint.timeline.step_events import Stepped
from freezelint.timeline.values import Const

if TYPE_CHECKING:
    from freezelint.timeline import Timeline
    from freezelint.timeline.machine import Machine


@dataclass(frozen=True, slots=True)
class Overwritten:
    """`write` froze layers after the `first` step of an optimizer; at the end of `trained` others are overwritten."""

    write: FlagWritten
    first: Stepped
    trained: Trained
    optimizer: int


def overwritten(timeline: Timeline) -> Iterator[Overwritten]:
    """Every freeze after which averages are written to the wrong layers, at the first such `fit`."""
    machine = timeline.machine
    last: Trained | None = None
    seen: set[FlagWritten] = set()
    by_step: dict[int, Trained] = {}
    for event in timeline.events:
        if isinstance(event, Trained):
            last = event
        if not isinstance(event, Stepped) or last is None or event.at.site is not last.at.site:
            continue
        by_step[event.at.order] = last
        first = event.first
        if not isinstance(first, Stepped) or not first.lists or not _averages(machine, event.optimizer):
            continue
        before = by_step.get(first.at.order)
        if before is None or before.model != last.model or last.method != "fit":
            continue
        for entry in last.flags.entries.values():
            if entry.write not in seen and _leaves_a_gap(machine, before, last, entry):
                seen.add(entry.write)
                yield Overwritten(entry.write, first, last, event.optimizer)


def _averages(machine: Machine, optimizer: int) -> bool:
    made = machine.made.get(optimizer)
    return made is not None and made.keywords.get("use_ema") == Const(True)


def _leaves_a_gap(machine: Machine, before: Trained, now: Trained, entry: FlagEntry) -> bool:
    """Whether the flag certainly took something out of the list that does not stand at its end."""
    id, path = entry.key
    frozen = entry.value is False and entry.certain and id in now.flags.inside
    if not frozen or entry.write.at.order < before.at.order:
        return False
    if machine.objects[id].symbol in symbols.WEIGHTLESS or value_in(before.flags, machine, entry.key) is not True:
        return False
    if nothing_trains(machine, now.model, now.flags) is not None:
        return False
    if id == now.model:
        return path.startswith("layers[:")
    return _trains_after(machine, now, id)


def _trains_after(machine: Machine, now: Trained, frozen: int) -> bool:
    """Whether a layer after this one, among those of the model, certainly is in the list."""
    holders = set(above(machine, frozen))
    places = [number for number, part in enumerate(children(machine, now.model)) if part.id in holders]
    for part in children(machine, now.model)[max(places, default=0) + 1 :] if places else ():
        flag = covering(now.flags, machine, (part.id, ""))
        known = machine.objects[part.id].keras and machine.objects[part.id].symbol not in symbols.WEIGHTLESS
        if known and (flag is None or (flag.value is True and flag.certain)):
            return True
    return False
