"""Calls: functions of the program are followed, what unknown code got is not known any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = [
    (
        "a function that nobody calls",
        """\
def train(net):
    net.compile("sgd", "mse")
    net.fit(x, y)
    net.layers[0].trainable = False
    net.fit(x, y)
""",
        [
            "2 compile net []",
            "3 fit net [] compiled 2, traced never",
            "4 net.layers[0] = False",
            "5 fit net [net.layers[0]=False] compiled 2, traced 3",
        ],
    ),
    (
        "the instance that the constructor made",
        """\
class T:
    def __init__(self, net):
        self.net = net
        self.net.compile("sgd", "mse")
    def go(self):
        self.net.fit(x, y)
""",
        [
            "4 compile net []",
            "6 fit net [] compiled 4, traced never",
        ],
    ),
    (
        "unknown code may have done anything to its arguments",
        """\
net = keras.Sequential()
mystery(net)
net.compile("sgd", "mse")
net.fit(x, y)
mystery(net)
net.fit(x, y)
""",
        [
            "3 compile net [net?=None]",
            "4 fit net [net?=None] compiled 3, traced never",
            "6 fit net [net?=None] compiled unknown, traced unknown",
        ],
    ),
    (
        "a helper is followed at each of its calls",
        """\
def freeze(layer, value=False):
    layer.trainable = value
freeze(base)
freeze(model, True)
freeze(layer=base, value=True)
""",
        [
            "2 base = False",
            "2 model = True",
            "2 base = True",
        ],
    ),
    (
        "given arguments come first",
        """\
from functools import partial
def train(net, lr, loss="mse"):
    net.compile(lr, loss)
    net.fit(x, y)
partial(train, model, loss="mae")(0.1)
""",
        [
            "3 compile model []",
            "4 fit model [] compiled 3, traced never",
        ],
    ),
    (
        "keywords pass through a dictionary",
        """\
def train(*args, **kwargs):
    run(*args, **kwargs)
def run(net, freeze=None):
    freeze.trainable = False
    net.compile("sgd", "mse")
train(model, freeze=base)
""",
        [
            "4 base = False",
            "5 compile model [base=False]",
        ],
    ),
    (
        "a decorator of the program is followed",
        """\
def twice(function):
    def inner(*args):
        function(*args)
        return function(*args)
    return inner
@twice
def freeze(layer):
    layer.trainable = False
freeze(base)
""",
        [
            "8 base = False",
            "8 base = False",
        ],
    ),
    (
        "an unknown decorator may do more",
        """\
from somewhere import logged
@logged
def freeze(layer):
    layer.trainable = False
freeze(base)
model.compile("sgd", "mse")
""",
        [
            "4 base = False",
            "6 compile model [Dense?=None, Dense?=None, base?=None]",
        ],
    ),
    (
        "recursion ends",
        """\
def freeze(layer):
    layer.trainable = False
    for inner in layer.layers:
        freeze(inner)
freeze(base)
""",
        [
            "2 base = False",
            "2 inner = False",
            "2 inner = False",
        ],
    ),
    (
        "a function in unknown hands may have run",
        """\
def freeze():
    base.trainable = False
run(freeze)
model.compile("sgd", "mse")
""",
        [
            "2 base = False (maybe)",
            "4 compile model [base?=False]",
        ],
    ),
    (
        "a default is what it was at the definition",
        """\
net = model
def train(net=net):
    net.compile("sgd", "mse")
net = None
train()
""",
        [
            "3 compile model []",
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "events"), CASES, ids=[why for why, _, _ in CASES])
def test_events(why: str, text: str, events: list[str], story: Callable[[str], list[str]]) -> None:
    assert story(text) == events
