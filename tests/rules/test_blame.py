"""Which line is to blame: the write, or the call of a helper that is right for its other callers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HELPER = "def freeze(layer):\n    layer.trainable = False\n"
TRAINED = 'model.compile("sgd", "mse")\nmodel.fit(x, y)\n'
AGAIN = "model.fit(x, y)\n"

CASES = [
    ("the write itself", TRAINED + "base.trainable = False\n" + AGAIN, ["3"]),
    ("one call, and it is wrong: the helper's write", HELPER + TRAINED + "freeze(base)\n" + AGAIN, ["2"]),
    (
        "every call is wrong: the helper's write, once",
        HELPER + TRAINED + "freeze(base.layers[0])\nfreeze(base.layers[1])\n" + AGAIN,
        ["2"],
    ),
    (
        "one call of two is wrong: that call",
        HELPER + "freeze(base.layers[0])\n" + TRAINED + "freeze(base.layers[1])\n" + AGAIN,
        ["6"],
    ),
    (
        "a helper of a helper: the call that is wrong",
        HELPER
        + "def all_of(m):\n    freeze(m)\n"
        + "all_of(base.layers[0])\n"
        + TRAINED
        + "all_of(base.layers[1])\n"
        + AGAIN,
        ["8"],
    ),
    (
        "written and trained in the same helper: the write, for every caller",
        "def phase():\n    base.trainable = False\n    model.fit(x, y)\n" + TRAINED + "phase()\nphase()\n",
        ["2"],
    ),
    ("both calls are right", HELPER + "freeze(base)\n" + TRAINED + "freeze(base)\n" + AGAIN, []),
]


@pytest.mark.parametrize(("why", "text", "rows"), CASES, ids=[why for why, _, _ in CASES])
def test_blamed_rows(why: str, text: str, rows: list[str], say: Callable[..., list[str]]) -> None:
    assert [line.partition(":")[0] for line in say(text, "2") if not line.startswith(" ")] == rows
