"""Findings as the protocol wants them: 0-based, columns in the units that client and server agreed on."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types
from pygls.workspace import PositionCodec

from freezelint.findings import Location
from freezelint.server.board import Shown

SOURCE = "freezelint"
_SEVERITIES = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}

Uri = Callable[[str, int | None], str]


def position(shown: Shown, codec: PositionCodec, filename: str, cell: int | None, place: Location) -> types.Position:
    """A place of a finding; its column counts characters, that of a position UTF-16 units or what was agreed on."""
    row = shown.lines.get((filename, cell, place.row), "")
    before = row[: place.column - 1].ljust(place.column - 1)
    return types.Position(place.row - 1, codec.client_num_units(before))


def range_of(shown: Shown, codec: PositionCodec, start: Location, end: Location) -> types.Range:
    """A range in the file of the finding."""
    where = shown.finding.filename, shown.finding.cell
    return types.Range(position(shown, codec, *where, start), position(shown, codec, *where, end))


def diagnostic(shown: Shown, codec: PositionCodec, uri: Uri) -> types.Diagnostic:
    """One finding with its page and the places that explain it."""
    finding = shown.finding
    related = []
    for note in finding.related:
        start = position(shown, codec, note.filename, note.cell, note.location)
        location = types.Location(uri(note.filename, note.cell), types.Range(start, start))
        related.append(types.DiagnosticRelatedInformation(location, note.message))
    return types.Diagnostic(
        range=range_of(shown, codec, finding.location, finding.end_location),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(finding.url) if finding.url else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == "FRZ901" else None,
        related_information=related or None,
    )
