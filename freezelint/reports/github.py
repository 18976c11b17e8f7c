"""GitHub Actions workflow commands: findings become annotations on the changed lines."""

from __future__ import annotations

from freezelint.findings import Finding
from freezelint.reports.paths import relative, repository_root
from freezelint.reports.physical import Physical
from freezelint.reports.place import place
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """One `::error` or `::warning` command per finding; file names count from the repository.

    A notebook's lines are those of its JSON, which the diff of a pull request shows. `color` changes nothing.
    """
    root, physical = repository_root(), Physical(result)
    return "".join(_command(finding, root, physical) for finding in result.findings)


def _data(text: str) -> str:
    """Escape a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(finding: Finding, root: str, physical: Physical) -> str:
    name = relative(finding.filename, root) or finding.filename
    properties = [f"title=freezelint ({finding.code})", f"file={_property(name)}"]
    span = physical.span(finding)
    if span is not None:
        start, end = span
        properties += [
            f"line={start.row}",
            f"col={start.column}",
            f"endLine={end.row}",
            f"endColumn={end.column}",
        ]
    where = place(finding.filename, finding.cell, finding.location)
    message = _data(f"{where}: {finding.code} {finding.message}")
    return f"::{finding.severity} {','.join(properties)}::{message}\n"
