"""After verify_step everything is as it was, byte for byte, and a fit gives what it would have given."""

from __future__ import annotations

import functools
import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from state import everything, weight_bytes

from freezelint.runtime import verify_step

COMMON = ["SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam", "Ftrl"]
OPTIMIZERS = {
    **{name: (name, {}) for name in [*COMMON, "Lion", "Lamb", "Muon", "ScheduleFreeAdamW"]},
    "SGD momentum": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "Adam amsgrad": ("Adam", {"amsgrad": True}),
    "Adam ema": ("Adam", {"use_ema": True, "ema_overwrite_frequency": 2}),
    "SGD accumulating": ("SGD", {"gradient_accumulation_steps": 2}),
    **{f"legacy {n}": (f"legacy.{n}", {}) for n in [*COMMON[:3], *COMMON[4:7], "Nadam", "Ftrl"] if n != "AdamW"},
    "LossScaleOptimizer": ("LossScaleOptimizer", {}),
    "MultiOptimizer": ("MultiOptimizer", {}),
    "schedule": ("Adam", {}),
}


def test_the_table_has_every_optimizer_that_keras_ships(keras: Any) -> None:
    base = keras.optimizers.Optimizer
    shipped = {
        name
        for name, cls in vars(keras.optimizers).items()
        if isinstance(cls, type) and issubclass(cls, base) and cls is not base
    }
    assert shipped <= {cls for cls, _ in OPTIMIZERS.values()} | {"LossScaleOptimizer"}


def make_optimizer(keras: Any, key: str) -> Any:
    path, options = OPTIMIZERS[key]
    if key == "LossScaleOptimizer":
        home = keras.optimizers if hasattr(keras.optimizers, key) else keras.mixed_precision
        return home.LossScaleOptimizer(keras.optimizers.Adam(0.01))
    cls: Any = keras.optimizers
    for part in path.split("."):
        cls = getattr(cls, part, None)
        if cls is None:
            pytest.skip(f"this Keras has no optimizers.{path}")
    if key == "MultiOptimizer":
        routes = keras.optimizers.OptimizerMap(keras.optimizers.Adam(0.01))
        routes[".*d2/kernel"] = keras.optimizers.SGD(0.01, momentum=0.9)
        return cls(routes)
    if key == "schedule":
        return cls(keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5))
    try:
        return cls(0.01, **options)
    except (TypeError, ValueError, ImportError) as error:
        pytest.skip(f"this Keras has no {key}: {type(error).__name__}")


