"""What is left out before libcst: bodies that no rule can find anything in, and never a row."""

from __future__ import annotations

import libcst as cst
import pytest

from freezelint import check_source
from freezelint.sources.source import Program, Segment
from freezelint.sources.trim import trim

SILENT = {
    "a function that nobody names": "def report(x):\n    y = x + 1\n    return y\n",
    "a test": "class TestNet(TestCase):\n    def test_shape(self):\n        self.assertEqual(net(1).shape, 2)\n",
    "a decorated statement first": "def outer():\n    @wraps\n    def inner():\n        return 1\n    return inner\n",
    "a method of a class": "class Net(Base):\n    def shape(self):\n        y = 1\n        return y\n",
    "only read": "def report(model):\n    print(model.trainable_variables)\n    return model.trainable\n",
    "trained, nothing frozen": "def test_fit():\n    model.compile('sgd')\n    model.fit(x, y)\n",
}
KEPT = {
    "named by the module": "def make():\n    return Net()\nmodel = make()\n",
    "named by another function": "def make():\n    return Net()\ndef main():\n    return make()\nmain()\n",
    "named in a string": "def make():\n    return Net()\ngetattr(module, 'make')()\n",
    "it freezes": "def freeze_all(model):\n    model.trainable = False\n",
    "something else freezes": "def train(model):\n    model.fit(x)\nbase.trainable = False\n",
    "Python calls it": "class Net(Base):\n    def __call__(self, x):\n        return x\n",
    "Keras calls it": "class Net(Base):\n    def call(self, x):\n        return x\n",
    "in one row": "def report(x): return x\n",
    "what it calls freezes": "def go(m):\n  stop(m)\n  m.fit()\ndef stop(m):\n  m.freeze()\n",
    "what it calls leads to one that freezes": "def a(m):\n  b(m)\ndef b(m):\n  c(m)\ndef c(m):\n  m.freeze()\n",
    "a class that it makes freezes": "class A:\n  def stop(self):\n    self.m.freeze()\ndef go():\n  return A()\n",
    "a class that it makes is a callback that compiles": "class C(Callback):\n  def on_end(self):\n    self.model.x()\n"
    "def go(m):\n  m.compile()\n  m.fit(callbacks=[C()])\n",
    "a decorator freezes": "def wrap(f):\n  model.freeze()\n@wrap\ndef go(m):\n  m.fit()\ndef see(m):\n  m.fit()\n",
    "another method freezes": "class A:\n  def go(self):\n    self.m.fit()\n  def stop(self):\n    self.m.freeze()\n",
}


def _trimmed(*cells: str) -> list[str]:
    return [segment.text for segment in trim(Program(tuple(map(Segment, cells))))[0].segments]


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_cannot_matter_is_emptied(text: str) -> None:
    (trimmed,) = _trimmed(text)
    assert sum(line.strip() == "pass" for line in trimmed.split("\n")) == 1
    assert len(trimmed.split("\n")) == len(text.split("\n"))
    cst.parse_module(trimmed)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_may_matter_stays(text: str) -> None:
    assert _trimmed(text) == [text]


def test_what_freezes_elsewhere_keeps_only_those_that_lead_to_it() -> None:
    freezes = "def stop(m):\n    m.freeze()\ndef go(m):\n    stop(m)\n"
    silent = "def show(m):\n    m.fit(x)\n    m.compile('sgd')\n"
    assert _trimmed(freezes + silent) == [freezes + "def show(m):\n    pass\n\n"]


def test_what_only_silent_functions_name_goes_with_them() -> None:
    text = "def shape(x):\n    y = x.shape\n    return y\ndef report(x):\n    return shape(x)\nmodel = Net()\n"
    assert _trimmed(text) == ["def shape(x):\n    pass\n\ndef report(x):\n    pass\nmodel = Net()\n"]


def test_what_is_left_is_seen() -> None:
    loud = Program((Segment("def stop(m):\n    m.freeze()\ndef go(m):\n    m.fit()\n"),))
    _, left = trim(loud)
    assert left is not None
    assert left.ordered
    assert ".fit" not in left.names
    assert trim(Program((Segment("def stop(\n"),)))[1] is None


def test_a_name_in_another_cell_keeps_a_function() -> None:
    text = SILENT["a function that nobody names"]
    assert _trimmed(text, "report(1)\n")[0] == text


def test_nothing_is_left_out_beside_a_segment_that_does_not_parse() -> None:
    text = SILENT["a function that nobody names"]
    assert _trimmed(text, "report(\n") == [text, "report(\n"]


def test_findings_keep_their_rows() -> None:
    silent = "".join(SILENT.values())
    wrong = "def test_wrong():\n    net = keras.Sequential([layers.Dense(1)])\n    net.layers.trainable = False\n"
    found = check_source("import keras\nfrom keras import layers\n" + silent + wrong)
    assert [(f.code, f.location.row) for f in found] == [("FRZ603", 2 + silent.count("\n") + 3)]
