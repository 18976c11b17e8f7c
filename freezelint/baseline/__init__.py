"""Baselines: the findings that a project has accepted for now, counted, so that only new ones are reported.

A finding is known by its file, its rule and its context (freezelint/baseline/context.py), never by its line.
"""

from __future__ import annotations

from freezelint.baseline.compare import NEVER, Comparison, compare
from freezelint.baseline.file import Baseline, BaselineError, Key, read, write

__all__ = ["NEVER", "Baseline", "BaselineError", "Comparison", "Key", "compare", "read", "write"]
