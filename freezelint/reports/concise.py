"""ruff's `concise` layout: one line per finding."""

from __future__ import annotations

from freezelint.findings import Finding
from freezelint.reports.place import paint, place
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """`train.py:12:5: FRZ102 message`, one a line."""
    return "".join(_line(finding, result.fixable(finding), color) for finding in result.findings)


def _line(finding: Finding, fixable: bool, color: bool) -> str:
    code = paint(finding.code, "red" if finding.severity == "error" else "yellow", color=color)
    return f"{place(finding.filename, finding.cell, finding.location)}: {code} {'[*] ' * fixable}{finding.message}\n"
