"""Imports of modules of the project: their names, their order, and what is not followed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint.sources import project
from freezelint.sources.source import Program, Segment
from freezelint.timeline import Timeline, build
from freezelint.timeline.events import Compiled, Event, FlagWritten, Trained
from freezelint.timeline.values import Const

Follow = Callable[..., Timeline]

PARTS = """\
import keras

BASE = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
SIZE = 7
_hidden = 8

def freeze(layer):
    layer.trainable = False
"""


@pytest.fixture
def follow(tmp_path: Path) -> Follow:
    """Walks a main program beside the modules that are given by name: `gan_in_net` is `net/gan.py`."""

    def walk(main: str, **texts: str) -> Timeline:
        project.forget()
        (tmp_path / ".git").mkdir(exist_ok=True)
        for name, text in texts.items():
            path = tmp_path / "/".join(name.split("_in_")[::-1])
            path.parent.mkdir(exist_ok=True)
            path.with_suffix(".py").write_text(text)
        path = tmp_path / "main.py"
        path.write_text(main)
        return build(Program((Segment(main),)), filename=str(path))

    return walk


def told(timeline: Timeline) -> list[str]:
    """One line per event: file, row, what, and the object."""
    return [f"{_place(timeline, event)} {type(event).__name__}" for event in timeline.events if _counts(event)]


def _counts(event: Event) -> bool:
    return isinstance(event, FlagWritten | Compiled | Trained)


def _place(timeline: Timeline, event: Event) -> str:
    file, _ = timeline.segment(event.at.site.segment)
    return f"{Path(file).stem if file else 'main'}:{timeline.span(event.at.site)[0]}"


def value(timeline: Timeline, name: str) -> object:
    found = timeline.machine.store.get(("name", 0, name))
    return found.value if isinstance(found, Const) else found


@pytest.mark.parametrize(
    "main",
    [
        "import parts\nparts.freeze(parts.BASE)\n",
        "import parts as p\np.freeze(p.BASE)\n",
        "from parts import freeze, BASE\nfreeze(BASE)\n",
        "from parts import freeze as f, BASE as b\nf(b)\n",
        "from parts import *\nfreeze(BASE)\n",
        "def run():\n    from parts import freeze, BASE\n    freeze(BASE)\nrun()\n",
        "try:\n    from parts import freeze, BASE\nexcept ImportError:\n    freeze = BASE = None\nfreeze(BASE)\n",
        "import parts\ngetattr(parts, 'freeze')(parts.BASE)\n",
    ],
)
def test_a_function_of_another_file(follow: Follow, main: str) -> None:
    assert told(follow(main, parts=PARTS)) == ["parts:8 FlagWritten"]


def test_constants_come_along_but_hidden_names_do_not_with_a_star(follow: Follow) -> None:
    timeline = follow("from parts import *\na = SIZE\nb = _hidden\n", parts=PARTS)
    assert value(timeline, "a") == 7
    assert value(timeline, "b") != 8


def test_packages(follow: Follow) -> None:
    files = {"__init___in_net": "from .gan import freeze\n", "gan_in_net": PARTS}
    for main in (
        "import net\nfrom net.gan import BASE\nnet.freeze(BASE)\n",
        "import net.gan\nnet.gan.freeze(net.gan.BASE)\n",
        "from net import gan\ngan.freeze(gan.BASE)\n",
    ):
        assert told(follow(main, **files)) == ["gan:8 FlagWritten"], main


def test_a_module_runs_once_whoever_imports_it(follow: Follow) -> None:
    main = "import a, b\na.BASE.trainable = False\nprint(b.BASE.trainable)\n"
    timeline = follow(
        main, a="from parts import BASE\nimport keras\n", b="from parts import BASE\nimport keras\n", parts=PARTS
    )
    models = [o for o in timeline.machine.objects if o.symbol == "keras.Sequential"]
    assert len(models) == 1


def test_modules_that_import_each_other(follow: Follow) -> None:
    one = "import keras\nimport two\ndef freeze(layer):\n    layer.trainable = False\n"
    two = "import keras\nimport one\ndef run(layer):\n    one.freeze(layer)\n"
    main = "import keras\nimport two\ntwo.run(keras.layers.Dense(3))\n"
    assert told(follow(main, one=one, two=two)) == ["one:4 FlagWritten"]


def test_a_module_is_not_the_main_program(follow: Follow) -> None:
    parts = PARTS + 'if __name__ == "__main__":\n    freeze(BASE)\n'
    assert told(follow("import parts\n", parts=parts)) == []


def test_functions_of_a_module_are_not_analysed_for_their_own_sake(follow: Follow) -> None:
    assert told(follow("import parts\n", parts=PARTS)) == []


def test_an_attribute_of_a_module_can_be_set(follow: Follow) -> None:
    assert value(follow("import parts\nparts.SIZE = 3\na = parts.SIZE\n", parts=PARTS), "a") == 3


def test_a_class_of_another_file(follow: Follow) -> None:
    trainer = """\
import keras
class Trainer:
    def __init__(self, model):
        self.model = model
    def run(self):
        self.model.compile("sgd", "mse")
        self.model.fit(x, y)
"""
    main = """\
import keras
from trainer import Trainer
class Mine(Trainer):
    def run(self):
        self.model.trainable = False
        super().run()
Mine(keras.Sequential([keras.layers.Dense(3)])).run()
"""
    assert told(follow(main, trainer=trainer)) == ["main:5 FlagWritten", "trainer:6 Compiled", "trainer:7 Trained"]


def test_names_of_one_module_are_none_of_another(follow: Follow) -> None:
    main = "import parts\nSIZE = 1\nfrom parts import size\na = size()\n"
    assert value(follow(main, parts=PARTS + "def size():\n    return SIZE\n"), "a") == 7


@pytest.mark.parametrize(
    "parts",
    [
        "def freeze(layer): pass\n",  # nothing of Keras in it: it may do anything
        "import keras\ndef freeze(layer:\n",  # does not parse
    ],
)
def test_what_is_not_followed_may_do_anything(follow: Follow, parts: str) -> None:
    main = """\
import keras
from parts import freeze
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile("sgd", "mse")
freeze(model)
model.fit(x, y)
"""
    trained = next(follow(main, parts=parts).of(Trained))
    assert trained.compiled == "unknown"


def test_followed_code_leaves_the_rest_known(follow: Follow) -> None:
    main = "import keras\nfrom parts import freeze, BASE\nBASE.compile('sgd', 'mse')\nfreeze(BASE)\nBASE.fit(x, y)\n"
    trained = next(follow(main, parts=PARTS).of(Trained))
    assert isinstance(trained.compiled, Compiled)
    assert [entry.value for entry in trained.flags.entries.values()] == [False]
