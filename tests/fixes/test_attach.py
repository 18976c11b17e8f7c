"""Fixes fit the text on disk: margins in Markdown, magics in notebooks, comments on what moves."""

from __future__ import annotations

import json

import pytest

from freezelint import Settings
from freezelint.fixes.apply import fix_data

SETTINGS = Settings.of(keras_version="2")
START = "from tensorflow import keras\nbase = keras.Sequential([keras.layers.Dense(1)])\n"
LOOP = "for layer in base.layers:\n    layer.trainable = False\n"


def fixed(text: str, filename: str) -> str:
    return fix_data(text.encode(), filename, SETTINGS, unsafe=True).data.decode()


@pytest.mark.parametrize("margin", ["", "  ", "> ", ">> ", ">   ", "\t"])
def test_new_rows_get_the_margin_of_a_block(margin: str) -> None:
    def block(code: str) -> str:
        return "".join(f"{margin}{row}\n" for row in f"```python\n{code}```".split("\n")) + "end\n"

    assert fixed(block(f"{START}base.layers.trainable = False\n"), "a.md") == block(START + LOOP)


def test_a_session_gets_no_rows_without_a_prompt() -> None:
    rows = f"{START}base.trainble = False\nbase.layers.trainable = False".split("\n")
    session = "```pycon\n" + "".join(f">>> {row}\n" for row in rows) + "```\n"
    assert fixed(session, "a.md") == session.replace("trainble", "trainable")


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def test_cells_with_magics_and_margins() -> None:
    magics = f"%matplotlib inline\n{START}!ls\n"
    before = notebook(magics, "  base.layers.trainable = False\n  x = 1", "%time base.trainble = False")
    loop = "  for layer in base.layers:\n      layer.trainable = False\n  x = 1"
    assert fixed(before, "a.ipynb") == notebook(magics, loop, "%time base.trainble = False")


def test_repaired_python_2_is_left_alone() -> None:
    text = f"{START}print 'x'\nbase.trainble = False\n"
    assert fixed(text, "a.py") == text


def test_a_comment_moves_with_its_statement() -> None:
    text = f"""{START}model = keras.Sequential([base, keras.layers.Dense(1)])
# above
model.compile("sgd", "mse")  # plain
# between
base.trainable = False  # late
model.fit(x, y)
"""
    moved = text.replace('model.compile("sgd", "mse")  # plain\n', "")
    assert fixed(text, "a.py") == moved.replace("# late\n", '# late\nmodel.compile("sgd", "mse")  # plain\n')


def test_arguments_that_go_over_rows_keep_their_form() -> None:
    text = f"""{START}model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile(
    "sgd",  # plain
    "mse",
)
model.fit(x, y)
if x:
    base.trainable = False
    model.fit(x, y)
"""
    added = '    model.compile(\n        "sgd",  # plain\n        "mse",\n    )\n'
    assert fixed(text, "a.py") == text.replace("= False\n", f"= False\n{added}")


@pytest.mark.parametrize(
    "line",
    [
        "if x: base.trainble = False; y = 2",
        "x = base.trainable == False",
        "base.trainable = other = False; model.layers[:1].trainable = False",
        "if x: base.layers.trainable = False",
    ],
)
def test_shapes_without_a_repair_stay_or_parse(line: str) -> None:
    after = fixed(f"{START}{line}\n", "a.py")
    compile(after, "a.py", "exec")
    assert after in (f"{START}{line}\n", f"{START}{line}\n".replace("trainble", "trainable"))


def test_comments_of_a_loop_that_goes_stay() -> None:
    head, tail = f"{START}def freeze(layer):\n", "\nfreeze(base.layers[0])\n"
    loop = "    for w in layer.weights:  # all\n        # one by one\n        w.trainable = False  # now\n"
    flat = "    # all\n    # one by one\n    layer.trainable = False  # now\n"
    assert fixed(head + loop + tail, "a.py") == head + flat + tail


def test_no_fix_rather_than_a_comment_lost() -> None:
    text = f"{START}base.set_trainable(\n    False,  # for now\n)\n"
    assert fixed(text, "a.py") == text
