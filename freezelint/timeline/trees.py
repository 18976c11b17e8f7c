"""The tree of a text, and where its nodes are.

Where one text is analysed again and again, in an editor, `keep_pieces` makes the next parse cheap: the text is parsed
statement by statement of its top level, and a statement that was parsed before keeps its tree and its positions.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter

import libcst as cst

from freezelint.sources.kept import Kept
from freezelint.sources.parts import BEGINS, keep_parts, parts
from freezelint.timeline.positions import Positions

#: How much text is kept, in characters; its trees take some 300 bytes for each.
MOST = 600_000

Place = tuple[int, int]
Span = tuple[int, int, int, int]


class Piece:
    """A run of whole rows that was parsed by itself."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.module)

    @cached_property
    def functions(self) -> list[tuple[Place, Place, str]]:
        """Where the functions and methods begin and end, and their names; outer ones come first."""
        found = []
        waiting: list[tuple[cst.CSTNode, str]] = [(self.module, "")]
        while waiting:
            node, outer = waiting.pop()
            if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                outer = f"{outer}.{node.name.value}".lstrip(".")
                if isinstance(node, cst.FunctionDef):
                    span = self.positions.find(node)
                    found.append((span[:2], span[2:], outer))
            if not isinstance(node, (cst.SimpleStatementLine, cst.BaseExpression)):
                waiting += [(child, outer) for child in node.children]
        return found


class Tree:
    """The tree of one text: its pieces, each with the number of rows before it."""

    def __init__(self, module: cst.Module, pieces: Sequence[tuple[int, Piece]]) -> None:
        self.module = module
        self._pieces = pieces
        self._last = pieces[0]

    def span(self, node: cst.CSTNode) -> Span:
        """(row, column, end row, end column) of a node: 1-based, the end exclusive. KeyError for a foreign node."""
        before, piece = self._piece(node)
        row, column, end_row, end_column = piece.positions.find(node)
        return row + before, column, end_row + before, end_column

    def path(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes from the module down to a node, both included. KeyError for a foreign node."""
        if node is self.module:
            return [node]
        return [self.module, *self._piece(node)[1].positions.path(node)[1:]]

    def inside(self, node: cst.CSTNode) -> Iterable[cst.CSTNode]:
        """A node and all that are in it, in the order of the text. KeyError for a foreign node."""
        if node is not self.module:
            return self._piece(node)[1].positions.inside(node)
        return chain([node], *(piece.positions.inside(piece.module)[1:] for _, piece in self._pieces))

    def _piece(self, node: cst.CSTNode) -> tuple[int, Piece]:
        wanted = id(node)
        for found in (self._last, *self._pieces):
            if wanted in found[1].positions.ids:
                self._last = found
                return found
        raise KeyError(node)

    def function_at(self, row: int, column: int) -> str:
        """The function or method around a 1-based place: `build`, `Trainer.run`; "" outside of functions."""
        before, piece = max((p for p in self._pieces if p[0] < row), key=itemgetter(0))
        here = row - before, column
        around = [name for first, last, name in piece.functions if first <= here < last]
        return around[-1] if around else ""


_kept: Kept[Piece] | None = None


def keep_pieces() -> None:
    """From now on remember what was parsed, in this process."""
    global _kept
    _kept = _kept or Kept(MOST, lambda text: Piece(cst.parse_module(text)))
    keep_parts()


def parse(text: str, rows: Sequence[int] = ()) -> Tree:
    """The tree of a text. Raises what `libcst.parse_module` raises.

    `rows`, where known, are the numbers of rows before each of its `parts`.
    """
    if _kept is not None and not rows:
        rows = [part.before for part in parts(text)]
    if _kept is not None and not rows:
        _complain(text)
    if _kept is not None and len(rows) > 1:
        try:
            return _joined(text, rows, _kept)
        except Exception:  # a cut in a wrong place: the whole text says whether it is valid
            pass
    module = cst.parse_module(text)
    return Tree(module, [(0, Piece(module))])


def _complain(text: str) -> None:
    """Raise what libcst says of the statement at which Python's own parser stopped: the whole text takes far longer.

    Nothing happens where libcst takes that statement, because it knows a newer syntax: then the whole text decides.
    """
    try:
        ast.parse(text)
    except SyntaxError as error:
        lines = text.split("\n")
        row = min(error.lineno or 1, len(lines)) - 1
        begins = [BEGINS.match(line) is not None for line in lines]
        first = next((number for number in range(row, -1, -1) if begins[number]), 0)
        last = next((number for number in range(row + 1, len(lines)) if begins[number]), len(lines))
        cst.parse_module("\n".join(lines[first:last]) + "\n")
    except (ValueError, RecursionError, MemoryError):
        return


def _is_block(module: cst.Module) -> bool:
    """Whether a piece shows how far the text indents."""
    return bool(module.body) and isinstance(module.body[0], cst.BaseCompoundStatement)


def _joined(text: str, rows: Sequence[int], kept: Kept[Piece]) -> Tree:
    lines = text.split("\n")
    seen: Counter[str] = Counter()
    pieces = []
    for start, end in zip(rows, [*rows[1:], len(lines)], strict=True):
        part = "\n".join(lines[start:end]) + ("\n" if end < len(lines) else "")
        pieces.append((start, kept.get(part, seen[part])))
        seen[part] += 1
    body = [statement for _, piece in pieces for statement in piece.module.body]
    blocks = (p.module.default_indent for _, p in pieces if _is_block(p.module))
    return Tree(cst.Module(body, default_indent=next(blocks, "    ")), pieces)
