"""What the tests of the timeline share: a program's events as lines of text, one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from freezelint.sources.source import Program, Segment
from freezelint.timeline import Timeline, build
from freezelint.timeline.events import (
    BranchSkipped,
    Compared,
    Compiled,
    Event,
    FlagKey,
    Flags,
    FlagWritten,
    GradientTaken,
    LayerCalled,
    MethodCalled,
    Missed,
    Retraced,
    StateAssigned,
    Stepped,
    StepRun,
    Trained,
    WeightsGiven,
    Written,
)
from freezelint.timeline.values import Weight

PRELUDE = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
x, y = np.zeros((8, 4)), np.zeros((8, 1))
base = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.Dense(3, name="b")], name="base")
model = keras.Sequential([keras.Input((4,)), base, layers.Dense(1, name="head")])
"""

Story = Callable[[str], list[str]]


def program_of(text: str, prelude: str = PRELUDE) -> Program:
    """A program in two segments, so that rows count within `text`."""
    return Program((Segment(prelude), Segment(text)))


def lines_of(timeline: Timeline) -> Iterator[str]:
    """One line per event: row, what happened, and for training calls what it goes by and the flags in force."""
    for event in timeline.events:
        if isinstance(
            event, LayerCalled | GradientTaken | StepRun | WeightsGiven | BranchSkipped | StateAssigned | Stepped
        ):
            continue  # test_modes.py and test_optimizers.py look at these
        row = timeline.span(event.at.site)[0]
        guard = " (maybe)" if event.at.guards else ""
        yield f"{row} {_line(timeline, event)}{guard}"


def _line(timeline: Timeline, event: Event) -> str:
    if isinstance(event, FlagWritten):
        return f"{_key(timeline, event.key)} = {event.value}"
    if isinstance(event, Compiled):
        return f"compile {timeline.label(event.model)} {_flags(timeline, event.flags)}"
    if isinstance(event, Trained):
        since = f"compiled {_row(timeline, event.compiled)}, traced {_row(timeline, event.trace)}"
        return f"{event.method} {timeline.label(event.model)} {_flags(timeline, event.flags)} {since}"
    if isinstance(event, Retraced):
        return f"retrace {timeline.label(event.model)}"
    if isinstance(event, Compared):
        return f"compare {event.text}"
    if isinstance(event, MethodCalled):
        return f"call {event.text}"
    if isinstance(event, Missed):
        return f"miss {timeline.label(event.owner)}.{event.path}"
    assert isinstance(event, Written)
    weight = event.target if isinstance(event.target, Weight) else None
    what = f"{timeline.label(weight.owner)}.{weight.path}.trainable" if weight else event.text
    return f"write {what}"


def _row(timeline: Timeline, event: Event | str | None) -> str:
    return str(event or "never") if event is None or isinstance(event, str) else str(timeline.span(event.at.site)[0])


def _key(timeline: Timeline, key: FlagKey) -> str:
    id, path = key
    return ".".join(filter(None, (timeline.label(id), path.partition(" if #")[0])))


def _flags(timeline: Timeline, flags: Flags) -> str:
    """`[base=False, base.layers?=None]`: a question mark where only some paths wrote the flag."""
    entries = flags.entries.values()
    shown = (f"{_key(timeline, e.key)}{'' if e.certain else '?'}={e.value}" for e in entries)
    return f"[{', '.join(shown)}]"


@pytest.fixture
def story() -> Story:
    """The events of a program that starts with `base` (layers a, b) and `model` (base, head)."""
    return lambda text: list(lines_of(build(program_of(text))))


@pytest.fixture
def prelude() -> str:
    """The text that `story` puts before each program."""
    return PRELUDE
