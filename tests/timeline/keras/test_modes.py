"""Calls of layers, traced steps, gradients, given weights and branches about BatchNormalization."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from freezelint.sources.source import Program, Segment
from freezelint.timeline import Timeline, build
from freezelint.timeline.events import (
    BranchSkipped,
    Differentiated,
    FlagWritten,
    LayerCalled,
    StateAssigned,
    StepRun,
    WeightsGiven,
)
from freezelint.timeline.keras.normalization import concerns
from freezelint.timeline.values import Const


def lines_of(timeline: Timeline) -> Iterator[str]:
    for event in timeline.events:
        row = timeline.span(event.at.site)[0]
        if isinstance(event, LayerCalled):
            mode = event.training.value if isinstance(event.training, Const) else event.training and "?"
            yield f"{row} {timeline.label(event.layer)}(training={mode}){' symbolic' if event.symbolic else ''}"
        elif isinstance(event, Differentiated):
            yield f"{row} gradient of {len(event.values) if event.known else 'anything'}"
        elif isinstance(event, StepRun):
            yield f"{row} {event.name} over {', '.join(timeline.label(owner) for owner, _ in event.flags)}"
        elif isinstance(event, WeightsGiven):
            yield f"{row} weights of {timeline.label(event.target)}"
        elif isinstance(event, BranchSkipped):
            yield f"{row} not {timeline.label(event.layer)}"
        elif isinstance(event, StateAssigned):
            yield f"{row} state of {timeline.label(event.layer)}{' if trainable' if event.guarded else ''}"
        elif isinstance(event, FlagWritten) and (about := concerns(timeline.machine, event)):
            yield f"{row} written for {'BatchNormalization' if about > 0 else 'the others'}"


CASES = [
    (
        "a layer on a symbolic tensor, and on an array",
        "base(keras.Input((4,)), training=False)\nbase(x, training=True)\nbase(x)\n",
        ["1 base(training=False) symbolic", "2 base(training=True)", "3 base(training=None)"],
    ),
    (
        "weights",
        'base.load_weights("a")\nmodel.set_weights(w)\nmodel.save_weights("a")\n',
        ["1 weights of base", "2 weights of model"],
    ),
    (
        "a traced step",
        """\
@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = f()
    tape.gradient(loss, base.trainable_variables)
step()
""",
        ["5 gradient of 1", "6 step over base"],
    ),
    (
        "a loop that steps over BatchNormalization",
        """\
for layer in unknown.layers:
    if isinstance(layer, layers.BatchNormalization):
        continue
    layer.trainable = False
""",
        ["4 written for the others"],
    ),
    (
        "the two arms of a branch",
        """\
for layer in unknown.layers:
    if "bn" in layer.name:
        layer.trainable = True
    else:
        layer.trainable = False
""",
        ["3 written for BatchNormalization", "5 written for the others"],
    ),
    (
        "known layers",
        """\
for layer in model.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
""",
        ["3 not base", "3 not layer"],
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[title for title, _, _ in CASES])
def test_events(title: str, text: str, expected: list[str], prelude: str) -> None:
    assert list(lines_of(build(Program((Segment(prelude), Segment(text)))))) == expected
