"""Optimizers: which step is the first one of an object, and what it was built for."""

from __future__ import annotations

import pytest

from freezelint.timeline import build
from freezelint.timeline.step_events import Stepped
from tests.timeline.conftest import program_of

LOOP = """
def step(optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) - y)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
"""
CASES = {
    "each name is a new optimizer": (
        'for _ in "ab":\n    model.compile("adam", "mse")\n    model.fit(x, y)\n',
        ["3 first", "3 first"],
    ),
    "one object is the same optimizer": (
        'opt = keras.optimizers.Adam()\nmodel.compile(opt, "mse")\nmodel.fit(x, y)\nmodel.compile(opt, "mse")\n'
        "model.fit(x, y)\n",
        ["3 first", "5 after 3"],
    ),
    "a loop and fit share the optimizer of the model": (
        LOOP + 'model.compile(keras.optimizers.SGD(), "mse")\nmodel.fit(x, y)\nstep(model.optimizer)\n',
        ["8 first", "6 after 8"],
    ),
    "built by hand": (
        'opt = keras.optimizers.Adam()\nopt.build(model.variables)\nmodel.compile(opt, "mse")\nmodel.fit(x, y)\n',
        ["4 unknown"],
    ),
    "unknown code may have used it": (
        'opt = keras.optimizers.Adam()\nwarm_up(opt)\nmodel.compile(opt, "mse")\nmodel.fit(x, y)\n',
        ["4 unknown"],
    ),
    "unknown code may have trained the model": (
        'opt = keras.optimizers.Adam()\nmodel.compile(opt, "mse")\ntrain(model)\nmodel.compile(opt, "mse")\n'
        "model.fit(x, y)\n",
        ["5 unknown"],
    ),
    "one branch uses it": (
        'opt = keras.optimizers.Adam()\nmodel.compile(opt, "mse")\nif warm:\n    model.fit(x, y)\n'
        'model.compile(opt, "mse")\nmodel.fit(x, y)\n',
        ["4 first", "6 unknown"],
    ),
    "legacy optimizers take any variable": (
        'model.compile(keras.optimizers.legacy.Adam(), "mse")\nmodel.fit(x, y)\n',
        [],
    ),
}


@pytest.mark.parametrize(("text", "told"), CASES.values(), ids=CASES)
def test_steps(text: str, told: list[str]) -> None:
    timeline = build(program_of(text))
    lines = []
    for event in timeline.of(Stepped):
        first = event.first
        since = f"after {timeline.span(first.at.site)[0]}" if isinstance(first, Stepped) else first or "first"
        lines.append(f"{timeline.span(event.at.site)[0]} {since}")
    assert lines == told
