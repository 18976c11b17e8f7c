"""FreezeGuard and watch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from freezelint.runtime import Expectation, FreezeGuard, FreezeViolation, watch

PARTS = {"d1": ("kernel", "bias"), "bn": ("gamma", "beta"), "d2": ("kernel", "bias")}


def make(keras: Any, name: str = "model", **options: Any) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="tanh", name="d1"),
            keras.layers.BatchNormalization(name="bn"),
            keras.layers.Dense(1, name="d2"),
        ],
        name=name,
    )
    model.compile(keras.optimizers.SGD(0.1), "mse", **options)
    return model


def fit(model: Any, data: Any, *callbacks: Any, **options: Any) -> Any:
    return model.fit(data.x, data.y, batch_size=8, verbose=0, callbacks=list(callbacks), **options)


def test_guard_passes_what_is_right(keras: Any, data: Any) -> None:
    model, guard = make(keras), FreezeGuard()
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    fit(model, data, guard, epochs=2)
    assert [r.call for r in guard.reports] == [
        "fit, after the first batch,",
        "fit, at the end of epoch 1,",
        "fit, at the end of epoch 2,",
    ]
    assert {r.verdict for r in guard.reports} == {"passed"}
    assert guard.report is guard.reports[-1]


def test_guard_reads_the_flags_before_fit(keras: Any, data: Any, generation: str) -> None:
    """X1: on Keras 2 the flags seen inside fit are those of compile, not the user's."""
    model = make(keras)
    model.layers[0].trainable = False
    if generation == "3":
        fit(model, data, FreezeGuard())
    else:
        with pytest.raises(FreezeViolation, match=r"leak +d1/kernel +frozen +yes"):
            fit(model, data, FreezeGuard())
    assert model.layers[0].trainable is False


def test_guard_finds_a_stale_trace(keras: Any, data: Any) -> None:
    model = make(keras)
    fit(model, data)
    model.layers[0].trainable = False
    with pytest.raises(FreezeViolation, match="2 leak"):
        fit(model, data, FreezeGuard())
    with pytest.warns(UserWarning, match="2 leak"):
        fit(model, data, FreezeGuard(on_violation="warn"))
    guard = FreezeGuard(on_violation="collect")
    fit(model, data, guard)
    assert [r.verdict for r in guard.reports] == ["failed", "failed"]


def test_guard_with_an_expectation(keras: Any, data: Any) -> None:
    model = make(keras)
    guard = FreezeGuard(on_violation="collect", expect=Expectation(frozen=["bn/moving_*"]))
    fit(model, data, guard)
    assert {v.path for v in guard.reports[0].offenders} == {"bn/moving_mean", "bn/moving_variance"}
    assert {v.verdict for v in guard.reports[0].offenders} == {"drift"}


def test_guard_finds_what_never_trains(keras: Any, data: Any) -> None:
    model = make(keras)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    fit(model, data)
    model.layers[0].trainable = True
    with pytest.raises(FreezeViolation, match="not in the optimizer's update list"):
        fit(model, data, FreezeGuard())


def test_guard_changes_nothing(keras: Any, data: Any) -> None:
    def train(*callbacks: Any) -> list[Any]:
        model = make(keras)
        fit(model, data, *callbacks, epochs=3, validation_split=0.5)
        return [w.tobytes() for w in model.get_weights()]

    assert train(FreezeGuard()) == train()


def test_guard_on_a_model_that_fit_builds(keras: Any, data: Any) -> None:
    model = keras.Sequential([keras.layers.Dense(3, name="d1", trainable=False), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    guard = FreezeGuard()
    fit(model, data, guard)
    assert guard.reports[0].verdict == "passed"


def test_guard_refuses_unknown_words() -> None:
    with pytest.raises(ValueError, match='expected "raise", "warn" or "collect"'):
        FreezeGuard(on_violation="explode")  # type: ignore[arg-type]


def test_watch_several_models(keras: Any, tf: Any, data: Any) -> None:
    a, b = make(keras, "a"), make(keras, "b")
    with watch([a, b], frozen=["b/**"], trainable=["a/d?/**"], on_violation="collect") as seen:
        for model in (a, b):
            model.set_weights([w + 1 for w in model.get_weights()])
    assert [v.path for v in seen.report.variables if v.verdict == "leak"] == [
        f"b/{p}/{n}" for p, ns in PARTS.items() for n in ns
    ]


def test_watch_lets_exceptions_through(keras: Any) -> None:
    with pytest.raises(ZeroDivisionError), watch(make(keras)) as seen:
        raise ZeroDivisionError
    assert seen.report is None


def test_watch_needs_variables(keras: Any) -> None:
    with (
        pytest.raises(ValueError, match="has no variables yet"),
        watch(keras.Sequential([keras.layers.Dense(1)])),
    ):
        pass


def test_watch_inside_the_users_own_tf_function(keras: Any, tf: Any, data: Any) -> None:
    """What watch adds to a trace that the user keeps must go on working after the block."""
    model, optimizer = make(keras), keras.optimizers.SGD(0.1)

    @tf.function
    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(data.x, training=True) - data.y) ** 2)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, [getattr(v, "_value", v) for v in variables])
        optimizer.apply_gradients(list(zip(gradients, variables, strict=True)))

    with watch(model) as seen:
        step()
    assert seen.report.verdict == "passed"
    before = [np.array(w) for w in model.get_weights()]
    step()
    assert not all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
