"""The state file of a run: one JSON object a line, a header and then the chunks that are done."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
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
        file.write(json.dumps(line).encode() + b"\n")
        os.fsync(file.fileno())


def summary(chunks: Iterable[dict[str, Any]]) -> str:
    """What the chunks found, in lines of text."""
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    seconds = 0.0
    for chunk in chunks:
        total.update({k: chunk[k] for k in ("programs", "raised", "calls", "weights", "predicted", "idle")})
        total.update(disagreements=len(chunk["disagreements"]), crashes=len(chunk["crashes"]))
        reasons.update(chunk["unknown"])
        seconds += chunk["seconds"]
    unknown, weights = sum(reasons.values()), max(total["weights"], 1)
    lines = [
        f"{total['programs']} programs ({total['raised']} end with an exception), {total['calls']} training calls, "
        f"{total['weights']} weights; {seconds / max(total['programs'], 1):.2f} s per program",
        f"predicted {total['predicted']} ({total['predicted'] / weights:.2%}), of them {total['idle']} updated by a "
        f"gradient of zero; unknown {unknown} ({unknown / weights:.2%})",
        *(f"  unknown: {count} ({count / weights:.2%}) {reason}" for reason, count in reasons.most_common(12)),
        f"programs with a disagreement: {total['disagreements']}; that the plan does not survive: {total['crashes']}",
    ]
    return "\n".join(lines)
