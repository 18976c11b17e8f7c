"""What a plan says of small programs, and where it says that it does not know. Ids name the experiments in FACTS."""

from __future__ import annotations

import textwrap

import pytest

from freezelint.plan import Plan, plan_text

HEAD = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

x, y = np.zeros((8, 3), "float32"), np.zeros((8, 1), "float32")
"""
NESTED = """\
base = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="a"), layers.Dense(2, name="b")], name="base")
model = keras.Sequential([keras.Input((3,)), base, layers.Dense(1, name="head")])
"""
NORMALISED = """\
parts = [keras.Input((3,)), layers.BatchNormalization(name="bn"), layers.Dense(2, name="d")]
base = keras.Sequential(parts, name="base")
inputs = keras.Input((3,))
"""
FIT = 'model.compile("sgd", "mse")\nmodel.fit(x, y)\n'
NET = """\
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(2, name="body")
        self.head = layers.Dense(1, name="head")

    def call(self, inputs, training=False):
        return self.head(self.body(inputs))

model = Net()
"""


def plan(code: str, keras: str = "3") -> Plan:
    return plan_text(HEAD + textwrap.dedent(code), keras=keras)  # type: ignore[arg-type]


def rows(code: str, keras: str = "3") -> list[str]:
    """The calls as `trains | still | unknown`."""
    return [" | ".join(",".join(part) for part in (c.trains, c.still, c.unknown)) for c in plan(code, keras).calls]


# -- what is not known is not claimed -------------------------------------------------------------------------


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (NESTED + "prepare(model)\n" + FIT, "what `prepare(model)` does to it is not known"),
        (NESTED + "base.trainable = FLAG\n" + FIT, "the value is unknown"),
        (NESTED + "if FLAG:\n    base.trainable = False\n" + FIT, "only on some paths"),
        (NESTED + 'model.compile("sgd", "mse")\nmodel.fit(x, y, callbacks=make())\n', "a callback may change flags"),
        ("model = keras.models.load_model(path)\nmodel.fit(x, y)\n", "is not known"),
        (NESTED + "base.layers[N].trainable = False\n" + FIT, "is not known"),
        (NESTED + 'model.compile(keras.optimizers.SGD(0.0), "mse")\nmodel.fit(x, y)\n', "the learning rate is 0"),
        (
            NESTED + 'model.compile("sgd", "mse")\nmodel.optimizer.learning_rate = 0.0\nmodel.fit(x, y)\n',
            "the learning rate is 0",
        ),
        (NESTED + "model.fit(x, y)\n", "the model is not compiled"),
        (
            'model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Lambda(f), layers.Dense(1)])\n' + FIT,
            "no gradient may come through",
        ),
    ],
)  # fmt: skip
def test_what_is_not_known_is_unknown_and_says_why(code: str, reason: str, keras: str) -> None:
    calls = plan(code, keras).calls
    assert len(calls) == 1
    assert calls[0].unknown
    assert any(reason in sentence for sentence in calls[0].why), calls[0].why


def test_another_batch_shape_may_trace_again() -> None:
    """A2c: the flag counts if it does."""
    code = NESTED + FIT + "base.trainable = False\nmodel.fit(x[:5], y[:5])\n"
    assert rows(code) == ["base,head |  | ", "head |  | base"]
    assert rows(code, "2") == ["base,head |  | ", "base,head |  | "]


def test_the_name_of_a_layer_is_not_guessed_after_code_that_makes_layers() -> None:
    code = "import project\nproject.build()\nmodel = keras.Sequential([keras.Input((3,)), layers.Dense(1)])\n" + FIT
    (path,) = plan(code).calls[0].trains
    assert path.startswith("<Dense")


def test_calls_in_functions_that_nobody_calls_are_only_mentioned() -> None:
    made = plan("def train(model):\n    model.fit(x, y)\n")
    assert made.calls == ()
    assert made.notes == ("Not planned: training calls in functions that the program does not call (line 8).",)


# -- which flags count ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "three", "two"),
    [
        pytest.param(FIT, ["base,head |  | "], ["base,head |  | "], id="nothing frozen"),
        pytest.param("base.trainable = False\n" + FIT, ["head | base | "], ["head | base | "], id="A3"),
        pytest.param(
            'model.compile("sgd", "mse")\nbase.trainable = False\nmodel.fit(x, y)\n',
            ["head | base | "], ["base,head |  | "], id="A1",
        ),
        pytest.param(
            FIT + "base.trainable = False\nmodel.fit(x, y)\n",
            ["base,head |  | "] * 2, ["base,head |  | "] * 2, id="A2",
        ),
        pytest.param(
            FIT + "base.trainable = False\nmodel.make_train_function(force=True)\nmodel.fit(x, y)\n",
            ["base,head |  | ", "head | base | "], ["base,head |  | "] * 2, id="A2c",
        ),
        pytest.param(
            FIT + "base.trainable = False\nmodel.train_on_batch(x, y)\n",
            ["base,head |  | ", "head | base | "], ["base,head |  | "] * 2, id="A5",
        ),
        pytest.param(
            'model.compile("sgd", "mse", run_eagerly=True)\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n',
            ["base,head |  | ", "head | base | "], ["base,head |  | "] * 2, id="A2 eager",
        ),
        pytest.param(
            "model.trainable = False\nmodel.layers[-1].trainable = True\n" + FIT,
            [" | base,head | "], [" | base,head | "], id="C1",
        ),
        pytest.param(
            "base.trainable = False\nbase.layers[-1].trainable = True\n" + FIT,
            ["base/b,head | base/a | "], ["head | base | "], id="C3",
        ),
        pytest.param(
            "base.layers[0].trainable = False\nmodel.trainable = True\n" + FIT,
            ["base/b,head | base/a | "], ["base,head |  | "], id="C2",
        ),
        pytest.param(
            "base.trainable = False\nbase.add(layers.Dense(2, name='late'))\n" + FIT,
            ["base/late,head | base/a,base/b | "], ["head | base | "], id="C5",
        ),
    ],
)  # fmt: skip
def test_flags_of_a_nested_model(code: str, three: list[str], two: list[str]) -> None:
    assert rows(NESTED + code) == three
    assert rows(NESTED + code, "2") == two


def test_a_single_weight_on_keras_3() -> None:
    """B2: a kernel frozen alone; B2b: True on a layer that says so already changes nothing."""
    frozen = NESTED + 'model.get_layer("head").kernel.trainable = False\n'
    assert rows(frozen + FIT) == ["base,head/bias | head/kernel | "]
    assert rows(frozen + "model.trainable = True\n" + FIT) == ["base,head/bias | head/kernel | "]
    again = frozen + "model.trainable = False\nmodel.trainable = True\n"
    assert rows(again + FIT) == ["base,head |  | "]


def test_the_same_value_counts_again_on_other_backends() -> None:
    code = NESTED + "base.layers[0].trainable = False\nmodel.trainable = True\n" + FIT
    made = plan_text(HEAD + code, keras="3", backend="jax")
    assert made.calls[0].trains == ("base", "head")


# -- BatchNormalization --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "three", "two"),
    [
        ("outputs = layers.Dense(1, name='head')(base(inputs, training=False))\n",
         "base,head |  | ",
         "base/bn/gamma,base/bn/beta,base/d,head | base/bn/moving_mean,base/bn/moving_variance | "),
        ("base.trainable = False\noutputs = layers.Dense(1, name='head')(base(inputs))\n",
         "head | base | ", "head | base | "),
        ("base.trainable = False\nbase.layers[0].trainable = True\n"
         "outputs = layers.Dense(1, name='head')(base(inputs))\n",
         "base/bn,head | base/d | ",
         "base/bn/moving_mean,base/bn/moving_variance,head | base/bn/gamma,base/bn/beta,base/d | "),
    ],
)  # fmt: skip
def test_moving_statistics(code: str, three: str, two: str) -> None:
    """D1, D2 and X5: Keras 3 overrides the constant of a functional model, a frozen layer is in inference mode."""
    whole = NORMALISED + code + "model = keras.Model(inputs, outputs)\n" + FIT
    assert rows(whole) == [three]
    assert rows(whole, "2") == [two]


# -- classes of the program ----------------------------------------------------------------------------------


def test_a_model_of_the_programs_class() -> None:
    assert rows(NET + "model.body.trainable = False\n" + FIT) == ["head | body | "]


def test_weights_made_while_frozen_inside_call_stay_on_keras_3() -> None:
    code = NET + "model.body.trainable = False\nmodel(x)\nmodel.body.trainable = True\n" + FIT
    assert rows(code) == ["head | body | "]
    assert rows(code, "2") == ["body,head |  | "]
    assert "its weights were made while it was frozen" in " ".join(plan(code).calls[0].why)


def test_a_train_step_over_lists_of_its_own() -> None:
    step = """
    def train_step(self, data):
        a, b = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(a, training=True) - b))
        grads = tape.gradient(loss, self.head.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.head.trainable_variables))
        return {"loss": loss}
