"""One name for one thing."""

from __future__ import annotations

import pytest

from freezelint.timeline import symbols

NAMES = [
    ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
    ("tensorflow.compat.v1.keras.Model", "keras.Model"),
    ("tensorflow.python.keras.engine.training.Model", "keras.Model"),
    ("keras.models.Model", "keras.Model"),
    ("keras.src.models.Sequential", "keras.Sequential"),
    ("tf_keras.Sequential", "keras.Sequential"),
    ("keras.engine.topology.Model", "keras.Model"),
    ("keras.layers.core.Dense", "keras.layers.Dense"),
    ("keras.layers.Input", "keras.Input"),
    ("tensorflow.compat.v1.Variable", "tensorflow.Variable"),
    # Looks alike and is something else.
    ("kerastuner.Model", "kerastuner.Model"),
    ("tensorflow_hub.KerasLayer", "tensorflow_hub.KerasLayer"),
    ("torch.nn.Linear", "torch.nn.Linear"),
]


@pytest.mark.parametrize(("name", "wanted"), NAMES)
def test_canonical(name: str, wanted: str) -> None:
    assert symbols.canonical(name) == wanted
    assert symbols.canonical(wanted) == wanted


def test_what_is_a_layer_class_an_application_a_callback() -> None:
    names = [
        "keras.layers.Dense",
        "keras.layers.add",
        "keras.applications.ResNet50",
        "keras.applications.resnet.ResNet50",
        "keras.applications.resnet.preprocess_input",
        "keras.callbacks.Callback",
        "keras.callbacks.CallbackList",
    ]
    assert [n for n in names if symbols.is_layer_class(n)] == names[:1]
    assert [n for n in names if symbols.is_application(n)] == names[2:4]
    assert [n for n in names if symbols.is_callback(n)] == names[5:6]


def test_tables_do_not_contradict_each_other() -> None:
    assert not symbols.TRAIN_METHODS & symbols.HARMLESS_METHODS
    assert not symbols.MISSPELLINGS & symbols.LOOKALIKES
    assert symbols.MUTATORS <= symbols.LIST_METHODS
    assert symbols.READ_ONLY_LISTS <= symbols.WEIGHT_LISTS
    assert set(symbols.TRACE_OF) == symbols.TRAIN_METHODS
    assert "trainable" not in symbols.MISSPELLINGS | symbols.LOOKALIKES
