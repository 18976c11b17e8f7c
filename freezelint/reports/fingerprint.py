"""What names a finding from one run to the next, though the lines above it come and go."""

from __future__ import annotations

import hashlib
from collections import Counter

from freezelint.findings import Finding
from freezelint.reports.paths import shown
from freezelint.result import Result


def fingerprints(result: Result, root: str) -> list[str]:
    """One for each finding, in order: 32 hexadecimal digits, no two of them the same.

    They stand for the rule, the file from `root` on, the text of the first row (blanks apart) and which of several
    such it is: neither rows nor cells, nor the words of the message, which are better in the next release. Where the
    text is not known, in a file that cannot be read, the message stands for it.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for finding in result.findings:
        what = finding.code, shown(finding.filename, root), _context(finding, result)
        seen[what] += 1
        text = "\0".join((*what, str(seen[what])))
        found.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return found


def _context(finding: Finding, result: Result) -> str:
    lines = result.lines.get((finding.filename, finding.cell), ())
    row = finding.location.row
    return " ".join(lines[row - 1].split()) if 1 <= row <= len(lines) else finding.message
