"""reviewdog's diagnostic format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf."""

from __future__ import annotations

import json
from typing import Any

from freezelint.findings import Edit, Finding, Location, Related
from freezelint.reports.physical import START, Physical
from freezelint.reports.place import in_cell
from freezelint.result import Result
from freezelint.rules import REPOSITORY

_Object = dict[str, Any]


def render(result: Result, *, color: bool = False) -> str:
    """One object with all diagnostics; file names as given. `color` changes nothing.

    Columns count bytes of UTF-8. A fix is one suggestion, a single edit that does what its edits do together,
    because reviewdog offers several suggestions as alternatives; one that is only for display is none.
    """
    physical = Physical(result)
    report = {
        "source": {"name": "freezelint", "url": REPOSITORY},
        "diagnostics": [_diagnostic(finding, physical) for finding in result.findings],
    }
    return json.dumps(report, indent=2) + "\n"


def _diagnostic(finding: Finding, physical: Physical) -> _Object:
    start, end = physical.span(finding) or (START, START)
    where = _Lines(physical, finding.filename, finding.cell)
    found: _Object = {
        "message": f"{finding.message}{in_cell(finding.cell, finding.location)}",
        "location": {"path": finding.filename, "range": where.range(start, end)},
        "severity": finding.severity.upper(),
        "code": {"value": finding.code, "url": finding.url},
    }
    edit = _together(physical.edits(finding), where)
    if edit is not None and finding.fix and finding.fix.applicability != "display":
        found["suggestions"] = [{"range": where.range(edit.location, edit.end_location), "text": edit.content}]
    if finding.related:
        found["related_locations"] = [_related(related, physical) for related in finding.related]
    return found


def _related(related: Related, physical: Physical) -> _Object:
    start = physical.place(related.filename, related.cell, related.location) or START
    where = _Lines(physical, related.filename, related.cell)
    return {
        "message": f"{related.message}{in_cell(related.cell, related.location)}",
        "location": {"path": related.filename, "range": {"start": where.position(start)}},
    }


class _Lines:
    """The rows of one file, where they are known."""

    def __init__(self, physical: Physical, filename: str, cell: int | None) -> None:
        self._physical, self._filename, self._cell = physical, filename, cell

    def row(self, number: int) -> str | None:
        return self._physical.line(self._filename, self._cell, number)

    def position(self, location: Location) -> dict[str, int]:
        before = (self.row(location.row) or "")[: location.column - 1]
        extra = len(before.encode("utf-8", "surrogatepass")) - len(before)
        return {"line": location.row, "column": location.column + extra}

    def range(self, start: Location, end: Location) -> _Object:
        return {"start": self.position(start), "end": self.position(end)}

    def between(self, start: Location, end: Location) -> str | None:
        """The text from one place to another, None where a row is not known."""
        rows = [self.row(number) for number in range(start.row, end.row + 1)]
        if any(row is None for row in rows) or not rows:
            return None
        text = [row or "" for row in rows]
        text[-1] = text[-1][: end.column - 1]
        text[0] = text[0][start.column - 1 :]
        return "\n".join(text)


def _together(edits: tuple[Edit, ...], lines: _Lines) -> Edit | None:
    """Several edits, in order, as one; None when there is none, or the text between them is not known."""
    if not edits:
        return None
    whole = edits[0]
    for edit in edits[1:]:
        between = lines.between(whole.end_location, edit.location)
        if between is None or edit.location < whole.end_location:
            return None
        whole = Edit(whole.content + between + edit.content, whole.location, edit.end_location)
    return whole
