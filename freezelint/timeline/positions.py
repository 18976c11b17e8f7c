"""Rows and columns of nodes, computed only for the nodes that are reported."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState


@dataclass(frozen=False)
class _SpanState(CodegenState):
    """Notes for every node the run of tokens that it writes. One pass costs a tenth of PositionProvider."""

    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    exact: set[int] = field(default_factory=set)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self.starts.pop()
        if id(node) not in self.exact:
            self.spans[id(node)] = (start, len(self.tokens))

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        start = len(self.tokens)
        yield
        end = len(self.tokens)
        if start_node is not None:
            start = self.spans[id(start_node)][0]
        if end_node is not None:
            end = self.spans[id(end_node)][1]
        self.spans[id(node)] = (start, end)
        self.exact.add(id(node))


class Positions:
    """Spans of the nodes of one module: (row, column, end row, end column), 1-based, the end exclusive."""

    def __init__(self, module: cst.Module) -> None:
        state = _SpanState(default_indent=module.default_indent, default_newline=module.default_newline)
        module._codegen(state)
        self._spans = state.spans
        self._offsets = [0, *accumulate(map(len, state.tokens))]
        text = "".join(state.tokens)
        self._rows = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]

    def find(self, node: cst.CSTNode) -> tuple[int, int, int, int] | None:
        """The span of a node; None when it is none of this module."""
        known = self._spans.get(id(node))
        if known is None:
            return None
        start, end = known
        return *self._place(self._offsets[start]), *self._place(self._offsets[end])

    def _place(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._rows, offset)
        return row, offset - self._rows[row - 1] + 1
