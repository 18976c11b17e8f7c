"""The tests here run on whichever Keras the process has: run them once per generation (TF_USE_LEGACY_KERAS=1
or not).
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

MISSING = importlib.util.find_spec("tensorflow") is None
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class WithoutTensorFlow(pytest.Module):
    """A test module that is skipped, with the reason, and not imported."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        pytest.skip(
            "TensorFlow is not installed: pip install 'freezelint[verify]'",
            allow_module_level=True,
        )


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return WithoutTensorFlow.from_parent(parent, path=module_path) if MISSING else None


@pytest.fixture(scope="session")
def tf() -> Any:
    """TensorFlow with two logical CPUs, so that a mirrored strategy has two replicas."""
    import tensorflow

    cpu = tensorflow.config.list_physical_devices("CPU")[0]
    two = [tensorflow.config.LogicalDeviceConfiguration()] * 2
    tensorflow.config.set_logical_device_configuration(cpu, two)
    assert len(tensorflow.config.list_logical_devices("CPU")) == 2
    return tensorflow


@pytest.fixture(scope="session")
def keras(tf: Any) -> Any:
    return tf.keras


@pytest.fixture(scope="session")
def generation(keras: Any) -> str:
    return "3" if keras.Model.__module__ == "keras.src.models.model" else "2"


@pytest.fixture(scope="session")
def strategy(tf: Any) -> Any:
    """One for all tests: a second one in a process would use the first one's collective keys again."""
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


@pytest.fixture(scope="session")
def data() -> Any:
    """Fixed inputs: every variable that a step trains moves."""
    import numpy as np

    x = np.random.RandomState(0).rand(16, 4).astype("float32")
    y = np.random.RandomState(1).rand(16, 1).astype("float32")
    return SimpleNamespace(x=x, y=y)