"""
    assert rows(NET.replace("\nmodel = Net()", step + "\nmodel = Net()") + FIT) == ["head | body | "]


# -- steps of the program's own ------------------------------------------------------------------------------

STEP = """
optimizer = keras.optimizers.SGD(0.1)
{decorator}
def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    grads = tape.gradient(loss, model.{variables})
    optimizer.apply_gradients(zip(grads, model.{variables}))

base.trainable = False
step()
base.trainable = True
step()
"""


@pytest.mark.parametrize(
    ("decorator", "variables", "expected"),
    [
        ("", "trainable_variables", ["head | base | ", "base,head |  | "]),
        ("@tf.function", "trainable_variables", ["head | base | ", "head | base | "]),
        ("", "variables", ["base,head |  | "] * 2),
    ],
)
def test_a_step_updates_what_it_is_given(decorator: str, variables: str, expected: list[str]) -> None:
    """E1; E8: a traced step keeps to its trace."""
    code = NESTED + STEP.format(decorator=decorator, variables=variables)
    assert rows(code) == expected
    assert rows(code, "2") == expected


def test_gradients_of_other_variables_are_unknown() -> None:
    code = NESTED + STEP.format(decorator="", variables="trainable_variables").replace(
        "zip(grads, model.trainable_variables)", "zip(grads, base.trainable_variables)"
    )
    assert rows(code) == [" |  | a,b", " |  | a,b"]


# -- rows ----------------------------------------------------------------------------------------------------


def test_a_loop_has_one_row_per_pass_or_says_that_it_repeats() -> None:
    short = plan(NESTED + 'model.compile("sgd", "mse")\nfor _ in range(3):\n    model.fit(x, y)\n')
    assert [(call.index, call.repeats) for call in short.calls] == [(0, False), (1, False), (2, False)]
    long = plan(NESTED + 'model.compile("sgd", "mse")\nfor _ in range(N):\n    model.fit(x, y)\n')
    assert [call.repeats for call in long.calls] == [True, True]


def test_a_call_in_a_branch_that_may_not_be_taken_is_marked() -> None:
    code = (
        NESTED
        + 'model.compile("sgd", "mse")\nif N > 2:\n    model.fit(x, y)\n'
        + "if True:\n    model.fit(x, y)\nmodel.fit(x, y)\n"
    )
    assert [call.perhaps for call in plan(code).calls] == [True, False, False]


def test_names_that_keras_gives() -> None:
    code = "model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(2), layers.Dense(1)])\n" + FIT
    assert plan(code).calls[0].trains == ("dense", "dense_1", "dense_2")


def test_every_sentence_names_its_line() -> None:
    assert plan(NESTED + "base.trainable = False\n" + FIT).calls[0].why == (
        "Keras 3 uses the flags of its trace here",
        "base: frozen at line 9 by `base.trainable = False`",
    )
    assert plan(NESTED + "base.trainable = False\n" + FIT, "2").calls[0].why == (
        "Keras 2 uses the flags of the compile at line 10",
        "base: frozen at line 9 by `base.trainable = False`",
    )


@pytest.mark.parametrize("keras", ["2", "3"])
def test_a_write_that_comes_too_late_is_named(keras: str) -> None:
    call = plan(NESTED + FIT + "base.trainable = False\nmodel.fit(x, y)\n", keras).calls[1]
    assert call.why[-1] == "base: `base.trainable = False` at line 11 came later and is not looked at"


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize(
    ("network", "trained"),
    [
        ("MobileNetV2", "{name},head |  | "),
        ("EfficientNetB0", "head |  | {name}"),  # its Normalization moves no weight
        ("ConvNeXtTiny", "head |  | {name}"),  # some of its updates are below precision
    ],
)
def test_a_frozen_network_rests_and_of_one_that_trains_only_what_is_sure_is_said(
    network: str, trained: str, keras: str
) -> None:
    base = f"base = keras.applications.{network}(weights=None, include_top=False, pooling='avg')\n"
    model = base + "model = keras.Sequential([base, layers.Dense(1, name='head')])\n"
    (frozen,) = plan(model + "base.trainable = False\n" + FIT, keras).calls
    assert (frozen.trains, len(frozen.still), frozen.unknown) == (("head",), 1, ())
    assert rows(model + FIT, keras) == [trained.format(name=frozen.still[0])]
