"""ruff's `grouped` layout: a heading for each file, its findings below, in columns."""

from __future__ import annotations

from itertools import groupby

from freezelint.findings import Finding
from freezelint.reports.place import paint
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """Findings by file, a blank line after each file."""
    groups = groupby(result.findings, key=lambda finding: finding.filename)
    return "".join(_file(filename, list(findings), result, color) for filename, findings in groups)


def _file(filename: str, findings: list[Finding], result: Result, color: bool) -> str:
    places = [_place(finding) for finding in findings]
    before = max(len(place.rpartition(":")[0]) for place in places)
    after = max(len(place.rpartition(":")[2]) for place in places)
    text = [f"{paint(filename, 'bold', color=color)}:"]
    for place, finding in zip(places, findings, strict=True):
        row, _, column = place.rpartition(":")
        code = paint(finding.code, "red" if finding.severity == "error" else "yellow", color=color)
        text.append(f"  {row:>{before}}:{column:<{after}}  {code} {'[*] ' * result.fixable(finding)}{finding.message}")
    return "\n".join(text) + "\n\n"


def _place(finding: Finding) -> str:
    cell = f"cell {finding.cell}:" if finding.cell is not None else ""
    return f"{cell}{finding.location.row}:{finding.location.column}"
