"""Flags: what a write covers, what is in force."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = [
    (
        "a shared layer has one flag",
        """\
a, b = keras.Input((4,)), keras.Input((4,))
shared = layers.Dense(3, name="shared")
net = keras.Model([a, b], layers.Dense(1, name="out")(layers.concatenate([shared(a), shared(b)])))
shared.trainable = False
net.compile("sgd", "mse")
""",
        [
            "4 shared = False",
            "5 compile net [shared=False]",
        ],
    ),
    (
        "slices, single layers and names of a base that is not known",
        """\
big = keras.applications.VGG16()
for layer in big.layers[:-4]:
    layer.trainable = False
big.layers[3].trainable = True
big.get_layer("fc1").trainable = False
net = keras.Sequential([big, layers.Dense(1)])
net.compile("sgd", "mse")
""",
        [
            "3 big.layers[:-4] = False",
            "4 big.layers[3] = True",
            '5 big.get_layer("fc1") = False',
            '7 compile net [big.layers[:-4]=False, big.layers[3]=True, big.get_layer("fc1")=False]',
        ],
    ),
    (
        "a parent overrides what its layers got",
        """\
for layer in base.layers:
    layer.trainable = False
base.trainable = True
model.compile("sgd", "mse")
""",
        [
            "2 layer = False",
            "2 layer = False",
            "3 base = True",
            "4 compile model [base=True]",
        ],
    ),
    (
        "the flag of the model overrides all below it",
        """\
base.trainable = False
model.trainable = True
model.compile("sgd", "mse")
""",
        [
            "1 base = False",
            "2 model = True",
            "3 compile model [model=True]",
        ],
    ),
    (
        "trainable=False in a constructor is a write, True is not",
        """\
frozen = layers.Dense(2, trainable=False)
net = keras.Sequential([frozen, layers.Dense(1, trainable=True)])
net.compile("sgd", "mse")
""",
        [
            "1 frozen = False",
            "3 compile net [frozen=False]",
        ],
    ),
    (
        "a head on the output of a model holds that model",
        """\
head = layers.Dense(1)
big = keras.applications.VGG16()
net = keras.Model(big.input, head(big.output))
big.trainable = False
net.compile("sgd", "mse")
""",
        [
            "4 big = False",
            "5 compile net [big=False]",
        ],
    ),
    (
        "a flag of one base says nothing of another",
        """\
other = keras.Sequential([layers.Dense(1)])
other.trainable = False
model.compile("sgd", "mse")
""",
        [
            "2 other = False",
            "3 compile model []",
        ],
    ),
    (
        "a layer in two models carries its flag into both",
        """\
head = layers.Dense(1)
head.trainable = False
keras.Sequential([head]).compile("sgd", "mse")
keras.Sequential([base, head]).compile("sgd", "mse")
""",
        [
            "2 head = False",
            "3 compile Sequential [head=False]",
            "4 compile Sequential [head=False]",
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "events"), CASES, ids=[why for why, _, _ in CASES])
def test_events(why: str, text: str, events: list[str], story: Callable[[str], list[str]]) -> None:
    assert story(text) == events
