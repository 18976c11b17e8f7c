"""ruff's `full` layout: message, place, source frame, and the related places with their own source line."""

from __future__ import annotations

from freezelint.findings import Finding
from freezelint.reports.frame import frame
from freezelint.reports.place import paint, place
from freezelint.result import Result

#: How far a fix may be trusted, as a reader is told.
_APPLIED = {"safe": "safe fix", "unsafe": "unsafe fix", "display": "by hand"}


def render(result: Result, *, color: bool = False) -> str:
    """All findings, a blank line after each."""
    return "".join(_finding(finding, result, color) for finding in result.findings)


def _finding(finding: Finding, result: Result, color: bool) -> str:
    style = "red" if finding.severity == "error" else "yellow"
    rows = [finding.location.row + 2, *(related.location.row for related in finding.related)]
    gutter = len(str(max(rows)))
    arrow = " " * gutter + paint("-->", "blue", color=color)
    code = paint(finding.code, style, color=color) + " [*]" * result.fixable(finding)
    text = [
        f"{code} {paint(finding.message, 'bold', color=color)}",
        f"{arrow} {place(finding.filename, finding.cell, finding.location)}",
    ]
    lines = result.lines.get((finding.filename, finding.cell), ())
    text += frame(lines, finding.location, finding.end_location, context=2, gutter=gutter, color=color, style=style)
    for related in finding.related:
        text.append(f"{paint('note', 'cyan', color=color)}: {related.message}")
        text.append(f"{arrow} {place(related.filename, related.cell, related.location)}")
        lines = result.lines.get((related.filename, related.cell), ())
        text += frame(lines, related.location, None, context=0, gutter=gutter, color=color)
    if finding.fix:
        text.append(
            f"{paint('help', 'cyan', color=color)}: {finding.fix.message} ({_APPLIED[finding.fix.applicability]})"
        )
    if finding.url:
        text.append(f"{paint('help', 'cyan', color=color)}: `freezelint rule {finding.code}` or {finding.url}")
    return "\n".join(text) + "\n\n"
