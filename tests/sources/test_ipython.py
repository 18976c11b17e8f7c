"""IPython syntax becomes Python of the same rows, with real Python in its columns."""

from __future__ import annotations

import pytest

from freezelint.sources.ipython import parses, to_python

UNCHANGED = [
    "",
    "x = 1",
    "model.fit(x);",
    "await f()",
    "get_ipython().system('ls')",
    "a = (b\n% c)",
    "a = b \\\n% c",
    "s = '''\n%time x\n!ls\n?help\n'''",
    "x = 3 # what?",
    "ls",
    "run = 3\nrun - x",
    "# %matplotlib inline",
    "x = 'a' \"!b\"",
    "not python at all",
    "x = (1,",
]

CHANGED = [
    ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    ("%time model.fit(x)", "pass; model.fit(x)"),
    ("  \n%time  h = f(\n    x,\n    y)\ny = 2", "  \npass;  h = f(\n    x,\n    y)\ny = 2"),
    ("%timeit -n 10 -r 3 f(x)", "pass;              f(x)"),
    ("h = %time f(x)", "h =       f(x)"),
    ("for a in b:\n    %time f(a)\n    !ls", "for a in b:\n    pass; f(a)\n    pass"),
    ("%time for a in b: f(a)", "pass"),
    ("%time", "pass"),
    ("%%time\nf(x)", "\nf(x)"),
    ("\n# note\n%%capture out\n%%timeit -n 3\nf(x)", "\n# note\n\n\nf(x)"),
    ("%%bash\necho \"it's\nls", "\n\n"),
    ("%%writefile a.py\nmodel.trainable = False", "\n"),
    ("%%unknown\nmodel.trainable = False", "\n"),
    ("x = %sql select 1\ny = !ls *.py", "x = None\ny = None"),
    ("a, b = !ls \\\n    -la\ny = 1", "a, b = None\n\ny = 1"),
    ("if colab:\n    !pip install -q x\nelse:\n\t!!ls", "if colab:\n    pass\nelse:\n\tpass"),
    ("!pip install a \\\n  b \\\n  c\nx = 1", "pass\n\n\nx = 1"),
    ("!echo \"it's (\nx = 1", "pass\nx = 1"),
    ("?f\nf?\nf.a??\n/f x\n,f a b\n;f a b", "pass\npass\npass\npass\npass\npass"),
    ("pip install -q x\ncd data\nls", "pass\npass\nls"),
    ("s = '''\n!ls\n'''\nt = (1\n% x)\n!ls", "s = '''\n!ls\n'''\nt = (1\n% x)\npass"),
    ("%env KERAS_BACKEND=jax", 'import os; os.environ["KERAS_BACKEND"] = "jax"'),
    ("%env OTHER=1", "pass"),
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_python_and_plain_errors_stay(text: str) -> None:
    assert to_python(text) == text


@pytest.mark.parametrize(("text", "expected"), CHANGED)
def test_magics_become_python(text: str, expected: str) -> None:
    assert to_python(text) == expected
    assert parses(expected)


def test_newer_syntax_than_this_python_stays() -> None:
    assert to_python("type X = int\nx = f'{a['b']}'\n") == "type X = int\nx = f'{a['b']}'\n"


def test_column_of_python_behind_a_magic_is_kept() -> None:
    for text in ("%time model.fit(x)", "%timeit -n 3 model.fit(x)", "h = %time model.fit(x)"):
        assert to_python(text).index("model") == text.index("model")
