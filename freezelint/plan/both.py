"""A plan where nothing tells the generation: Keras 3's, with what Keras 2 does otherwise."""

from __future__ import annotations

from dataclasses import replace

from freezelint.plan.rows import Plan, PlannedCall

NOTE = "Nothing tells which Keras this runs on: planned for Keras 3, and where Keras 2 differs the call says so."


def together(three: Plan, two: Plan) -> Plan:
    """The calls of Keras 3, each with a sentence where the same call of Keras 2 does something else."""
    other = {(call.index, call.line, call.model): call for call in two.calls}
    calls = tuple(_compared(call, other.get((call.index, call.line, call.model))) for call in three.calls)
    return Plan("3", calls, (NOTE, *three.notes))


def _compared(call: PlannedCall, other: PlannedCall | None) -> PlannedCall:
    if other is None or (call.trains, call.still, call.unknown) == (other.trains, other.still, other.unknown):
        return call
    words = [
        f"{label} {', '.join(path or 'the model' for path in paths)}"
        for label, paths in (("trains", other.trains), ("still", other.still), ("unknown", other.unknown))
        if paths
    ]
    return replace(call, why=(*call.why, f"Keras 2 differs: {'; '.join(words)}"))
