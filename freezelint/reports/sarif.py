"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import json
import os
from typing import Any

from freezelint import __version__
from freezelint.findings import Finding, Location, Related
from freezelint.reports import sarif_rules
from freezelint.reports.fingerprint import fingerprints
from freezelint.reports.paths import file_uri, relative, repository_root, uri
from freezelint.reports.physical import START, Physical
from freezelint.reports.place import in_cell
from freezelint.result import INCOMPLETE, Result
from freezelint.rules import REPOSITORY

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# The name that GitHub and CodeQL give the folder that file names count from.
_ROOT = "%SRCROOT%"
# Findings about a run that did not see everything; a syntax error is one about the code as well.
_NOTIFIED = INCOMPLETE | {"FRZ900"}
_CONTEXT = 2  # rows before and after a finding
_LONGEST = 4000  # characters: the one line of a minified notebook is no context
_Object = dict[str, Any]


def render(result: Result, *, color: bool = False) -> str:
    """One log with one run; `color` changes nothing.

    File names count from the repository (the nearest folder with `.git`, else the working directory), those outside
    of it are whole `file:` URIs. A notebook's regions are rows and columns of its JSON, and the message names the
    cell. What kept the run from doing its whole job is no result but a notification of the invocation.
    """
    root = repository_root()
    places = _Places(Physical(result), root)
    found = [
        (finding, name)
        for finding, name in zip(result.findings, fingerprints(result, root), strict=True)
        if finding.code not in INCOMPLETE
    ]
    codes = sorted({finding.code for finding, _ in found})
    notified = [finding for finding in result.findings if finding.code in _NOTIFIED]
    driver: _Object = {
        "name": "freezelint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": REPOSITORY,
        "rules": [sarif_rules.descriptor(code) for code in codes],
    }
    if notified:
        driver["notifications"] = [sarif_rules.descriptor(code) for code in sorted({f.code for f in notified})]
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(result, notified, places)],
        "originalUriBaseIds": {_ROOT: {"uri": _folder_uri(root)}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, name, codes.index(finding.code), places) for finding, name in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _folder_uri(folder: str) -> str:
    """The URI of a folder, which ends in a slash so that names can be put behind it."""
    return file_uri(folder).rstrip("/") + "/"


class _Places:
    """Findings to the locations of SARIF."""

    def __init__(self, physical: Physical, root: str) -> None:
        self.physical = physical
        self._root = root

    def artifact(self, filename: str) -> _Object:
        path = relative(filename, self._root)
        if path is None:
            return {"uri": file_uri(os.path.abspath(filename))}
        return {"uri": uri(path), "uriBaseId": _ROOT}

    def finding(self, finding: Finding) -> _Object:
        start, end = self.physical.span(finding) or (START, START)
        location = self._location(finding.filename, finding.cell, region(start, end))
        context = self._context(finding, start, end)
        if context is not None:
            location["physicalLocation"]["contextRegion"] = context
        return location

    def _context(self, finding: Finding, start: Location, end: Location) -> _Object | None:
        """The rows around a finding, for who has no checkout; None where they are not known or too much to show."""
        lines = {}
        for row in range(max(1, start.row - _CONTEXT), end.row + _CONTEXT + 1):
            line = self.physical.line(finding.filename, finding.cell, row)
            if line is not None:
                lines[row] = line
        while lines and max(lines) > end.row and not lines[max(lines)].strip():
            del lines[max(lines)]  # also what split() leaves behind the last line end
        text = "\n".join(lines.values())
        if not lines or len(text) > _LONGEST:
            return None
        return {"startLine": min(lines), "endLine": max(lines), "snippet": {"text": text}}

    def related(self, related: Related, number: int) -> _Object:
        start = self.physical.place(related.filename, related.cell, related.location) or START
        location = self._location(related.filename, related.cell, region(start, None))
        text = f"{related.message}{in_cell(related.cell, related.location)}"
        return {"id": number, **location, "message": {"text": text}}

    def _location(self, filename: str, cell: int | None, where: _Object) -> _Object:
        location: _Object = {"physicalLocation": {"artifactLocation": self.artifact(filename), "region": where}}
        if cell is not None:
            location["logicalLocations"] = [{"name": f"cell {cell}", "kind": "module"}]
        return location


def region(start: Location, end: Location | None) -> _Object:
    """A region; its end is the place behind the last character, as with us. None leaves the end open."""
    found = {"startLine": start.row, "startColumn": start.column}
    if end is not None:
        found |= {"endLine": end.row, "endColumn": end.column}
    return found


def _result(finding: Finding, fingerprint: str, index: int, places: _Places) -> _Object:
    found: _Object = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": f"{finding.message}{in_cell(finding.cell, finding.location)}"},
        "locations": [places.finding(finding)],
        "partialFingerprints": {"freezelintContext/v1": fingerprint},
        "properties": {"keras": finding.keras},
    }
    if finding.cell is not None:
        place = {"row": finding.location.row, "column": finding.location.column}
        found["properties"] |= {"cell": finding.cell, "location": place}
    if finding.related:
        found["relatedLocations"] = [places.related(one, number) for number, one in enumerate(finding.related, 1)]
    edits = places.physical.edits(finding)
    if finding.fix is not None and edits:
        replacements = [
            {"deletedRegion": region(edit.location, edit.end_location), "insertedContent": {"text": edit.content}}
            for edit in edits
        ]
        change = {"artifactLocation": places.artifact(finding.filename), "replacements": replacements}
        found["fixes"] = [
            {
                "description": {"text": finding.fix.message},
                "artifactChanges": [change],
                "properties": {"applicability": finding.fix.applicability},
            }
        ]
    return found


def _invocation(result: Result, notified: list[Finding], places: _Places) -> _Object:
    notifications: list[_Object] = [
        {
            "descriptor": {"id": finding.code, "index": index},
            "level": finding.severity,
            "message": {"text": finding.message},
            "locations": [places.finding(finding)],
        }
        for finding in notified
        for index in [sorted({one.code for one in notified}).index(finding.code)]
    ]
    notifications += [{"level": "error", "message": {"text": error}} for error in result.errors]
    invocation: _Object = {"executionSuccessful": result.complete}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation
