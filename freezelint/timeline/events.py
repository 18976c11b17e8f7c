"""What a program does to its models, in execution order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A node of one segment's tree: where something happens. Rows and columns are computed only when reported."""

    segment: int
    node: cst.CSTNode
