"""Contexts: what leaves the context of a finding as it is, and what makes another of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freezelint.baseline.context import Contexts

CODE = """\
def build(base):
    base.trainable = False
    return base
"""


def context(text: str, row: int, *, markdown: bool = False) -> str:
    return Contexts(text.split("\n"), markdown=markdown).of(row)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("import keras\n\n\n" + CODE, 5),
        (CODE.replace("    ", "\t"), 2),
        (CODE.replace("    ", "  "), 2),
        (CODE.replace("False", "False  # frozen"), 2),
        (CODE.replace(" = ", "="), 2),
        (CODE.replace(" = ", " = \\\n        "), 2),
        (CODE.replace(" = ", " = \\\n        "), 3),
        (CODE.replace("False", "(\n        False\n    )"), 3),
        (CODE.replace("(base)", "(\n    base,\n)"), 4),
        (CODE.replace("    base", "    '''(\n    # x'''\n    base"), 4),
        (CODE.replace("    base.", "    # ' ( [\n    base."), 3),
        ("if x:\n    pass\n\n" + CODE, 5),
        (CODE.replace("    base.", "    x = 1\n\n# note\n\n    base."), 6),
        ("x = ')' + \"'''\"  # '''\n!echo it's (fine\n".replace("(", "") + CODE, 4),
    ],
)
def test_layout_and_comments_and_other_lines_do_not_count(text: str, row: int) -> None:
    assert context(text, row) == context(CODE, 2)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (CODE, 1),
        (CODE, 3),
        (CODE.replace("False", "True"), 2),
        (CODE.replace("build", "make"), 2),
        (CODE.replace("build(base):", "build(base):\n  class Net:"), 3),
        ("base.trainable = False\n", 1),
        (CODE, 9),
        ("", 1),
    ],
)
def test_the_statement_and_its_function_count(text: str, row: int) -> None:
    assert context(text, row) != context(CODE, 2)


def test_blanks_in_strings_count() -> None:
    assert context("f('a b')\n", 1) != context("f('ab')\n", 1)
    assert context("f('#a')\n", 1) != context("f('#b')\n", 1)


def test_a_comma_that_a_formatter_adds_does_not_count() -> None:
    assert context("f(a, b)\n", 1) == context("f(\n    a,\n    b,\n)\n", 2)


def test_methods_of_two_classes_are_two_contexts() -> None:
    text = "class A:\n    def run(self):\n        go()\nclass B:\n    async def run(self):\n        go()\n"
    assert context(text, 3) != context(text, 6)
    assert context(text, 3) == context("class A:\n  x = 1\n  def run(self, y):\n    z = 1\n    go()\n", 5)


def test_prose_around_a_block_of_markdown_does_not_count() -> None:
    page = "It's (a\n\n```python\nx = 1\n```\n\nDon't\n\n~~~py\nbase.trainable = False\n~~~\n"
    assert context(page, 10, markdown=True) == context("base.trainable = False", 1)
    assert context(page, 4, markdown=True) == context("x = 1", 1)


def test_a_context_is_the_same_on_every_python() -> None:
    """A change of this number makes every committed baseline void."""
    assert context(CODE, 2) == "629393826e4a5bae"


@given(st.lists(st.text(st.sampled_from("'\"\\()[]{},:#`> \t\x0c=défclass\u2028"))), st.integers(-1, 12), st.booleans())
def test_any_text_has_contexts(rows: list[str], row: int, markdown: bool) -> None:
    assert len(Contexts(rows, markdown=markdown).of(row)) == 16
