"""verify_step's arguments, errors and report."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from freezelint.runtime import Expectation, FreezeViolation, assert_frozen, verify_step


@pytest.fixture
def model(keras: Any) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="tanh", name="d1"),
            keras.layers.Dense(1, name="d2"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def test_uncompiled_says_so(keras: Any, data: Any) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"is not compiled.*watch\(model\)"):
        verify_step(model, data.x, data.y)


def test_not_a_model() -> None:
    with pytest.raises(TypeError, match=r"builtins\.int is not a Keras model"):
        verify_step(1, np.ones(1))


def test_gpu_without_a_gpu(model: Any, data: Any, tf: Any) -> None:
    if tf.config.list_logical_devices("GPU"):
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match='device="gpu": TensorFlow sees no GPU'):
        verify_step(model, data.x, data.y, device="gpu")
    assert verify_step(model, data.x, data.y, device="cpu").engine.device == "CPU:0"


def test_bad_arguments(model: Any, data: Any) -> None:
    with pytest.raises(ValueError, match="device='tpu'"):
        verify_step(model, data.x, data.y, device="tpu")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="steps=0"):
        verify_step(model, data.x, data.y, steps=0)
    with pytest.raises(ValueError, match="needs data"):
        verify_step(model)
    with pytest.raises(ValueError, match="x is a generator"):
        verify_step(model, ((data.x, data.y) for _ in range(2)))


def test_data_of_every_kind(model: Any, data: Any, tf: Any) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((data.x, data.y)).batch(8)
    for arguments in ((data.x, data.y), (tf.constant(data.x), tf.constant(data.y)), (dataset,)):
        assert verify_step(model, *arguments, steps=5).verdict == "passed"
    weights = np.zeros(16, "float32")
    report = verify_step(model, data.x, data.y, sample_weight=weights)
    assert {v.cause for v in report.variables} == {"gradient zero"}


def test_empty_data(model: Any, tf: Any, data: Any) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((data.x, data.y)).batch(8).take(0)
    with pytest.raises(ValueError, match=r"not one batch|non-empty"):
        verify_step(model, dataset)


def test_report_as_json_and_table(model: Any, data: Any, generation: str) -> None:
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    report = verify_step(model, data.x, data.y)
    document = json.loads(report.to_json())
    assert list(document) == [
        "schema",
        "verdict",
        "engine",
        "calls",
        "existing",
        "fresh",
        "difference",
        "notes",
    ]
    assert document["engine"]["generation"] == generation
    assert set(document["engine"]) == {"keras", "generation", "backend", "tensorflow", "device", "precision"}
    (call,) = document["calls"]
    assert list(call) == ["call", "filename", "line", "model", "steps", "verdict", "variables"]
    kernel = call["variables"][0]
    assert kernel == {
        "path": "d1/kernel", "layer": "d1", "shape": [4, 3], "dtype": "float32", "flag": "frozen",
        "expected": "still", "updated": False, "moved": False, "changed_elements": 0, "max_change": 0.0,
        "replica": None, "verdict": "ok", "cause": None,
    }  # fmt: skip
    assert report.to_table().splitlines()[:3] == [
        f"verify_step of {model.name}: passed (every frozen variable stayed and what should train did; "
        "2 of 4 variables moved)",
        "  verdict  variable   flag       updated  changed  largest change  cause",
        "  ok       d1/kernel  frozen     no       0/12",
    ]
    assert report.raise_for_violations() is report


def test_nan_is_null_in_json(model: Any, data: Any) -> None:
    report = verify_step(model, data.x * np.float32("nan"), data.y)
    assert all(v.moved for v in report.variables)
    assert json.loads(report.to_json())["calls"][0]["variables"][0]["max_change"] is None


def test_assert_frozen_shows_the_offenders(model: Any, data: Any) -> None:
    with pytest.raises(FreezeViolation) as caught:
        assert_frozen(model, data.x, data.y, frozen=["d1/**"])
    assert isinstance(caught.value, AssertionError)
    lines = str(caught.value).splitlines()
    assert "failed (2 leak; 4 of 4 variables moved)" in lines[0]
    assert [line.split()[:2] for line in lines[2:4]] == [["leak", "d1/kernel"], ["leak", "d1/bias"]]
    assert "d2/kernel" not in str(caught.value)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    assert assert_frozen(model, data.x, data.y, frozen=["d1/**"]).verdict == "passed"


def test_nothing_moved_is_never_a_pass(model: Any, data: Any) -> None:
    model.trainable = False
    model.compile("sgd", "mse")
    report = verify_step(model, data.x, data.y)
    assert report.verdict == "nothing-moved"
    with pytest.raises(FreezeViolation, match="nothing moved at all"):
        report.raise_for_violations()


def test_stale_flags_are_named_on_keras_2(model: Any, data: Any, generation: str) -> None:
    model.layers[0].trainable = False
    report = verify_step(model, data.x, data.y)
    notes = [note for note in report.notes if "changed after compile() on d1" in note]
    assert len(notes) == (0 if generation == "3" else 1)


def test_updated_comes_from_the_trace(model: Any, data: Any) -> None:
    """A variable that the step writes but that does not move is updated all the same."""
    model.layers[1].set_weights([np.zeros((3, 1), "float32"), np.zeros(1, "float32")])
    report = verify_step(model, data.x, data.y)
    kernel = report.variables[0]
    assert (kernel.updated, kernel.moved, kernel.cause) == (True, False, "gradient zero")


def test_a_dataset_of_the_existing_trace(model: Any, data: Any, tf: Any) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((data.x, data.y)).batch(8)
    model.fit(dataset, verbose=0)
    assert verify_step(model, dataset).existing is not None


def test_the_trace_of_train_on_batch(model: Any, data: Any, generation: str) -> None:
    model.train_on_batch(data.x[:8], data.y[:8])
    model.layers[0].trainable = False
    report = verify_step(model, data.x[:8], data.y[:8], batch_size=8)
    assert report.existing is not None
    assert report.existing.via == ("train_on_batch" if generation == "3" else "fit")
    assert report.existing.verdict == "failed"


def test_predicate_and_expectation(model: Any, data: Any) -> None:
    report = verify_step(model, data.x, data.y, expect=Expectation(frozen=[lambda w: w.layer == "d2"]))
    assert {v.path for v in report.offenders} == {"d2/kernel", "d2/bias"}


def test_importing_freezelint_imports_no_tensorflow() -> None:
    code = (
        "import sys, freezelint, freezelint.runtime, freezelint.pytest_plugin, freezelint.runtime.script;"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'tf_keras', 'numpy')];"
        "sys.exit(', '.join(bad[:5]) or None)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
