"""A text in pieces is the text as a whole: the same tree, the same places, and what did not change is parsed once."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from freezelint.file_check import check_data
from freezelint.settings import Settings
from freezelint.sources import parts
from freezelint.timeline import trees

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/bad_*.py"))[::12]
ODD = '''\
"""Doc."""
# a comment above

import keras; import os
x = """
def f():
"""
@decorate(
    1)
class A:

    def run(self):
        if x: pass
        # at the end of a body

    # and of a class
y = 1
y = 1
for i in x:
  pass
else:
  pass
z = [
  1,
]
# at the end
'''


def keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (trees, parts):
        monkeypatch.setattr(module, "_kept", None)
    parts.parts.cache_clear()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_nothing(monkeypatch)
    trees.keep_pieces()


def nodes(tree: trees.Tree) -> list[tuple[str, trees.Span]]:
    found = []
    waiting: list[cst.CSTNode] = list(tree.module.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (cst.BaseStatement, cst.BaseExpression, cst.BaseSmallStatement)):
            found.append((type(node).__name__, tree.span(node)))
        waiting += node.children
    return found


@pytest.mark.parametrize("text", [ODD, ODD.rstrip("\n"), "x = 1; \\\ny = 2\n", "", "\n\n# only this"])
def test_pieces_are_where_the_whole_is(text: str, monkeypatch: pytest.MonkeyPatch, kept: None) -> None:
    pieces = trees.parse(text)
    keep_nothing(monkeypatch)
    assert nodes(pieces) == nodes(trees.parse(text))


def test_the_indentation_is_that_of_the_text(kept: None) -> None:
    assert trees.parse("x = 1\nfor i in x:\n  pass\n").module.default_indent == "  "
    assert trees.parse("x = 1\ny = 1\n").module.default_indent == "    "


def test_an_unchanged_statement_keeps_its_tree(kept: None) -> None:
    before, after = trees.parse(ODD), trees.parse("import sys\n\n" + ODD.replace("y = 1", "y = 2", 1))
    same = set(map(id, before.module.body)) & set(map(id, after.module.body))
    assert len(before.module.body) - len(same) == 1  # one `y` is left


def test_equal_statements_are_two(kept: None) -> None:
    tree = trees.parse("f()\nf()\nf()\n")
    assert [tree.span(statement)[0] for statement in tree.module.body] == [1, 2, 3]


def test_the_functions_around_a_place(kept: None) -> None:
    text = "x = 1\nclass A:\n    def f(self):\n        def g():\n            pass\n        pass\n\ndef h(): pass\n"
    tree = trees.parse(text)
    places = [(1, 1), (2, 1), (3, 5), (5, 13), (6, 9), (8, 10), (9, 1)]
    assert [tree.function_at(*place) for place in places] == ["", "", "A.f", "A.f.g", "A.f", "h", ""]


def test_what_was_not_used_for_long_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_nothing(monkeypatch)
    monkeypatch.setattr(trees, "MOST", 30)
    trees.keep_pieces()
    first = trees.parse("x = 1\ny = 2\n").module.body[0]
    for number in range(10):
        trees.parse(f"a{number} = 1\nb{number} = 1\n")
    assert trees.parse("x = 1\ny = 2\n").module.body[0] is not first


def test_a_text_that_does_not_parse_says_so(kept: None) -> None:
    with pytest.raises(cst.ParserSyntaxError):
        trees.parse("x = 1\ny = = 2\n")


BROKEN = ["y = = 2", "f(1", "def g(:\n    pass", "    z = 1", "else:\n    pass", "x = '''"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_text_is_broken_in_both_ways(broken: str, monkeypatch: pytest.MonkeyPatch, kept: None) -> None:
    text = f"{ODD}{broken}\n{ODD}\nbase.trainable = False\nmodel.fit(x)\n"
    in_pieces = check_data(text, "a.py", Settings()).findings
    keep_nothing(monkeypatch)
    assert in_pieces == check_data(text, "a.py", Settings()).findings
    assert [finding.code for finding in in_pieces] == ["FRZ900"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_the_findings_are_the_same(fixture: Path, monkeypatch: pytest.MonkeyPatch, kept: None) -> None:
    everything = Settings.of(select=["ALL"], preview=True)
    text = fixture.read_text(encoding="utf-8")
    check_data(text, str(fixture), everything)
    edited = text.replace("\nimport ", "\n# more\nimport ", 1)
    found = check_data(edited, str(fixture), everything).findings
    keep_nothing(monkeypatch)
    assert found == check_data(edited, str(fixture), everything).findings
    assert found
