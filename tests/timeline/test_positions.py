"""Positions are those of libcst's own provider, for every node, at a tenth of the cost."""

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
