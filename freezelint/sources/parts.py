"""A text as parts: runs of whole rows that Python parses by themselves, one statement of the top level or a few.

A text is one part, unless it is one that is parsed again and again: after `keep_parts`, in an editor, a part that was
parsed before keeps its tree. Rows of a tree are counted in its part.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from freezelint.sources.gate import parse
from freezelint.sources.kept import Kept

#: How much text is kept, in characters; its trees take some 100 bytes for each.
MOST = 600_000

#: A row that may begin a statement of the top level.
BEGINS = re.compile(r"(?!(?:else|elif|except|finally)\b)[^\s#)\]}]")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some rows of a text, without the end of the last one, their tree, and the number of rows before them."""

    before: int
    text: str
    tree: ast.Module


#: So many possible statements are tried together one by one, more by doubling their number.
FEW = 8

_kept: Kept[ast.Module] | None = None


def keep_parts() -> None:
    """From now on remember what was parsed, in this process."""
    global _kept
    _kept = _kept or Kept(MOST, _tree)


@lru_cache(maxsize=1)
def parts(text: str) -> tuple[Part, ...]:
    """All parts of a text, in order; none where this Python cannot parse it. Those of the last text are known."""
    if _kept is not None:
        try:
            return tuple(_split(text.split("\n"), _kept))
        except SyntaxError:
            pass  # the whole text says whether it is valid
    tree = parse(text)
    return () if tree is None else (Part(0, text, tree),)


def _split(rows: list[str], kept: Kept[ast.Module]) -> Iterator[Part]:
    """Parts that end where a statement may begin. SyntaxError where what is left does not parse.

    Rows that do not parse by themselves, such as the first of a long string, are tried with more and more rows after
    them, soon twice as many each time: so an error costs no more than a few times the parse of all rows.
    """
    ends = [number for number, row in enumerate(rows) if BEGINS.match(row)][1:]
    ends.append(len(rows))
    start = first = 0
    while first < len(ends):
        more = 1
        while True:
            last = min(first + more, len(ends))
            text = "\n".join(rows[start : ends[last - 1]])
            try:
                tree = kept.get(text)
                break
            except SyntaxError:
                if last == len(ends):
                    raise
                more += 1 if more < FEW else more
        yield Part(start, text, tree)
        start, first = ends[last - 1], last


def _tree(text: str) -> ast.Module:
    tree = parse(text)
    if tree is None:
        raise SyntaxError
    return tree
