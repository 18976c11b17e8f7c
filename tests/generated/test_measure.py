"""Programs run under the verifier: what moved, call by call. Needs TensorFlow, of whichever generation there is."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUN = Path(__file__).with_name("run.py")
KERAS = "2" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else "3"
PROGRAMS = 300

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("tensorflow") is None,
        reason="TensorFlow is not installed: pip install 'freezelint[verify]'",
    ),
    pytest.mark.slow,
]

MEASURED = """
import json, sys
sys.path.insert(0, {root!r})
from generated import measure
from generated.text import HEAD
from freezelint.runtime.engines import tensorflow as backend

bench = measure.Bench({keras!r})
tf = bench.tf
text = HEAD + '''y1 = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")
model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="d0"), layers.Dense(1, name="out")], name="model")
model.compile("sgd", "mse", jit_compile=False)
for epoch in range(2):
    model.fit(x, y1, verbose=0)
for layer in model.layers[:1]:
    layer.trainable = False
model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
model.train_on_batch(x, y1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x))
variables = model.layers[1].trainable_variables
keras.optimizers.SGD(0.1).apply_gradients(zip(tape.gradient(loss, variables), variables))
raise ValueError("the end")
'''
outcome = bench.run(text)
pairs = [([0.0, 1.0, 2.0], [-0.0, 1.0, 2.5]), ([1.0], [1.0]), ([float("nan")], [float("nan")])]
bits = []
for left, right in pairs:
    held, now = tf.constant(left), tf.constant(right)
    bits.append([list(map(float, f(held, now)[:2])) for f in (backend.difference, measure._difference)])
again = measure.Outcome.from_dict(outcome.to_dict())
print(json.dumps([outcome.to_dict(), bits, again.to_dict() == outcome.to_dict()]))
"""


@pytest.fixture(scope="module")
def measured() -> Any:
    code = MEASURED.format(root=str(RUN.parents[1]), keras=KERAS)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_every_call_is_kept_also_one_that_says_the_same_again(measured: Any) -> None:
    outcome = measured[0]
    calls = [(call["call"], call["moved"], call["still"], call["idle"]) for call in outcome["calls"]]
    both = ["d0/kernel", "d0/bias", "out/kernel", "out/bias"]
    assert calls == [
        ("fit", both, [], []),
        ("fit", both, [], []),
        ("train_on_batch", [], both, []),
        ("apply_gradients", both[2:], both[:2], []),
    ]
    assert outcome["error"] == "ValueError: the end"
    assert {"d0", "out"} <= set(outcome["calls"][0]["layers"])
    assert len({call["line"] for call in outcome["calls"]}) == 3


def test_bits_compared_on_the_host_are_the_bits_that_the_verifier_compares(measured: Any) -> None:
    assert measured[1] == [[[2.0, 0.0]] * 2, [[0.0, 0.0]] * 2, [[0.0, 0.0]] * 2]


def test_an_outcome_survives_the_state_file(measured: Any) -> None:
    assert measured[2]


def test_plan_and_verifier_agree_on_generated_programs(tmp_path: Path) -> None:
    command = [sys.executable, str(RUN), "--programs", str(PROGRAMS), "--keras", KERAS, "--cases", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    cases = "\n\n".join(path.read_text() for path in tmp_path.iterdir())
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr[-2000:]}\n{cases}"
    print(run.stdout)
