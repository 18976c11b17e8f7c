"""How often each rule fired."""

from __future__ import annotations

import json
from collections import Counter

from freezelint.result import Result


def render(result: Result, *, output_format: str = "full") -> str:
    """A table of count, code and name, the most frequent first; json: an array, json-lines: objects."""
    counts = Counter((finding.code, finding.name) for finding in result.findings)
    rows = sorted(((count, code, name) for (code, name), count in counts.items()), key=lambda row: (-row[0], row[1]))
    objects = [{"code": code, "name": name, "count": count} for count, code, name in rows]
    if output_format == "json":
        return json.dumps(objects, indent=2) + "\n"
    if output_format == "json-lines":
        return "".join(json.dumps(row) + "\n" for row in objects)
    width = len(str(rows[0][0])) if rows else 0
    return "".join(f"{count:>{width}}  {code}  {name}\n" for count, code, name in rows)
