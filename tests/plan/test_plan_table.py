"""A plan as text."""

from __future__ import annotations

from freezelint.plan import Plan, PlannedCall, plan_source
from freezelint.plan.table import table
from freezelint.sources.load import from_text
from freezelint.target import Target


def call(**changes: object) -> PlannedCall:
    values = {
        "index": 0, "repeats": False, "perhaps": False, "call": "fit",
        "filename": "train.py", "cell": None, "line": 7, "model": "model",
        "trains": ("head",), "still": ("base",), "unknown": (), "why": ("one", "two"), **changes,
    }  # fmt: skip
    return PlannedCall(**values)  # type: ignore[arg-type]


def test_a_plan_as_text() -> None:
    calls = (call(), call(index=1), call(index=2, line=9, cell=3, model="", trains=(), unknown=("",), why=("x " * 60,)))
    assert table(Plan("3", calls, ("A note.",))) == (
        "A note.\n\n"
        "train.py:7: fit of model (2 times)\n"
        "  trains   head\n"
        "  still    base\n"
        "  because  one\n"
        "           two\n\n"
        "train.py:cell 3:9: fit\n"
        "  still    base\n"
        "  unknown  the model\n"
        f"  because  {' '.join('x' * 45)}\n"
        f"           {' '.join('x' * 15)}"
    )


def test_every_line_fits() -> None:
    wide = table(Plan("3", (call(trains=tuple(f"layer_number_{n}" for n in range(40))),)))
    assert max(map(len, wide.splitlines())) <= 100


def test_the_longest_path_decides() -> None:
    row = call(trains=("base",), still=("base/bn", "head"), unknown=("base/bn/gamma",))
    states = [row.state_of(p) for p in ("base/d/kernel", "base/bn/beta", "base/bn/gamma", "basement/x", "head/bias")]
    assert states == ["trains", "still", "unknown", None, "still"]


def test_where_nothing_tells_both_generations_are_planned() -> None:
    text = (
        "from tensorflow import keras\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name='head')])\n"
        "model.compile('sgd', 'mse')\nmodel.layers[0].trainable = False\nmodel.fit(x, y)\n"
    )
    source = from_text(text, "train.py", gated=False)
    assert source is not None
    plan = plan_source(source, Target())
    assert plan.keras == "3"
    assert "Nothing tells which Keras" in plan.notes[0]
    assert plan.calls[0].still == ("head",)
    assert plan.calls[0].why[-1] == "Keras 2 differs: trains head"
