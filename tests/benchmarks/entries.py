"""Findings as `--output-format json` prints them."""

from __future__ import annotations

from typing import Any


def entry(code: str, row: int, message: str = "words", filename: str = "train.py", **more: Any) -> dict[str, Any]:
    """An entry of `--output-format json`, of which ecosystem.py reads these keys."""
    severity, cell = more.get("severity", "error"), more.get("cell")
    place = {"row": row, "column": more.get("column", 1)}
    return {"code": code, "message": message, "severity": severity, "filename": filename, "cell": cell,
            "location": place}  # fmt: skip
