"""Phases of a training run: a compile with the training that follows it, and the compile before that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freezelint.timeline.events import Compiled, FlagEntry, Trained

if TYPE_CHECKING:
    from freezelint.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Phases:
    """Two compiles of one model in a row, each followed by training, at learning rates that are known."""

    first: Compiled
    second: Compiled
    trained: Trained
    first_rate: float
    second_rate: float


def phases(timeline: Timeline) -> Iterator[Phases]:
    """Every pair of phases that runs in one go: the same frames, and no branch between the two."""
    trained = [event for event in timeline.of(Trained) if isinstance(event.compiled, Compiled)]
    used = {id(event.compiled): event for event in reversed(trained)}
    last: dict[int, Compiled] = {}
    for compiled in timeline.of(Compiled):
        first = last.get(compiled.model)
        if id(compiled) not in used:
            continue
        last[compiled.model] = compiled
        if first is None or first.rate is None or compiled.rate is None:
            continue
        if first.at.site.node is not compiled.at.site.node and first.at.guards == compiled.at.guards:
            yield Phases(first, compiled, used[id(compiled)], first.rate, compiled.rate)


def frozen(compiled: Compiled) -> dict[tuple[int, str], FlagEntry]:
    """What certainly is frozen when the model is compiled; flags that are not known count as written."""
    return {key: entry for key, entry in compiled.flags.entries.items() if entry.value is not True}
