"""The pytest plugin: the fixture, the run's report, and assertions that show the table of offenders."""

from __future__ import annotations

import importlib.util
import json
import os

import pytest

pytest_plugins = ["pytester"]

OPTIONS = ("-p", "freezelint.pytest_plugin") if importlib.util.find_spec("freezelint") else ()

TESTS = """
import numpy as np
import pytest

@pytest.fixture
def model():
    import tensorflow as tf
    keras = tf.keras
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh", name="d1"),
                              keras.layers.Dense(1, name="d2")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model

x, y = np.random.rand(8, 4).astype("float32"), np.ones((8, 1), "float32")

def test_all_move(model, freeze_verifier):
    assert freeze_verifier(model, x, y).verdict == "passed"

def test_frozen(model, freeze_verifier):
    from freezelint.runtime import Expectation
    freeze_verifier(model, x, y, expect=Expectation(frozen=["d1/**"]))

def test_watched(model, freeze_verifier):
    with freeze_verifier.watch(model, frozen=["d2/**"]):
        model.fit(x, y, verbose=0)
"""


@pytest.fixture
def plugged(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    path = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path.rstrip(os.pathsep))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


def test_without_use_tensorflow_is_not_imported(plugged: pytest.Pytester) -> None:
    plugged.makepyfile("import sys\ndef test_it(): assert not {'tensorflow', 'keras', 'tf_keras'} & set(sys.modules)\n")
    result = plugged.runpytest_subprocess(*OPTIONS, "--freezelint-report=report.json")
    result.assert_outcomes(passed=1)
    assert json.loads((plugged.path / "report.json").read_text()) == {"schema": 1, "verifications": []}


def test_the_option_and_the_fixture_are_described(plugged: pytest.Pytester) -> None:
    assert "--freezelint-report=PATH" in plugged.runpytest_subprocess(*OPTIONS, "--help").stdout.str()
    assert "freeze_verifier" in plugged.runpytest_subprocess(*OPTIONS, "--fixtures").stdout.str()


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")
def test_a_run_with_violations(plugged: pytest.Pytester) -> None:
    plugged.makepyfile(TESTS)
    result = plugged.runpytest_subprocess(*OPTIONS, "--freezelint-report=report.json", "--tb=short")
    result.assert_outcomes(passed=1, failed=2)
    out = result.stdout.str()
    result.stdout.re_match_lines_random([r"E .*verify_step of sequential.*failed \(2 leak; 4 of 4 variables moved\)"])
    result.stdout.re_match_lines_random([r"E +leak +d1/kernel +frozen|E +leak +d1/kernel +trainable"])
    assert "raise FreezeViolation" not in out, "the verifier's own frames are left out"
    assert "array(" not in out
    document = json.loads((plugged.path / "report.json").read_text())
    entries = [(e["test"].split("::")[1], e["verdict"]) for e in document["verifications"]]
    assert entries == [("test_all_move", "passed"), ("test_frozen", "failed"), ("test_watched", "failed")]
