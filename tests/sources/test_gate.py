"""The gates: they may let harmless files pass, and may never stop a harmful one."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings

import pytest

from freezelint.sources import gate

HARMLESS = [
    "",
    "x = 1\n",
    "import torch\nimport numpy as np\nprint(np.ones(3))\n",
    "model.fit(x, y)\n",
    "grads = [g for g in model.trainable_variables]\n",
    "trainable_vars = self.trainable_variables\n",
    "print(len(model.trainable_weights))\n",
    "n = count_trainable_params(model)\n",
    "if layer.trainable:\n    print(layer.name)\n",
    "print(layer.trainable)\n",
    "model.summary(show_trainable=True)\n",
    "@property\ndef trainable_variables(self):\n    return []\n",
    "def trainable(self):\n    return True\n",
    "names = frozenset('abc')\n",
    "@dataclass(frozen=True)\nclass A:\n    pass\n",
    "class FrozenLake:\n    pass\n",
    "pattern = re.compile('a')\n",
    "optimizer.apply_gradients(pairs)\n",
]

# Only the tree knows that these are harmless.
HARMLESS_TO_THE_TREE = [
    "tf.Variable(0, trainable=False)\n",
    "self.add_weight(shape=(3,), trainable=False)\n",
    "getattr(layer, 'trainable', True)\n",
    '"""Set `layer.trainable = False` to freeze."""\n',
    "# layer.trainable = False\n",
    "if layer.trainable == False:\n    n = 1\n",
    "print(layer.trainable, end='')\n",
    "# call freeze(model) first\n",
    "class Net(Model):\n  def call(self, x, training=None):\n    return Dropout(0.1)(x)\nNet().fit(x, y)\n",
    "SGD(0.1, momentum=0.9)\nmodel.fit(x, y)\nprint(model.optimizer.learning_rate)\n",
    "class Scale(keras.layers.Layer):\n  def call(self, x):\n    return Dropout(0.1)(x)\nModel().fit(x, y)\n",
]

TARGETS = [
    "{t} = False",
    "{t}=False",
    "{t}  =  False",
    "{t} = other.trainable = False",
    "other = {t} = False",
    "{t}: bool = False",
    "{t} |= True",
    "{t} //= 2",
    "{t} **= 2",
    "{t} >>= 1",
    "{t} \\\n    = False",
    "{t}, b = False, True",
    "b, {t} = False, True",
    "(b, {t}) = False, True",
    "[{t}, b] = False, True",
    "({t}) = False",
    "*{t}, b = values",
    "b, *{t} = values",
    "({t},\n b) = 0, 1",
    "(b, [c, {t}]) = 0, (1, 2)",
    "for {t} in (False, True):\n    pass",
    "for i, {t} in enumerate(flags):\n    pass",
    "for {t}, i in flags:\n    pass",
    "with manager() as {t}:\n    pass",
    "with manager() as (a, {t}):\n    pass",
    "[0 for {t} in flags]",
    "if x: {t} = False",
    "def f():\n    {t} = False",
    "{t} == False",
    "{t} != True",
    "{t} is False",
    "False == {t}",
    "{t}(False)",
    "{t} (False)",
    "del {t}",
]
WRITTEN = [
    "layer.trainable",
    "layer . trainable",
    "layer.\\\ntrainable",
    "model.layers[-1].trainable",
    "model.get_layer('x').trainable",
    "self.base._trainable",
    "layer.Trainable",
    "layer.is_trainable",
    "layer.trainble",
    "layer.trainabe",
    "layer.trainalbe",
    "layer.tranable",
    "layer.trainabel",
    "layer.traianble",
    "layer.trinable",
    "layer.trianable",
    "layer.tarinable",
    "layer.rainable",
    "layer.traiable",
    "layer.trainale",
    "layer.trainabl",
    "layer.trainnable",
    "layer.trainables",
    "layer.traniable",
    "layer.trainbale",
    "layer.frozen",
    "layer.is_frozen",
    "model.trainable_variables",
    "model._trainable_weights",
]
OTHER = [
    "setattr(layer, 'trainable', False)",
    'setattr(layer, "trainable", False)',
    "setattr(\n    layer,\n    'trainable',\n    False,\n)",
    "layer.__setattr__('trainable', False)",
    "object.__setattr__(layer, 'trainable', False)",
    "rsetattr(model, 'backbone.trainable', False)",
    "vars(layer)['trainable'] = False",
    "layer.__dict__['trainable'] = False",
    "options['trainable'] = False",
    "model.set_trainable(False)",
    "model.freeze()",
    "model.unfreeze()",
    "model.trainable_weights.clear()",
    "model.trainable_weights.append(v)",
    "model.trainable_variables.pop(0)",
    "model.trainable_variables[0].remove(v)",
    "model.trainable_weights[0] = v",
    "model.trainable_weights[:] = []",
    "model.trainable_weights[0] += v",
    "from keras.callbacks import Callback\nclass C(Callback):\n  def on_epoch_end(self):\n    m.compile()",
    "x = BatchNormalization()(base(Input(4), training=False))\nModel(x)\nmodel.fit(x, y)",
    "BatchNormalization()\nmodel(x, training=True)\ntape.gradient(loss, head.trainable_variables)",
    "class Net(Model):\n  def call(self, x):\n    return Dropout(0.1)(x)\nNet().fit(x, y)",
    "with tf.GradientTape() as tape: pass\nkept = [v for v in model.trainable_variables if v not in frozen]",
    "with tf.GradientTape() as tape: pass\ntape.watch(layer.weights)",
    "import keras\nlayer.requires_grad = False\nmodel.compile('sgd')",
    "SGD(0.1, momentum=0.9)\nmodel.fit(x, y)\nmodel.optimizer.learning_rate = 0.0",
    "SGD(0.1, momentum=0.9)\nmodel.fit(x, y)\noptimizer.learning_rate.assign(0.0)",
    "class A:\n  def __init__(self):\n    self.d = Dense(3)\n  def __call__(self, x):\n    return self.d(x)\n"
    "class Net(Model): pass\nNet().fit(x, y)",
    "x = tf.stop_gradient(Dense(3)(x))\nmodel.fit(x, y)",
    "import tensorflow\nmodel.fit(x)\nlayer.enable_lora(4)\nmodel.fit(x, epochs=2)",
    "x = 1  # freezelint: ignore[FRZ102]",
    "# freezelint: file-ignore",
    "x = 1  # noqa: FRZ102",
    "x = 1  # noqa: E501,FRZ102",
]
# Wrong only by their order: they count beside something that compiles, trains or is traced.
ORDERED = [
    "layer.__dict__.update(trainable=False)",
    "hub.KerasLayer(url, trainable=True)",
    "Dense(3, trainable = False)",
    "Dense(\n    3,\n    trainable=False,\n)",
    "build(base_trainable=False)",
    "partial(Dense, trainable=False)",
    "options = {'trainable': False}",
    "options = {'a': 1, 'trainable' : False}",
    "options = dict([('trainable', False)])",
    "set_trainable(model, False)",
    "set_weights_trainable(model, False)",
    "make_trainable(model.layers)",
    "freeze(model)",
    "freeze_layers (model)",
    "unfreeze_model(model)",
    "self.trainable = False",
    "self._trainable = False",
    "self.kernel.trainable = False",
]
HARMFUL = [form.format(t=target) + "\n" for form in TARGETS for target in WRITTEN] + OTHER
# Calling or deleting a list of variables, or naming a flag in passing, is no write.
NO_WRITE = {
    form.format(t=target) + "\n"
    for form in ("{t}(False)", "{t} (False)")
    for target in ("model.trainable_variables", "model._trainable_weights", "layer.frozen", "layer.is_frozen")
}
# Nobody continues a line inside such a target.
NO_WRITE |= {
    form.format(t="layer.\\\ntrainable") + "\n"
    for form in TARGETS
    if form.startswith(("for {t}, i", "with", "del", "False =="))
}
TRAINS = ["model.fit(x, y)", "model.compile('sgd')", "class C(keras.callbacks.Callback): pass"]
LOSSLESS = [text for text in HARMFUL if text not in NO_WRITE]
LOSSLESS += [f"{text}\n{trains}\n" for text in ORDERED for trains in TRAINS]


@pytest.mark.parametrize("text", HARMLESS)
def test_bytes_stop_what_only_reads(text: str) -> None:
    assert not gate.may_matter(text.encode())


@pytest.mark.parametrize("text", HARMLESS + HARMLESS_TO_THE_TREE)
def test_tree_stops_what_only_reads(text: str) -> None:
    assert gate.ast_gate(text) is False


@pytest.mark.parametrize("text", ORDERED)
def test_tree_stops_what_can_only_be_late_where_nothing_trains(text: str) -> None:
    assert gate.ast_gate(text) is False


@pytest.mark.parametrize("text", LOSSLESS)
def test_no_gate_loses_a_write(text: str) -> None:
    assert gate.may_matter(text.encode())
    assert gate.may_matter(text.replace("\n", "\r\n").encode())
    assert gate.ast_gate(text) is True


@pytest.mark.parametrize("text", LOSSLESS)
def test_bytes_lose_no_write_in_a_notebook(text: str) -> None:
    for source in (text, text.splitlines(keepends=True), "\n" + text, f"if x:\n\t{text}"):
        notebook = {"cells": [{"cell_type": "code", "source": source}]}
        assert gate.may_matter(json.dumps(notebook).encode())
        assert gate.may_matter(json.dumps(notebook, indent=1).encode())


def test_tree_is_silent_about_what_it_cannot_parse() -> None:
    assert gate.ast_gate("print 'x'\nmodel.trainable = False\n") is None
    assert gate.ast_gate("a\0b") is None
    assert gate.ast_gate("(" * 5000 + ")" * 5000) is None


def test_tree_gate_never_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gate.ast_gate("x = '\\d'\n'a' is 'b'\n") is False


def test_utf_16_passes_so_that_it_is_reported() -> None:
    assert gate.may_matter("x = 1".encode("utf-16"))


def test_nothing_is_imported_before_something_matters() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from freezelint.sources import discovery, gate, load\n"
        "gate.may_matter(b'x = 1')\n"
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('freezelint')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__future__"]
