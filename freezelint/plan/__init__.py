"""`freezelint plan`: what each training call of a program will train, told from its source."""

from __future__ import annotations

from freezelint.plan.predict import plan_source, plan_text
from freezelint.plan.rows import Plan, PlannedCall

__all__ = ["Plan", "PlannedCall", "plan_source", "plan_text"]
