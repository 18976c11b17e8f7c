"""What each target hears about the same lines: Keras 2, Keras 3 and its three backends, or nothing declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Say = Callable[..., list[str]]

TRAIN = 'model.compile("sgd", "mse")\nmodel.fit(x, y)\n'
AFTER_COMPILE = 'model.compile("sgd", "mse")\nbase.trainable = False\nmodel.fit(x, y)\n'
LATE = 'base.trainable = False\nmodel.compile("sgd", "mse")\nbase.trainable = True\nmodel.fit(x, y)\n'
FREEZE = 'model.compile("sgd", "mse")\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n'
UNFREEZE = (
    'base.trainable = False\nmodel.compile("sgd", "mse")\nmodel.fit(x, y)\nbase.trainable = True\nmodel.fit(x, y)\n'
)
FORCED = FREEZE.replace("model.fit(x, y)\n", "model.make_train_function(force=True)\nmodel.fit(x, y)\n")
EAGER = FREEZE.replace('"mse")', '"mse", run_eagerly=True)')
OTHER_METHOD = 'model.compile("sgd", "mse")\nmodel.train_on_batch(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n'
GAN = 'base.compile("sgd", "mse")\nbase.trainable = False\nmodel.compile("sgd", "mse")\nbase.train_on_batch(x, y)\n'
GAN_AFTER_A_ROUND = GAN.replace("base.trainable", "base.train_on_batch(x, y)\nbase.trainable")
PARENT = 'base.layers[0].trainable = False\nbase.trainable = True\nmodel.compile("sgd", "mse")\n'
CHILD = 'base.trainable = False\nbase.layers[-1].trainable = True\nmodel.compile("sgd", "mse")\n'
WEIGHT = "base.layers[0].kernel.trainable = False\n"
TRACKED = "class M(keras.Model):\n    def __init__(self):\n        super().__init__()\n" + (
    "        self.blocks = [layers.Dense(1)]\n        self.blocks.trainable = False\nM()\n"
)


def callback(value: str, more: str = "") -> str:
    """A fit with a callback that writes the flag of the first layer."""
    hook = f"    def on_epoch_begin(self, epoch, logs=None):\n        self.model.layers[0].trainable = {value}\n{more}"
    fit = 'model.compile("sgd", "mse")\nmodel.fit(x, y, callbacks=[C()])\n'
    return f"class C(keras.callbacks.Callback):\n{hook}{fit}"


RENEWED = callback("False", "        self.model.make_train_function(force=True)\n")
IN_CALL = """
class Net(keras.Model):
    def call(self, inputs, training=None):
        if training:
            base.trainable = False
        return base(inputs)
net = Net()
net.compile("sgd", "mse")
net.fit(x, y)
"""

#: (why, text, code, and for Keras 2, Keras 3 on TensorFlow, on JAX, on torch: the severity, or "" for silence).
CASES = [
    ("A1: Keras 2 ignores it, Keras 3 is lucky", AFTER_COMPILE, "FRZ101", "error", "warning", "warning", ""),
    ("A1b: on torch the first call builds the optimizer", LATE, "FRZ101", "error", "warning", "warning", "warning"),
    ("A2: torch reads the flag at every step", FREEZE, "FRZ102", "error", "error", "error", ""),
    ("A4: un-freezing raises on torch", UNFREEZE, "FRZ102", "error", "error", "error", "error"),
    ("A2c: only TensorFlow needs a new train function", FORCED, "FRZ102", "error", "", "error", ""),
    ("A2: eager freezing works on Keras 3, not on JAX", EAGER, "FRZ102", "error", "", "error", ""),
    ("A9b: a first round of its own helps on TensorFlow", GAN_AFTER_A_ROUND, "FRZ106", "", "", "", "error"),
    ("G-A2: JAX raises in the same recipe", GAN_AFTER_A_ROUND, "FRZ102", "", "", "error", ""),
    ("A6: a callback that freezes", callback("False"), "FRZ103", "error", "error", "error", ""),
    ("A6: a callback that un-freezes", callback("True"), "FRZ103", "error", "error", "error", "error"),
    ("A6b: a new train function does not help on JAX", RENEWED, "FRZ103", "", "", "error", ""),
    ("A7: a write in call, which torch runs at every step", IN_CALL, "FRZ105", "error", "error", "error", ""),
    ("A9: the classic recipe works on Keras 2", GAN, "FRZ106", "", "error", "error", "error"),
    ("C2: skipped on TensorFlow, done on the others", PARENT, "FRZ402", "error", "warning", "error", "error"),
    ("C3: a child of a nested frozen base", CHILD, "FRZ401", "error", "warning", "warning", "warning"),
    ("B2: no setter on Keras 2", WEIGHT, "FRZ302", "error", "warning", "warning", "warning"),
    ("C6: Keras 2 freezes a tracked list", TRACKED, "FRZ603", "", "error", "error", "error"),
]
TARGETS = [("2", "tensorflow"), ("3", "tensorflow"), ("3", "jax"), ("3", "torch")]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_severity_by_target(case: tuple[str, ...], say: Say) -> None:
    _, text, code, *severities = case
    for (keras, backend), severity in zip(TARGETS, severities, strict=True):
        said = [line.split()[1:4] for line in say(text, keras, backend) if line.split()[1] == code]
        assert [words[:2] for words in said] == ([[code, severity]] if severity else []), (keras, backend)


def test_fit_and_train_on_batch_have_traces_of_their_own(say: Say) -> None:
    """A5: the flag counts on Keras 3, where this method was not traced yet, and is too late on Keras 2."""
    assert say(OTHER_METHOD)[0] == (
        "3:1-23 FRZ102 error any: `base` is frozen after `model` trained and is not compiled again: on Keras 2 the "
        "flags of the compile are still used, so `base` keeps training; on Keras 3 it counts only because this method "
        "was not traced yet"
    )


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        ("tensorflow", "the train function that was traced before is used again, so `base` stays frozen"),
        ("jax", "the JAX backend raises ValueError at the next training call"),
        ("torch", "the optimizer raises ValueError for a variable that it does not know"),
    ],
)
def test_what_a_late_unfreeze_does_is_said_for_the_backend(backend: str, sentence: str, say: Say) -> None:
    assert say(UNFREEZE, "3", backend)[0].endswith(sentence)


def test_where_nothing_tells_the_generation_a_finding_says_for_which_it_holds(say: Say) -> None:
    found = {name: say(text)[0].split()[3] for name, text in [("gan", GAN), ("forced", FORCED), ("late", FREEZE)]}
    assert found == {"gan": "3:", "forced": "2:", "late": "any:"}


@pytest.mark.parametrize(
    ("text", "backend", "sentence"),
    [
        (
            AFTER_COMPILE,
            "jax",
            "it counts only because `model` has no optimizer state yet; compile again to make it certain",
        ),
        (
            GAN_AFTER_A_ROUND,
            "torch",
            "`base` is frozen for `model`, but Keras 3 reads the flags at every step on torch: `base` does not train "
            "any more (Keras 2 uses the flags of the compile of `base`)",
        ),
        (
            callback("True"),
            "jax",
            "`on_epoch_begin` sets the flag of `self.model.layers[0]` while fit is running: the JAX backend raises "
            "ValueError, its optimizer was built for another list of variables",
        ),
        (
            callback("True"),
            "torch",
            "`on_epoch_begin` sets the flag of `self.model.layers[0]` while fit is running: the optimizer raises "
            "ValueError for a variable that it does not know",
        ),
        (
            callback("True", '        self.model.compile("sgd", "mse")\n'),
            "jax",
            "`on_epoch_begin` compiles the model that fit is training: its train function is gone and the next batch "
            "raises TypeError or ValueError",
        ),
        (
            IN_CALL.replace("False", "True"),
            "torch",
            "`call` un-freezes `base` at every step on torch, where the optimizer raises ValueError for a variable "
            "that is new to it",
        ),
        (
            TRAIN + "base.layers[0].enable_lora(2)\nmodel.fit(x, y)\n",
            "jax",
            "`base.layers[0].enable_lora(2)` after `model` was trained, without `compile()` before it is trained "
            "again: the optimizer was built for other variables and raises ValueError",
        ),
        (
            TRAIN + "base.eval()\n",
            "torch",
            "`base.eval()`: on torch `fit` does not go by it, BatchNormalization still learns its statistics; set "
            "`trainable` of the layer",
        ),
        (
            TRAIN + "base.requires_grad_(False)\n",
            "torch",
            "`base.requires_grad_(False)`: on torch the weights rest while their flags in Keras say True, and "
            "statistics still move; set `trainable` of the layer",
        ),
        (
            TRAIN + "base.requires_grad_(False)\n",
            "jax",
            "`base.requires_grad_(False)`: Keras has no method `requires_grad_`, this raises AttributeError; set "
            "`trainable` of the layer",
        ),
    ],
)
def test_sentences_for_a_backend(text: str, backend: str, sentence: str, say: Say) -> None:
    assert say(text, "3", backend)[0].endswith(sentence)
