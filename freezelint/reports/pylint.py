"""pylint's parseable layout, `path:line: [CODE] message`, which problem matchers of many editors and servers read."""

from __future__ import annotations

from freezelint.findings import Finding
from freezelint.reports.physical import START, Physical
from freezelint.reports.place import in_cell
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """One line per finding, in a notebook with the row of its JSON; `color` changes nothing."""
    physical = Physical(result)
    return "".join(_line(finding, physical) for finding in result.findings)


def _line(finding: Finding, physical: Physical) -> str:
    start, _ = physical.span(finding) or (START, START)
    message = " ".join(f"{finding.message}{in_cell(finding.cell, finding.location)}".split())
    return f"{finding.filename}:{start.row}: [{finding.code}] {message}\n"
