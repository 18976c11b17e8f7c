"""GitHub Actions workflow commands: findings become annotations on the changed lines."""

from __future__ import annotations

from freezelint.findings import Finding
from freezelint.reports.place import place
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """One `::error` or `::warning` command per finding; `color` changes nothing."""
    return "".join(_command(finding) for finding in result.findings)


def _data(text: str) -> str:
    """Escape a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(finding: Finding) -> str:
    start, end = finding.location, finding.end_location
    properties = [f"title=freezelint ({finding.code})", f"file={_property(finding.filename)}"]
    # A notebook's rows count within the cell, and GitHub would take them for rows of the JSON file.
    if finding.cell is None:
        properties += [
            f"line={start.row}",
            f"col={start.column}",
            f"endLine={end.row}",
            f"endColumn={end.column}",
        ]
    where = place(finding.filename, finding.cell, start)
    message = _data(f"{where}: {finding.code} {finding.message}")
    return f"::{finding.severity} {','.join(properties)}::{message}\n"
