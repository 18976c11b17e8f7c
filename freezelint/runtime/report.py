"""Verdicts as data, and the ways to show them: a table, JSON, an exception."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["ok", "leak", "drift", "idle", "unmatched"]
Overall = Literal["passed", "failed", "nothing-moved"]

NO_GRADIENT = "no gradient"
ZERO_GRADIENT = "gradient zero"
NOT_LISTED = "not in the optimizer's update list"
BELOW_PRECISION = "update below precision"
LOSS_SCALING = "step skipped by loss scaling"
ACCUMULATING = "accumulation pending"
RATE_ZERO = "learning rate 0"
RATE_ZERO_NOW = "learning rate 0 at this step of the schedule"
UNKNOWN = "not measured"

# These hold for every step, whatever the data: they fail. The others may pass with the next batch.
PROVABLE = (NO_GRADIENT, NOT_LISTED, RATE_ZERO)


class FreezeViolation(AssertionError):
    """Variables did what they should not; the message is the table of offenders. `report` has all of them."""

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, slots=True)
class VariableReport:
    """One variable, or one replica of it: what its flag says, what the step updates, what moved.

    `updated` is None where no trace tells (eager steps); `changed_elements` is None for strings and lookup
    resources; `max_change` is NaN where no changed pair of elements can be subtracted; `replica` is None
    without replicas.
    """

    path: str
    layer: str
    shape: tuple[int, ...]
    dtype: str
    flag: str
    expected: str
    updated: bool | None
    moved: bool
    changed_elements: int | None
    max_change: float | None
    replica: int | None
    verdict: Verdict
    cause: str | None

    @property
    def failing(self) -> bool:
        """Leaks, drifts and idles that hold for every step fail; an idle that the data explains does not."""
        return self.verdict in ("leak", "drift", "unmatched") or (
            self.verdict == "idle" and self.cause is not None and self.cause.startswith(PROVABLE) and
            not self.cause.startswith(RATE_ZERO_NOW)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """Where a report was made: the Keras and TensorFlow versions, the device, the model's precision."""

    keras: str
    generation: str
    backend: str
    tensorflow: str
    device: str
    precision: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one trace does. `trace` is "existing", "fresh" or "eager", `via` the method whose trace it is.

    `error` is the exception that the step raised with this trace, in words; the answer then has no variables.
    """

    trace: str
    via: str
    verdict: Overall
    variables: tuple[VariableReport, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification.

    `variables` and `verdict` are those of the trace that the next `fit` will use: `existing` where there is
    one, else `fresh`. `difference` names the variables that the two treat differently.
    """

    call: str
    model: str
    steps: int
    verdict: Overall
    variables: tuple[VariableReport, ...]
    engine: Engine
    existing: Answer | None = None
    fresh: Answer | None = None
    difference: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    filename: str | None = None
    line: int | None = None

    @property
    def offenders(self) -> tuple[VariableReport, ...]:
        return tuple(v for v in self.variables if v.failing)

    def raise_for_violations(self) -> Report:
        """Raise FreezeViolation unless the verdict is "passed"; returns the report otherwise."""
        __tracebackhide__ = True
        if self.verdict != "passed":
            raise FreezeViolation(violation_message(self), self)
        return self

    def call_dict(self) -> dict[str, Any]:
        """One entry of "calls" in the JSON schema."""
        return {
            "call": self.call,
            "filename": self.filename,
            "line": self.line,
            "model": self.model,
            "steps": self.steps,
            "verdict": self.verdict,
            "variables": [variable_dict(v) for v in self.variables],
        }

    def to_dict(self) -> dict[str, Any]:
        """The JSON object: the schema of `freezelint verify`, and beside it both answers, difference and
        notes.
        """
        return {
            "schema": 1,
            "verdict": self.verdict,
            "engine": asdict(self.engine),
            "calls": [self.call_dict()],
            "existing": answer_dict(self.existing),
            "fresh": answer_dict(self.fresh),
            "difference": list(self.difference),
            "notes": list(self.notes),
        }

    def to_json(self, indent: int | None = 2) -> str:
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def to_table(self, *, only_offenders: bool = False) -> str:
        """All variables, or those that fail, as a plain text table with the verdict above and the notes
        below.
        """
        rows = self.offenders if only_offenders else self.variables
        lines = [headline(self), *table(rows)]
        answers = [a for a in (self.existing, self.fresh) if a is not None and a.error]
        lines.extend(f"with the {a.trace} trace the step raised {a.error}" for a in answers)
        lines.extend(self.difference)
        lines.extend(f"note: {note}" for note in self.notes)
        return "\n".join(lines)


def overall(variables: Iterable[VariableReport]) -> Overall:
    """No variable moved: "nothing-moved"; else "failed" if any fails, else "passed"."""
    found = tuple(variables)
    if not any(v.moved for v in found):
        return "nothing-moved"
    return "failed" if any(v.failing for v in found) else "passed"


def variable_dict(variable: VariableReport) -> dict[str, Any]:
    """As in the JSON schema; a largest change that is no number becomes null, JSON has no NaN."""
    data = asdict(variable)
    data["shape"] = list(variable.shape)
    if variable.max_change is not None and not math.isfinite(variable.max_change):
        data["max_change"] = None
    return data


def answer_dict(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "trace": answer.trace,
        "via": answer.via,
        "verdict": answer.verdict,
        "error": answer.error,
        "variables": [variable_dict(v) for v in answer.variables],
    }


def headline(report: Report) -> str:
    """The verdict in a sentence."""
    count = {kind: sum(v.verdict == kind for v in report.variables) for kind in ("leak", "drift", "idle")}
    moved = sum(v.moved for v in report.variables)
    place = f"{report.filename}:{report.line}: " if report.filename else ""
    told = {
        "passed": "every frozen variable stayed and what should train did",
        "failed": ", ".join(f"{n} {kind}" for kind, n in count.items() if n),
        "nothing-moved": "nothing moved at all, so the step shows nothing about freezing",
    }[report.verdict]
    return (
        f"{place}{report.call} of {report.model}: {report.verdict} ({told}; "
        f"{moved} of {len(report.variables)} variables moved)"
    )


def violation_message(report: Report) -> str:
    if report.verdict == "nothing-moved":
        return report.to_table()
    return report.to_table(only_offenders=True)


def table(rows: Iterable[VariableReport]) -> list[str]:
    """Aligned columns: what the flag says, what the step updates, what moved, the verdict."""
    cells = [("verdict", "variable", "flag", "updated", "changed", "largest change", "cause")]
    cells.extend(_row(variable) for variable in rows)
    if len(cells) == 1:
        return []
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _row(v: VariableReport) -> tuple[str, str, str, str, str, str, str]:
    size = math.prod(v.shape)
    name = v.path if v.replica is None else f"{v.path} (replica {v.replica})"
    updated = {True: "yes", False: "no", None: "?"}[v.updated]
    changed = "not comparable" if v.changed_elements is None else f"{v.changed_elements}/{size}"
    change = "" if not v.moved or v.max_change is None else f"{v.max_change:.3g}"
    return (v.verdict, name, v.flag, updated, changed, change, v.cause or "")
