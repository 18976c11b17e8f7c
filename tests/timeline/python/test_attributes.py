"""Attributes and items: the ways from a model to its layers and variables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = [
    (
        "layers that are known are themselves, others are places in a list",
        """\
base.layers[:-1].trainable = False
for layer in base.layers[:1]:
    layer.trainable = False
base.layers[0].trainable = False
base.layers[7].trainable = False
model.compile("sgd", "mse")
""",
        [
            "1 write base.layers[:-1].trainable",
            "3 layer = False",
            "4 layer = False",
            "5 base.layers[7] = False",
            "6 compile model [layer=False, base.layers[7]=False]",
        ],
    ),
    (
        "filters and branches choose a part of the layers",
        """\
big = keras.applications.VGG16()
for layer in [l for l in big.layers if "block5" in l.name]:
    layer.trainable = False
for i, layer in enumerate(big.layers):
    if i < 10:
        layer.trainable = False
for layer in big.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
big.compile("sgd", "mse")
""",
        [
            '3 big.layers if "block5" in l.name = False',
            "6 big.layers = False (maybe)",
            "9 big.layers = False (maybe)",
            '10 compile big [big.layers if "block5" in l.name=False, big.layers=False, big.layers=False]',
        ],
    ),
    (
        "a known name is the layer itself",
        """\
model.get_layer("base").trainable = False
model.get_layer("head").trainable = False
model.get_layer(name="nobody").trainable = False
model.compile("sgd", "mse")
""",
        [
            "1 base = False",
            '2 model.get_layer("head") = False',
            '3 model.get_layer(name="nobody") = False',
            '4 compile model [base=False, model.get_layer("head")=False, model.get_layer(name="nobody")=False]',
        ],
    ),
    (
        "weights are not layers",
        """\
layer = layers.Dense(1, input_shape=(1,))
layer.kernel.trainable = False
for w in layer.weights:
    w.trainable = False
layer.weights[0].trainable = False
layer.trainable_variables = []
layer.trainable_weights.clear()
tf.Variable(1.0).trainable = False
""",
        [
            "2 write layer.kernel.trainable",
            "4 write layer.weights[…].trainable",
            "5 write layer.weights[0].trainable",
            "6 write layer.trainable_variables",
            "7 call layer.trainable_weights.clear()",
            "8 write tf.Variable(1.0).trainable",
        ],
    ),
    (
        "names of a class body, and of the class above it",
        """\
class A:
    net = model
class B(A):
    lr = 1
B.net.compile("sgd", "mse")
B().net.fit(x, y)
""",
        [
            "5 compile model []",
            "6 fit model [] compiled 5, traced never",
        ],
    ),
    (
        "a property setter of the program runs",
        """\
class A:
    @property
    def frozen(self):
        return not base.trainable
    @frozen.setter
    def frozen(self, value):
        base.trainable = not value
A().frozen = True
""",
        [
            "7 base = False",
        ],
    ),
    (
        "class methods and static methods",
        """\
class A:
    @classmethod
    def make(cls, net):
        return cls(net)
    @staticmethod
    def freeze(layer):
        layer.trainable = False
    def __init__(self, net):
        self.net = net
A.freeze(base)
A.make(model).net.compile("sgd", "mse")
A(model).freeze(model)
A(model).make(base).net.fit(x, y)
""",
        [
            "7 base = False",
            "11 compile model [base=False]",
            "7 model = False",
            "13 fit base [model=False] compiled never, traced never",
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "events"), CASES, ids=[why for why, _, _ in CASES])
def test_events(why: str, text: str, events: list[str], story: Callable[[str], list[str]]) -> None:
    assert story(text) == events
