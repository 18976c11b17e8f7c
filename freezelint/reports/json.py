"""JSON: an array of findings with stable keys, for programs."""

from __future__ import annotations

import json

from freezelint.findings import Edit, Finding, Fix, Location, Related
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """The array of all findings, in ASCII so that any console can carry it; `color` changes nothing."""
    return json.dumps([as_object(finding) for finding in result.findings], indent=2) + "\n"


def _location(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}


def _related(related: Related) -> dict[str, object]:
    return {
        "message": related.message,
        "filename": related.filename,
        "cell": related.cell,
        "location": _location(related.location),
    }


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "content": edit.content,
        "location": _location(edit.location),
        "end_location": _location(edit.end_location),
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def as_object(finding: Finding) -> dict[str, object]:
    """A finding under the keys that others read; rows and columns from 1, in a notebook within the cell."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "filename": finding.filename,
        "cell": finding.cell,
        "location": _location(finding.location),
        "end_location": _location(finding.end_location),
        "keras": finding.keras,
        "url": finding.url,
        "related": [_related(related) for related in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
    }
