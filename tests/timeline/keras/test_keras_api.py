"""Calls of Keras methods."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = [
    (
        "compile drops the traces, evaluate trains nothing",
        """\
model.compile("sgd", "mse", run_eagerly=True)
model.fit(x, y)
model.make_train_function(force=True)
model.fit(x, y)
model.train_on_batch(x, y)
model.evaluate(x, y)
""",
        [
            "1 compile model []",
            "2 fit model [] compiled 1, traced never",
            "3 retrace model",
            "4 fit model [] compiled 1, traced never",
            "5 train_on_batch model [] compiled 1, traced never",
        ],
    ),
    (
        "what looks like a write of the flag",
        """\
base.trainble = False
base.layers.trainable = False
[l for l in base.layers].trainable = False
base.trainable == False
base.trainable(False)
base.freeze()
base.frozen = True
""",
        [
            "1 write base.trainble",
            "2 write base.layers.trainable",
            "3 write [l for l in base.layers].trainable",
            "4 compare base.trainable == False",
            "5 call base.trainable(False)",
            "6 call base.freeze()",
            "7 write base.frozen",
        ],
    ),
    (
        "a callback compiles the model in training",
        """\
class C(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.trainable = False
        self.model.compile("sgd", "mse")
""",
        [
            "3 self.model = False",
            "4 compile self.model [self.model=False]",
        ],
    ),
    (
        "add and pop change what a model holds",
        """\
net = keras.Sequential()
net.add(keras.Input((4,)))
net.add(base)
net.layers[0].trainable = False
net.compile("sgd", "mse")
net.pop()
net.layers[0].trainable = True
net.compile("sgd", "mse")
""",
        [
            "4 base = False",
            "5 compile net [base=False]",
            "7 net.layers[0] = True",
            "8 compile net [base=False, net.layers[0]=True]",
        ],
    ),
    (
        "fit and compile of things that are not known to be models",
        """\
import re
re.compile("a")
pattern = lookup()
pattern.compile("a")
pattern.fit(x, y)
compile("a", "b", "exec")
""",
        [
            "5 fit pattern [pattern?=None] compiled never, traced never",
        ],
    ),
    (
        "a loaded model may be compiled",
        """\
net = keras.models.load_model("a.keras")
net.fit(x, y)
""",
        [
            "2 fit net [] compiled unknown, traced never",
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "events"), CASES, ids=[why for why, _, _ in CASES])
def test_events(why: str, text: str, events: list[str], story: Callable[[str], list[str]]) -> None:
    assert story(text) == events
