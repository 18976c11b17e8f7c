"""Where the nodes of a tree stand: rows and columns, what is around them and what is in them.

One pass that writes the tree out finds all of it, and only for trees in which something is reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState


@dataclass(frozen=False)
class _Written(CodegenState):
    """Numbers the nodes and notes the run of tokens that each writes: a tenth of the cost of PositionProvider."""

    numbers: dict[int, int] = field(default_factory=dict)
    nodes: list[cst.CSTNode] = field(default_factory=list)
    outer: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    exact: set[int] = field(default_factory=set)
    around: list[int] = field(default_factory=lambda: [-1])

    def before_codegen(self, node: cst.CSTNode) -> None:
        number = self.numbers[id(node)] = len(self.nodes)
        start = len(self.tokens)
        self.nodes.append(node)
        self.outer.append(self.around[-1])
        self.spans.append((start, start))
        self.last.append(number)
        self.around.append(number)

    def after_codegen(self, node: cst.CSTNode) -> None:
        number = self.around.pop()
        self.last[number] = len(self.nodes)
        if number not in self.exact:
            self.spans[number] = (self.spans[number][0], len(self.tokens))

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        start = len(self.tokens)
        yield
        end = len(self.tokens)
        if start_node is not None:
            start = self.spans[self.numbers[id(start_node)]][0]
        if end_node is not None:
            end = self.spans[self.numbers[id(end_node)]][1]
        number = self.numbers[id(node)]
        self.spans[number] = (start, end)
        self.exact.add(number)


class Positions:
    """The nodes of one module. Spans are (row, column, end row, end column), 1-based, the end exclusive."""

    def __init__(self, module: cst.Module) -> None:
        state = _Written(default_indent=module.default_indent, default_newline=module.default_newline)
        module._codegen(state)
        #: The identities of the nodes.
        self.ids = state.numbers.keys()
        self._numbers, self._nodes = state.numbers, state.nodes
        self._outer, self._last = state.outer, state.last
        self._spans = state.spans
        self._offsets = [0, *accumulate(map(len, state.tokens))]
        text = "".join(state.tokens)
        self._rows = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]

    def find(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """The span of a node. KeyError when it is none of this module, as below."""
        start, end = self._spans[self._numbers[id(node)]]
        return *self._place(self._offsets[start]), *self._place(self._offsets[end])

    def path(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes from the module down to a node, both included."""
        number = self._numbers[id(node)]
        found = []
        while number >= 0:
            found.append(self._nodes[number])
            number = self._outer[number]
        return found[::-1]

    def inside(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """A node and all that are in it, in the order of the text, outer ones first."""
        number = self._numbers[id(node)]
        return self._nodes[number : self._last[number]]

    def _place(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._rows, offset)
        return row, offset - self._rows[row - 1] + 1
