"""Verify freezing by executed steps: what the flags say, what the step updates, what moved.

TensorFlow and Keras are imported on first use, the Keras of the model at hand and no other.
"""

from __future__ import annotations

from freezelint.runtime.callback import FreezeGuard
from freezelint.runtime.expectation import Expectation, UnmatchedError
from freezelint.runtime.report import FreezeViolation, Report, VariableReport
from freezelint.runtime.verify import verify_step
from freezelint.runtime.watching import assert_frozen, watch

__all__ = [
    "Expectation",
    "FreezeGuard",
    "FreezeViolation",
    "Report",
    "UnmatchedError",
    "VariableReport",
    "assert_frozen",
    "verify_step",
    "watch",
]
