"""Blocks: what holds after branches, loops, early exits and exceptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = [
    (
        "nothing runs after a return",
        """\
def f():
    return 1
    base.trainable = False
f()
""",
        [],
    ),
    (
        "nothing runs after sys.exit",
        """\
import sys
sys.exit()
base.trainable = False
""",
        [],
    ),
    (
        "a loop whose test is False does not run",
        """\
while False:
    base.trainable = False
model.compile("sgd", "mse")
""",
        [
            "3 compile model []",
        ],
    ),
    (
        "only the arm of a known test runs",
        """\
if 1 < 2:
    base.trainable = False
else:
    base.trainable = True
model.compile("sgd", "mse")
""",
        [
            "2 base = False",
            "5 compile model [base=False]",
        ],
    ),
    (
        "a path that raises does not join the others",
        """\
def f(a):
    if a:
        base.trainable = False
        raise ValueError
    return 1
f(unknown)
model.compile("sgd", "mse")
""",
        [
            "3 base = False (maybe)",
            "7 compile model []",
        ],
    ),
    (
        "which compile holds is not known",
        """\
model.compile("sgd", "mse")
if unknown:
    model.compile("adam", "mse")
model.fit(x, y)
""",
        [
            "1 compile model []",
            "3 compile model [] (maybe)",
            "4 fit model [] compiled unknown, traced never",
        ],
    ),
    (
        "two values make none",
        """\
if unknown:
    base.trainable = False
else:
    base.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
        [
            "2 base = False (maybe)",
            "4 base = True (maybe)",
            "5 compile model [base?=None]",
            "6 fit model [base?=None] compiled 5, traced never",
        ],
    ),
    (
        "one arm of two: the flag may be in force",
        """\
if unknown:
    base.trainable = False
model.compile("sgd", "mse")
""",
        [
            "2 base = False (maybe)",
            "3 compile model [base?=False]",
        ],
    ),
    (
        "both arms agree, so it is certain",
        """\
if unknown:
    base.trainable = False
else:
    base.trainable = False
model.compile("sgd", "mse")
""",
        [
            "2 base = False (maybe)",
            "4 base = False (maybe)",
            "5 compile model [base=False]",
        ],
    ),
    (
        "a return joins the end of the function",
        """\
def f(a):
    if a:
        base.trainable = False
        return base
    base.trainable = True
    return base
f(unknown)
model.compile("sgd", "mse")
""",
        [
            "3 base = False (maybe)",
            "5 base = True",
            "8 compile model [base?=None]",
        ],
    ),
    (
        "a handler may have run",
        """\
try:
    base.trainable = False
except ValueError:
    base.trainable = True
model.compile("sgd", "mse")
""",
        [
            "2 base = False",
            "4 base = True (maybe)",
            "5 compile model [base?=None]",
        ],
    ),
    (
        "else and finally follow the body; a handler that raises does not join",
        """\
try:
    pass
except ValueError:
    raise
else:
    base.trainable = False
finally:
    model.compile("sgd", "mse")
""",
        [
            "6 base = False",
            "8 compile model [base=False]",
        ],
    ),
    (
        "no case may match",
        """\
match unknown:
    case 1:
        base.trainable = False
    case _:
        base.trainable = True
model.compile("sgd", "mse")
""",
        [
            "3 base = False (maybe)",
            "5 base = True (maybe)",
            "6 compile model [base?=None]",
        ],
    ),
    (
        "a loop without break reaches its else",
        """\
for step in unknown:
    pass
else:
    base.trainable = False
model.compile("sgd", "mse")
""",
        [
            "4 base = False",
            "5 compile model [base=False]",
        ],
    ),
    (
        "break joins the end of the loop",
        """\
for step in unknown:
    if step:
        base.trainable = False
        break
model.compile("sgd", "mse")
""",
        [
            "3 base = False (maybe)",
            "3 base = False (maybe)",
            "5 compile model [base?=False]",
        ],
    ),
    (
        "a break that is always reached",
        """\
for step in unknown:
    base.trainable = False
    break
model.compile("sgd", "mse")
""",
        [
            "2 base = False",
            "4 compile model [base=False]",
        ],
    ),
    (
        "continue joins the end of the pass",
        """\
for step in unknown:
    if step:
        continue
    base.trainable = False
model.compile("sgd", "mse")
""",
        [
            "4 base = False (maybe)",
            "4 base = False (maybe)",
            "5 compile model [base?=False]",
        ],
    ),
    (
        "the end of a pass meets the start of the next",
        """\
model.compile("sgd", "mse")
for step in unknown:
    model.fit(x, y)
    base.trainable = False
""",
        [
            "1 compile model []",
            "3 fit model [] compiled 1, traced never",
            "4 base = False",
            "3 fit model [base=False] compiled 1, traced 3",
            "4 base = False",
        ],
    ),
    (
        "items that are known are taken one by one",
        """\
for value in (True, False):
    base.trainable = value
model.compile("sgd", "mse")
""",
        [
            "2 base = True",
            "2 base = False",
            "3 compile model [base=False]",
        ],
    ),
    (
        "a counter has its first value in the first pass only",
        """\
n = 0
while n < 5:
    if n == 0:
        model.compile("sgd", "mse")
    model.fit(x, y)
    n += 1
""",
        [
            "4 compile model []",
            "5 fit model [] compiled 4, traced never",
            "4 compile model [] (maybe)",
            "5 fit model [] compiled unknown, traced unknown",
            "4 compile model [] (maybe)",
            "5 fit model [] compiled unknown, traced unknown",
        ],
    ),
    (
        "a target of with is assigned to",
        """\
with open("f") as base.trainable:
    pass
""",
        [
            "1 base = None",
        ],
    ),
    (
        "None is the absence of an object",
        """\
x1 = model if unknown else None
x1.compile("sgd", "mse")
""",
        [
            "2 compile model []",
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "events"), CASES, ids=[why for why, _, _ in CASES])
def test_events(why: str, text: str, events: list[str], story: Callable[[str], list[str]]) -> None:
    assert story(text) == events
