"""What freezelint reports: plain data, the same for every rule, report format and editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Applicability = Literal["safe", "unsafe", "display"]
Generation = Literal["2", "3", "any"]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A position in a file, or in a notebook's code cell: 1-based row, 1-based column in characters."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding, such as "compiled here"."""

    message: str
    filename: str
    cell: int | None
    location: Location


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text from `location` up to, not including, `end_location` by `content`."""

    content: str
    location: Location
    end_location: Location


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that repair one finding together, and how far they can be trusted."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect at one place.

    `cell` is the 1-based code cell of a notebook, None elsewhere; in a notebook rows count within the cell.
    `keras` is the generation the finding holds for, "any" when it holds for both.
    """

    code: str
    name: str
    severity: Severity
    message: str
    filename: str
    cell: int | None
    location: Location
    end_location: Location
    keras: Generation = "any"
    url: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
