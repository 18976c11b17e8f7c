"""Positions are those of libcst's own provider, paths those of its children: for every node, in one cheap pass."""

from __future__ import annotations

import asyncio
import email
import json
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from freezelint.timeline.positions import Positions

ODD = '''# comment

@decorated(1,
    2)
async def f(a, *, b: int = (3), **c) -> "x":
    """Doc

    string."""
    if a: return b; pass
    elif (yield): x = [ y for y in (
        1, 2) ]  # end
    return f"{a!r:>{b}}" """more"""


class A (B): x: int = 1
with open(x) as y, z: ...
try: pass
except* E as e: pass
match a:
    case [1, *_]: pass
print(a if b else lambda: c, )
'''
FILES = [json.decoder.__file__, email.message_from_bytes.__globals__["__file__"], asyncio.locks.__file__]


def spans(text: str) -> list[tuple[str, tuple[int, int, int, int] | None, tuple[int, int, int, int]]]:
    """Name, our span and libcst's span of every node that libcst has a position for."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    ours = Positions(wrapper.module)
    found = []
    for node, theirs in wrapper.resolve(PositionProvider).items():
        start, end = theirs.start, theirs.end
        wanted = (start.line, start.column + 1, end.line, end.column + 1)
        found.append((type(node).__name__, ours.find(node), wanted))
    return found


@pytest.mark.parametrize("text", [ODD, *(Path(f).read_text(encoding="utf-8") for f in FILES)], ids=["odd", *FILES])
def test_every_node_is_where_libcst_says(text: str) -> None:
    found = spans(text)
    assert len(found) > 50
    assert [(name, mine) for name, mine, _ in found] == [(name, theirs) for name, _, theirs in found]


def family(node: cst.CSTNode, path: tuple[cst.CSTNode, ...] = ()) -> dict[int, list[cst.CSTNode]]:
    """The path to a node and to each that libcst calls a child in it, by identity."""
    found = {id(node): [*path, node]}
    for child in node.children:
        found |= family(child, (*path, node))
    return found


def test_paths_and_insides_are_those_of_the_children() -> None:
    module = cst.parse_module(ODD)
    ours, paths = Positions(module), family(module)
    for node in ours.inside(module):
        assert [*map(id, ours.path(node))] == [*map(id, paths[id(node)])]
        held = {id(n) for n in ours.inside(node)}
        assert held == {key for key, path in paths.items() if any(n is node for n in path)}
    assert {id(node) for node in ours.inside(module)} == set(paths)


def test_a_node_of_another_module_has_no_place() -> None:
    ours, foreign = Positions(cst.parse_module(ODD)), cst.parse_expression("a")
    assert id(foreign) not in ours.ids
    for ask in (ours.find, ours.path, ours.inside):
        with pytest.raises(KeyError):
            ask(foreign)
