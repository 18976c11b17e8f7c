"""What counts as one training call: `fit`, an eager `apply_gradients`, one run of a step under `@tf.function`.

A traced step does what its trace does, for arguments of the same shapes and objects (FACTS E8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from freezelint.timeline.detail.memory import Detail, Reading
from freezelint.timeline.events import Event, Site, StepRun

Readings = tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One training call: `readings` is what it does, `traces` what it may do instead; `run` is the traced step."""

    readings: Readings
    traces: tuple[Readings, ...] = ()
    run: StepRun | None = None

    @property
    def site(self) -> Site:
        """The call to point at: of the step where there is one."""
        return self.readings[0].event.at.site if self.run is None else self.run.at.site

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that must have happened for this call to count."""
        return (self.run,) if self.run is not None else tuple(r.event for r in self.readings)

    @property
    def repeats(self) -> bool:
        """Whether the call stands in a loop that may run more often."""
        return self.readings[0].repeats

    @property
    def perhaps(self) -> bool:
        """Whether the call stands in a branch that may not be taken."""
        return bool(self.readings[0].event.at.guards if self.run is None else self.run.at.guards)


def units(detail: Detail) -> Iterator[Unit]:
    """The training calls of a walk, in order."""
    ends = {id(readings[0]): position for position, (_, _, readings) in enumerate(detail.steps) if readings}
    inside = {id(reading) for _, _, readings in detail.steps for reading in readings}
    for reading in detail.readings:
        if id(reading) in ends:
            yield _of_step(detail, ends[id(reading)])
        elif id(reading) not in inside:
            yield Unit((reading,))


def _of_step(detail: Detail, position: int) -> Unit:
    """A run of a traced step: by its earliest trace for this data, or by any that may be used."""
    run, signature, readings = detail.steps[position]
    now = tuple(readings)
    earlier = [
        (tuple(before), shape) for other, shape, before in detail.steps[:position] if other.key == run.key and before
    ]
    same = [before for before, shape in earlier if shape is not None and shape == signature]
    if same:
        return Unit(same[0], (), run)
    return Unit(now, tuple(before for before, _ in earlier), run)
