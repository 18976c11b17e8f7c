"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import json

from freezelint.findings import Finding
from freezelint.reports.fingerprint import fingerprints
from freezelint.reports.paths import repository_root, shown
from freezelint.reports.physical import START, Physical
from freezelint.reports.place import in_cell
from freezelint.result import Result

_SEVERITIES = {"error": "major", "warning": "minor"}


def render(result: Result, *, color: bool = False) -> str:
    """An array with one issue per finding; paths count from the repository. `color` changes nothing."""
    root, physical = repository_root(), Physical(result)
    named = zip(result.findings, fingerprints(result, root), strict=True)
    return json.dumps([_issue(finding, name, root, physical) for finding, name in named], indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str, root: str, physical: Physical) -> dict[str, object]:
    start, end = physical.span(finding) or (START, START)
    return {
        "description": f"{finding.code}: {finding.message}{in_cell(finding.cell, finding.location)}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": shown(finding.filename, root), "lines": {"begin": start.row, "end": end.row}},
    }
