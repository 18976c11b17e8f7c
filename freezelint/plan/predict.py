"""A program's timeline to the rows of its plan."""

from __future__ import annotations

from freezelint.plan.rows import Plan, PlannedCall
from freezelint.sources.load import from_text
from freezelint.sources.source import Program, Source
from freezelint.target import Keras, Target
from freezelint.timeline import Timeline, build
from freezelint.timeline.events import Trained


def plan_text(text: str, filename: str = "<text>", *, keras: Keras = "3", backend: str = "tensorflow") -> Plan:
    """The plan of a program that is here as text.

    Raises UnreadableSource when it cannot be decoded, as `freezelint.sources.load` does.
    """
    source = from_text(text, filename, gated=False)
    target = Target(keras, backend)  # type: ignore[arg-type]
    return Plan(keras, ()) if source is None else plan_source(source, target)


def plan_source(source: Source, target: Target) -> Plan:
    """The plan of a file that was read. Where the target's generation is open, it is made for Keras 3."""
    calls: list[PlannedCall] = []
    for program in source.programs:
        timeline = build(program)
        for event in timeline.of(Trained):
            calls.append(_row(timeline, program, source.filename, event, len(calls)))
    return Plan(target.keras or "3", tuple(calls))


def _row(timeline: Timeline, program: Program, filename: str, event: Trained, index: int) -> PlannedCall:
    row, column, _, _ = timeline.span(event.at.site)
    segment = program.segments[event.at.site.segment]
    line = segment.locate(row, column).row
    label = timeline.label(event.model)
    return PlannedCall(index, False, event.method, filename, segment.cell, line, label, (), (), ("",), ())
