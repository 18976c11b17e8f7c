"""From flags, traces, updates and changes to a verdict for each variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from freezelint.runtime import report as words
from freezelint.runtime.engines import Engine
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.expectation import Judged
from freezelint.runtime.probes import Applied, Updates, scheduled
from freezelint.runtime.report import VariableReport, Verdict
from freezelint.runtime.snapshot import Change


def judge(
    engine: Engine,
    judged: Sequence[Judged],
    changes: Mapping[int, tuple[Change, ...]],
    *,
    written: set[int] | None,
    updates: Updates | None,
    steps: int,
) -> tuple[VariableReport, ...]:
    """One report per variable and replica.

    `changes` has each variable's changes by id of the variable that holds the values; `written` the resource
    handles that the trace may write, None where no trace tells; `updates` what the optimizers were given,
    None if not seen.
    """
    reports: list[VariableReport] = []
    for one in judged:
        inner = engine.inner(one.weight.variable)
        updated = _updated(one, inner, written, updates)
        parts = changes[id(inner)]
        for replica, change in enumerate(parts):
            verdict, cause = _verdict(one, change)
            if verdict == "idle":
                cause = idle_cause(engine, one.weight.variable, updated, updates, steps)
            reports.append(_report(one, change, updated, verdict, cause, replica if len(parts) > 1 else None))
    return tuple(reports)


def _updated(one: Judged, inner: Any, written: set[int] | None, updates: Updates | None) -> bool | None:
    """Whether the step updates a variable: by its trace, else by what the optimizers were given."""
    if written is not None:
        return any(h in written for h in backend.handles(inner))
    if updates is None or not updates.calls or one.weight.flag == "state":
        return None
    return any(call.has_gradient[index] for call, index in updates.listed(one.weight.variable))


def _verdict(one: Judged, change: Change) -> tuple[Verdict, str | None]:
    if not change.comparable:
        return "ok", "not comparable"
    if one.mask is not None and change.masked:
        return "leak", f"{change.masked} of the {int(one.mask.sum())} masked elements changed"
    if one.expected == "still" and change.moved:
        return ("drift" if one.weight.flag == "state" else "leak"), None
    if one.expected == "moves" and not change.moved:
        return "idle", None
    return "ok", None


def _report(
    one: Judged,
    change: Change,
    updated: bool | None,
    verdict: Verdict,
    cause: str | None,
    replica: int | None,
) -> VariableReport:
    dtype = one.weight.variable.dtype
    return VariableReport(
        path=one.weight.path,
        layer=one.weight.layer,
        shape=tuple(int(n) for n in one.weight.variable.shape),
        dtype=dtype if isinstance(dtype, str) else dtype.name,
        flag=one.weight.flag,
        expected=one.expected,
        updated=updated,
        moved=change.moved,
        changed_elements=change.elements,
        max_change=change.largest if change.comparable else None,
        replica=replica,
        verdict=verdict,
        cause=cause,
    )


def idle_cause(engine: Engine, variable: Any, updated: bool | None, updates: Updates | None, steps: int) -> str:
    """Why a variable that should train did not move."""
    calls = updates.listed(variable) if updates is not None else []
    if updates is not None and updates.calls and not calls:
        return words.NOT_LISTED
    if calls and not any(call.has_gradient[index] for call, index in calls):
        return words.NO_GRADIENT
    if updated is False:
        return words.NOT_LISTED
    for call, index in calls:
        if (cause := _call_cause(engine, call, index, steps)) is not None:
            return cause
    return words.UNKNOWN


def _call_cause(engine: Engine, call: Applied, index: int, steps: int) -> str | None:
    facts = None if call.facts is None else call.facts.numpy()
    if facts is not None and not facts[index, 2]:
        return None  # a trace that never ran, or a branch not taken
    scales = "LossScale" in type(call.optimizer).__name__
    if facts is not None and scales and facts[:, 1].any():
        return words.LOSS_SCALING
    if steps < engine.accumulation_steps(call.optimizer):
        return f"{words.ACCUMULATING} ({steps} of {engine.accumulation_steps(call.optimizer)} steps)"
    if call.rate == 0.0:
        return words.RATE_ZERO_NOW if scheduled(call.optimizer) else words.RATE_ZERO
    if facts is None:
        return None
    if not facts[index, 0]:
        return words.ZERO_GRADIENT
    return words.BELOW_PRECISION
