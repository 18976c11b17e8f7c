"""A second pass of a loop is left out only where it would do what the first one did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint import Settings, check_source
from freezelint.sources.source import Program, Segment
from freezelint.timeline import build
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.settled import Pass
from freezelint.timeline.values import UNKNOWN

FIXTURES = sorted((Path(__file__).parents[3] / "fixtures").glob("FRZ[1-9]*/*.py"))

#: The last line is FRZ102, unless unknown code got hold of the model in between.
PROGRAM = """\
import keras
import lib

class State:
    ready = False

base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
state, seen, held, last, count = State(), {{}}, [], None, 0
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False

def step():
    global count
    if count:
        lib.tune(model)
    count = 1

{loop}
model.fit(x, y)
"""

#: In the second pass, and not in the first, unknown code gets hold of the model.
REACHED = {
    "a name that was known before": "for row in lib.rows():\n    if last:\n        lib.tune(model)\n    last = row",
    "a name that is the model then": "for row in lib.rows():\n    lib.tune(last)\n    last = model",
    "a name that nothing was bound to": "for row in lib.rows():\n    lib.tune(new)\n    new = model",
    "a part of the model": "for row in lib.rows():\n    lib.tune(new)\n    new = model.layers[0]",
    "something that the model has": "for row in lib.rows():\n    lib.tune(new)\n    new = model.head",
    "something that gets the model": (
        "for row in lib.rows():\n    lib.tune(new)\n    new = lib.make()\n    new.model = model"
    ),
    "a name inside a function": "for row in lib.rows():\n    step()",
    "an attribute that the class knows": (
        "for row in lib.rows():\n    if state.ready:\n        lib.tune(model)\n    state.ready = True"
    ),
    "a dictionary that is looked into": (
        "for row in lib.rows():\n    for one in seen.values():\n        lib.tune(model)\n    seen['a'] = 1"
    ),
    "a list that grows": "for row in lib.rows():\n    lib.tune(held)\n    held.append(model)",
    "a loop with a test": "while lib.more():\n    if last:\n        lib.tune(model)\n    last = lib.next()",
}

#: Nothing of this is another the second time.
DULL = {
    "rows of files": (
        "import os\nfor name in sorted(os.listdir(folder)):\n    if not name.endswith('.txt'):\n        continue\n"
        "    with open(name) as file:\n        for line in file:\n            parts = line.split()\n"
        "            seen[parts[0]] = int(parts[1])"
    ),
    "numbers": "for row in lib.rows():\n    total = row + 1\n    lib.note(total)",
    "the same constant": "for row in lib.rows():\n    last = None\n    if last:\n        lib.tune(model)",
    "a function with names of its own": (
        "def show(row):\n    text = str(row)\n    print(text)\n\nfor row in lib.rows():\n    show(row)"
    ),
    "a loop with a test": "while lib.more():\n    print(lib.next())",
}


def codes(loop: str) -> list[str]:
    settings = Settings.of(select=["FRZ"], keras_version="3", backend="tensorflow")
    return [finding.code for finding in check_source(PROGRAM.format(loop=loop), settings=settings)]


def steps(loop: str) -> int:
    return build(Program((Segment(PROGRAM.format(loop=loop)),))).machine.steps


def always(monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:
    monkeypatch.setattr(Pass, "settles", lambda self: answer)


def test_the_program_has_a_finding() -> None:
    assert codes("for row in lib.rows():\n    print(row)") == ["FRZ102"]


@pytest.mark.parametrize("loop", REACHED.values(), ids=REACHED)
def test_what_only_a_second_pass_shows_is_seen(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(loop) == []
    always(monkeypatch, False)
    assert codes(loop) == []


@pytest.mark.parametrize("loop", REACHED.values(), ids=REACHED)
def test_one_pass_would_not_show_it(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    always(monkeypatch, True)
    assert codes(loop) == ["FRZ102"]


def test_a_write_at_the_end_meets_the_training_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "import keras\nmodel = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\n"
        "for part in parts:\n    model.fit(*part)\n    model.layers[0].trainable = False\n"
    )
    settings = Settings.of(select=["FRZ"], keras_version="3", backend="tensorflow")
    assert [finding.location.row for finding in check_source(text, settings=settings)] == [6]
    always(monkeypatch, True)
    assert check_source(text, settings=settings) == []


TOLD: dict[str, Callable[[Machine], object]] = {
    "something that took its turn": lambda machine: machine.moment(machine.site(machine.here)),
    "an event": lambda machine: machine.events.append(machine),  # type: ignore[arg-type]
    "a value for who iterates over the function": lambda machine: machine.yields[-1].append(UNKNOWN),
    "a kind of state that only events set": lambda machine: machine.store.set(("trained", 0), True),
}


@pytest.mark.parametrize("tell", TOLD.values(), ids=TOLD)
def test_a_pass_that_told_something_is_not_the_last(tell: Callable[[Machine], object]) -> None:
    machine = build(Program((Segment("x = 1"),))).machine
    machine.yields.append([])
    first = Pass(machine)
    assert first.settles()
    tell(machine)
    assert not first.settles()


def test_a_detailed_walk_makes_every_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = build(Program((Segment("x = 1"),))).machine
    monkeypatch.setattr(machine, "detail", object())
    assert not Pass(machine).settles()


@pytest.mark.parametrize("loop", DULL.values(), ids=DULL)
def test_a_pass_that_would_do_the_same_is_left_out(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = steps(loop)
    assert codes(loop) == ["FRZ102"]
    always(monkeypatch, True)
    assert steps(loop) == once
    always(monkeypatch, False)
    assert steps(loop) > once
    assert codes(loop) == ["FRZ102"]


@pytest.mark.parametrize("fixture", FIXTURES[::3], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_findings_are_those_of_two_passes(fixture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixture.read_text(encoding="utf-8")
    everything = Settings.of(select=["ALL"], preview=True)
    found = check_source(text, str(fixture), settings=everything)
    always(monkeypatch, False)
    assert found == check_source(text, str(fixture), settings=everything)
