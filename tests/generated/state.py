"""The state file of a run: one JSON object a line, a header and then the chunks that are done."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def load(path: Path, header: dict[str, Any]) -> list[dict[str, Any]]:
    """The chunks of an earlier run; a line that was cut off is dropped. A new file gets the header.

    Raises:
        SystemExit: the file belongs to another seed, generation or grammar.
    """
    if not path.exists():
        append(path, header)
        return []
    whole = path.read_bytes()
    lines = whole[: whole.rfind(b"\n") + 1]
    if lines != whole:
        os.truncate(path, len(lines))
    found, *chunks = [json.loads(line) for line in lines.splitlines()] or [None]
    if found != header:
        raise SystemExit(f"{path} was begun with {found}, not with {header}: choose another file")
    return chunks


def append(path: Path, line: dict[str, Any]) -> None:
    """Add one line with one write, and have it on the disk."""
    with open(path, "ab", buffering=0) as file:
        file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        os.fsync(file.fileno())