def make_model(keras: Any, optimizer: Any, **compile_options: Any) -> Any:
    """Random layers, batch normalisation, a metric with state: all that a step may touch."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="tanh", name="d1"),
            keras.layers.BatchNormalization(name="bn"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, name="d2"),
        ]
    )
    model.compile(optimizer, "mse", metrics=["mae"], **compile_options)
    return model


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_state_is_put_back_and_fit_is_the_same(keras: Any, data: Any, key: str) -> None:
    def train(verified: bool) -> Any:
        model = make_model(keras, make_optimizer(keras, key))
        for _ in range(2):  # before the first trace, and with the trace that exists
            if verified:
                before = everything(model)
                verify_step(model, data.x, data.y, batch_size=8, steps=2)
                assert everything(model) == before
            model.fit(data.x, data.y, batch_size=8, epochs=1, verbose=0)
        return weight_bytes(model), model.history.history, random.random(), np.random.rand()

    assert train(verified=True) == train(verified=False)


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_state_is_put_back_when_the_step_raises(
    keras: Any, tf: Any, data: Any, key: str, kind: type[BaseException]
) -> None:
    model = make_model(keras, make_optimizer(keras, key), run_eagerly=True)
    loss, counter = model.compute_loss, itertools.count(1)

    def fail(*args: Any, **kwargs: Any) -> Any:
        if next(counter) == 2:  # the first step has moved the weights and made the slots
            raise kind("in the middle")
        return loss(*args, **kwargs)

    for name in ("compute_loss", "_compute_loss"):
        if hasattr(model, name):
            model.__dict__[name] = fail
    before = everything(model)
    with pytest.raises(kind, match="in the middle"):
        verify_step(model, data.x, data.y, batch_size=8, steps=2)
    assert next(counter) == 3, "two steps: the first in full, the second until its loss"
    assert everything(model) == before


def test_a_trace_that_raises_leaves_no_trace(keras: Any, data: Any) -> None:
    model = make_model(keras, "adam")
    model.__dict__["train_step"] = lambda batch: 1 / 0
    before = everything(model)
    with pytest.raises(Exception, match="division by zero"):  # AutoGraph re-raises it as its own kind
        verify_step(model, data.x, data.y, batch_size=8)
    assert everything(model) == before
    assert model.train_function is None


def test_an_unbuilt_model_is_unbuilt_again(keras: Any, data: Any) -> None:
    def make() -> Any:
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        return model

    model, plain = make(), make()
    keras.utils.set_random_seed(4)
    report = verify_step(model, data.x, data.y, batch_size=8)
    assert report.verdict == "passed"
    assert "unbuilt again" in "".join(report.notes)
    assert not model.built
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    keras.utils.set_random_seed(4)
    plain.fit(data.x, data.y, batch_size=8, verbose=0)
    assert weight_bytes(model) == weight_bytes(plain)


def test_the_first_trace_is_not_made(keras: Any, data: Any, generation: str) -> None:
    """On Keras 3 a trace fixes the flags: a flag set after verify_step and before fit must still count."""
    model = make_model(keras, "sgd")
    verify_step(model, data.x, data.y, batch_size=8)
    assert model.train_function is None
    model.get_layer("d1").trainable = False
    before = np.array(model.get_layer("d1").kernel)
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    frozen = bool(np.array_equal(before, np.array(model.get_layer("d1").kernel)))
    assert frozen is (generation == "3")


def test_a_decorated_train_step_stays_untraced(keras: Any, tf: Any, data: Any, tmp_path: Path) -> None:
    """The user's own tf.function inside train_step would keep our trace, and with it today's flags."""
    log = tmp_path / "log"  # a list would be put back too

    def mark() -> None:
        with log.open("a") as file:
            file.write("x")

    class Model(keras.Sequential):  # type: ignore[misc, name-defined]
        @tf.function
        def train_step(self, batch: Any) -> Any:
            mark()
            x, y = batch[:2]
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            return {"loss": loss}

    model = Model([keras.Input((4,)), keras.layers.Dense(3, name="d1"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    verify_step(model, data.x, data.y, batch_size=8)
    count = len(log.read_text())
    assert count
    model.get_layer("d1").trainable = False
    model.compile(keras.optimizers.SGD(0.1), "mse")
    before = np.array(model.get_layer("d1").kernel)
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    assert len(log.read_text()) > count
    assert np.array_equal(before, np.array(model.get_layer("d1").kernel))


def test_the_existing_trace_is_neither_dropped_nor_retraced(keras: Any, data: Any, tmp_path: Path) -> None:
    model = make_model(keras, "sgd")
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    function = model.train_function
    log, step = tmp_path / "log", model.train_step
    model.__dict__["train_step"] = lambda batch: (log.write_text("traced"), step(batch))[1]
    report = verify_step(model, data.x, data.y, batch_size=8)
    assert report.existing is not None
    assert model.train_function is function
    log.unlink()  # the fresh trace ran the model's own train_step
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    assert not log.exists(), "fit still uses its trace"


def test_stateful_rnn_states_are_put_back(keras: Any, tf: Any) -> None:
    keras.utils.set_random_seed(0)
    inputs = keras.Input(batch_shape=(4, 2, 3))
    layer = keras.layers.LSTM(2, stateful=True)
    model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
    model.compile("sgd", "mse")
    states = layer.states if getattr(layer, "states", None) is not None else layer.cell
    before = [np.array(s).tobytes() for s in states]
    verify_step(model, np.ones((4, 2, 3), "float32"), np.ones((4, 1), "float32"), batch_size=4)
    assert [np.array(s).tobytes() for s in states] == before
    model.train_on_batch(np.ones((4, 2, 3), "float32"), np.ones((4, 1), "float32"))
    assert [np.array(s).tobytes() for s in states] != before


def test_python_state_of_a_custom_train_step_is_put_back(keras: Any, tf: Any, data: Any) -> None:
    outside = keras.optimizers.Adam(0.1)

    class Model(keras.Sequential):  # type: ignore[misc, name-defined]
        def train_step(self, batch: Any) -> Any:
            self.seen.append(1)
            self.rng.random()
            x, y = batch[:2]
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            outside.apply_gradients(
                zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables, strict=True)
            )
            return {"loss": loss}

    model = Model([keras.Input((4,)), keras.layers.Dense(1)])
    model.__dict__["seen"], model.__dict__["rng"] = [], np.random.default_rng(1)
    model.compile("sgd", "mse")
    before = model.rng.bit_generator.state
    verify_step(model, data.x, data.y, batch_size=8)
    assert model.seen == []
    assert model.rng.bit_generator.state == before
    assert len(outside.variables() if callable(outside.variables) else outside.variables) <= 2


def test_restore_false_leaves_the_step(keras: Any, data: Any) -> None:
    model = make_model(keras, "sgd")
    before = weight_bytes(model)
    verify_step(model, data.x, data.y, batch_size=8, restore=False)
    assert weight_bytes(model) != before


def test_global_random_state_is_put_back(keras: Any, tf: Any, data: Any) -> None:
    def draws(verified: bool) -> list[float]:
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])

        def loss(y: Any, p: Any) -> Any:
            noise = random.random() + np.random.rand() + tf.random.uniform([])
            return tf.reduce_mean((y - p) ** 2) * tf.cast(noise, p.dtype)

        model.compile("sgd", loss, run_eagerly=True)
        if verified:
            verify_step(model, data.x, data.y, batch_size=8, steps=2)
        return [
            random.random(),
            float(np.random.rand()),
            float(tf.random.uniform([])),
            float(tf.random.normal([])),
        ]

    assert draws(verified=True) == draws(verified=False)


def test_a_trace_that_nothing_reaches_is_taken_out_of_its_cache(keras: Any, tf: Any, data: Any, tmp_path: Path) -> None:
    """The walk does not look into a functools.partial; the function's own cache is cleaned all the same."""
    log = tmp_path / "log"

    def mark() -> None:
        with log.open("a") as file:
            file.write("x")

    @tf.function
    def loss(y: Any, p: Any) -> Any:
        mark()
        return tf.reduce_mean((y - p) ** 2)

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", functools.partial(loss))
    verify_step(model, data.x, data.y, batch_size=8)
    count = len(log.read_text())
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    assert len(log.read_text()) > count, "fit must trace it itself"


def test_restore_false_keeps_the_train_function(keras: Any, data: Any) -> None:
    model = make_model(keras, "sgd")
    verify_step(model, data.x, data.y, batch_size=8, restore=False)
    assert model.train_function is None
    model.fit(data.x, data.y, batch_size=8, verbose=0)
    function = model.train_function
    verify_step(model, data.x, data.y, batch_size=4, restore=False)
    assert model.train_function is function
