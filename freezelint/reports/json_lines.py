"""JSON lines: the objects of `json`, one a line, for streams."""

from __future__ import annotations

import json

from freezelint.reports.json import as_object
from freezelint.result import Result


def render(result: Result, *, color: bool = False) -> str:
    """One object per line, nothing where nothing was found; `color` changes nothing."""
    return "".join(json.dumps(as_object(finding)) + "\n" for finding in result.findings)
