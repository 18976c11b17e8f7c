"""From nodes of the tree to changes of the text: what a rule writes its repair with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from freezelint.findings import Applicability
from freezelint.timeline.events import Site

if TYPE_CHECKING:
    from freezelint.timeline import Timeline

_N = TypeVar("_N", bound=cst.CSTNode)
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class CannotRepair(Exception):
    """The text at this place has a shape that a repair does not handle: the finding stays without one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Replace a span of a segment (row, column, end row, end column: 1-based, the end exclusive) by `content`."""

    span: tuple[int, int, int, int]
    content: str


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that repair one report together. `message` is an imperative: "Compile `model` again"."""

    applicability: Applicability
    message: str
    changes: tuple[Change, ...] = ()


class Editor:
    """The text of one segment of a timeline, addressed by the nodes of its tree."""

    def __init__(self, timeline: Timeline, segment: int) -> None:
        self.timeline = timeline
        self.number = segment
        self._rows = timeline.segment(segment)[1].text.split("\n")

    def here(self, site: Site) -> bool:
        """Whether a site lies in this segment: no repair reaches into another file or cell."""
        return site.segment == self.number

    def span(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """(row, column, end row, end column) of a node of this segment."""
        try:
            return self.timeline.span(Site(self.number, node))
        except KeyError:
            raise CannotRepair from None

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node as it stands, comments inside included."""
        return self.text(self.span(node))

    def text(self, span: tuple[int, int, int, int]) -> str:
        """The text of a span."""
        row, column, last, end = span
        if row == last:
            return self._rows[row - 1][column - 1 : end - 1]
        middle = self._rows[row : last - 1]
        return "\n".join([self._rows[row - 1][column - 1 :], *middle, self._rows[last - 1][: end - 1]])

    def replace(self, node: cst.CSTNode, content: str) -> Change:
        """Put `content` where the node stands."""
        return Change(self.span(node), content)

    def between(self, first: cst.CSTNode, last: cst.CSTNode, content: str) -> Change:
        """Put `content` where the text from `first` to `last`, both included, stands."""
        return Change((*self.span(first)[:2], *self.span(last)[2:]), content)

    def put(self, node: cst.CSTNode, content: str, *, after: bool = False) -> Change:
        """Put `content` directly before a node, or behind it."""
        row, column, last, end = self.span(node)
        return Change((last, end, last, end) if after else (row, column, row, column), content)

    def path(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes from the module down to `node`, both included. CannotRepair when it is not in this tree."""
        try:
            return self.timeline.path(Site(self.number, node))
        except KeyError:
            raise CannotRepair from None

    def parent(self, node: cst.CSTNode, kind: type[_N]) -> _N:
        """The nearest node of a kind round another. CannotRepair when there is none."""
        for found in reversed(self.path(node)[:-1]):
            if isinstance(found, kind):
                return found
        raise CannotRepair

    def line(self, node: cst.CSTNode) -> cst.SimpleStatementLine:
        """The line of simple statements that a node is in. CannotRepair where it is the body of `if x: y`."""
        for found in reversed(self.path(node)):
            if isinstance(found, cst.SimpleStatementLine):
                return found
            if isinstance(found, cst.BaseSuite | cst.BaseCompoundStatement):
                break
        raise CannotRepair

    def only(self, node: cst.CSTNode) -> cst.SimpleStatementLine:
        """The same, where nothing else stands on the line."""
        line = self.line(node)
        if len(line.body) != 1:
            raise CannotRepair
        return line

    def assignment(self, node: cst.CSTNode) -> tuple[cst.BaseExpression, cst.BaseExpression]:
        """Target and value of the plain assignment `x = y` that a node is, or is in."""
        line = self.line(node)
        found = [s for s in line.body if s is node] or line.body
        if len(found) != 1 or not isinstance(found[0], cst.Assign) or len(found[0].targets) != 1:
            raise CannotRepair
        return found[0].targets[0].target, found[0].value

    def indent(self, statement: cst.CSTNode) -> str:
        """The blanks that the row of a statement starts with."""
        row = self._rows[self.span(statement)[0] - 1]
        return row[: len(row) - len(row.lstrip(" \t"))]

    def step(self) -> str:
        """The blanks of one level of indentation in this text."""
        return self.timeline.tree(self.number).default_indent

    def below(self, statement: Statement, code: str) -> Change:
        """A new statement after another, on its level; comments on the row of that one stay there."""
        last = self.span(statement)[2]
        end = len(self._rows[last - 1]) + 1
        return Change((last, end, last, end), "\n" + self._indented(statement, code))

    def above(self, statement: Statement, code: str) -> Change:
        """A new statement before another, on its level, below the comments that stand over that one."""
        row = self.span(statement)[0]
        return Change((row, 1, row, 1), self._indented(statement, code) + "\n")

    def instead(self, statement: cst.SimpleStatementLine, code: str) -> Change:
        """Other statements in place of one; a comment on its row stays behind them."""
        return self.replace(statement, self._indented(statement, code).lstrip(" \t"))

    def flat(self, compound: cst.BaseCompoundStatement, code: str) -> Change:
        """A simple statement in place of a compound one: its only comment follows on the row, several stand above."""
        first, left, last, right = self.span(compound)
        spans = [(comment.value, self.span(comment)[:2]) for comment in self.walk(compound, cst.Comment)]
        inside = [text for text, place in spans if (first, left) <= place < (last, right)]
        if len(inside) == 1:
            return self.replace(compound, f"{code}  {inside[0]}")
        return self.replace(compound, "\n".join([*inside, code]).replace("\n", "\n" + self.indent(compound)))

    def row(self, statement: cst.SimpleStatementLine) -> str:
        """The source of a statement with the comment on its last row."""
        _, _, last, end = self.span(statement)
        return self.code(statement) + self._rows[last - 1][end - 1 :].rstrip()

    def without(self, statement: cst.SimpleStatementLine, *, moved: bool = False) -> Change:
        """Nothing in place of a statement: its rows go; CannotRepair where a comment that nobody `moved` would too."""
        first, _, last, end = self.span(statement)
        if self._rows[last - 1][end - 1 :].strip() and not moved:
            raise CannotRepair
        block = self.path(statement)[-2]
        if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
            return self.replace(statement, "pass")
        if last == len(self._rows):
            return Change((first - 1, len(self._rows[first - 2]) + 1, last, len(self._rows[last - 1]) + 1), "")
        return Change((first, 1, last + 1, 1), "")

    def moved(self, node: cst.CSTNode, statement: Statement) -> str:
        """The source of a node for a place on another level: its further rows go along."""
        code = self.code(node)
        rows = code.split("\n")
        old, new = self.indent(node), self.indent(statement)
        if len(rows) == 1 or old == new:
            return code
        if '"""' in code or "'''" in code:
            raise CannotRepair
        rest = [new + row[len(old) :] if row.startswith(old) else row for row in rows[1:]]
        return "\n".join([rows[0], *rest])

    def _indented(self, statement: Statement, code: str) -> str:
        """Code on the level of a statement; rows after the first bring their indentation along."""
        return self.indent(statement) + code

    def suite(self, statement: Statement, head: str, *body: str) -> str:
        """A compound statement for the level of another: `for layer in layers:` and the rows of its body."""
        return "\n".join([head, *(self.indent(statement) + self.step() + row for row in body)])

    def walk(self, node: cst.CSTNode, kind: type[_N]) -> Iterator[_N]:
        """A node and all in it that are of exactly this kind, in order. CannotRepair when it is not in this tree."""
        try:
            found = self.timeline.inside(Site(self.number, node))
            return (each for each in found if type(each) is kind)  # an abstract base would make isinstance slow
        except KeyError:
            raise CannotRepair from None
