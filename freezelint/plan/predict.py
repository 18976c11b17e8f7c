"""A program's timeline to the rows of its plan."""

from __future__ import annotations

import os
from dataclasses import replace

from freezelint.plan import steps
from freezelint.plan.both import together
from freezelint.plan.moments import Moments, moments_of
from freezelint.plan.paths import settled, shortened
from freezelint.plan.rows import Plan, PlannedCall
from freezelint.plan.units import Unit, units
from freezelint.plan.verdicts import Verdict, verdicts
from freezelint.plan.words import Words
from freezelint.sources.load import follows, from_text
from freezelint.sources.source import Program, Source
from freezelint.target import Backend, Keras, Target
from freezelint.timeline import Timeline, build
from freezelint.timeline.detail.memory import Detail, Reading
from freezelint.timeline.events import Trained


def plan_text(text: str, filename: str = "<text>", *, keras: Keras = "3", backend: Backend = "tensorflow") -> Plan:
    """The plan of a program that is here as text.

    Raises UnreadableSource when it cannot be decoded, as `freezelint.sources.load` does.
    """
    source = from_text(text, filename, gated=False)
    return Plan(keras, ()) if source is None else plan_source(source, Target(keras, backend))


def plan_source(source: Source, target: Target) -> Plan:
    """The plan of a file that was read. Where nothing tells the generation it is that of Keras 3, with what Keras 2
    does otherwise.
    """
    backend = target.backend or "tensorflow"
    if target.keras is None:
        return together(_plan(source, "3", backend), _plan(source, "2", "tensorflow"))
    return _plan(source, target.keras, backend)


def _plan(source: Source, keras: Keras, backend: Backend) -> Plan:
    calls: list[PlannedCall] = []
    notes: list[str] = []
    for program in source.programs:
        found, remarks = _calls(program, source.filename, keras, backend, len(calls))
        calls += found
        notes += remarks
    return Plan(keras, tuple(calls), tuple(notes))


def _calls(
    program: Program, filename: str, keras: Keras, backend: Backend, first: int
) -> tuple[list[PlannedCall], list[str]]:
    """The rows of one program, and what is to be said about all of it."""
    detail = Detail(keras, skips_same=keras == "3" and backend == "tensorflow")
    timeline = build(program, detail, filename=filename if follows(filename) and os.path.isfile(filename) else None)
    happened = {id(event) for event in timeline.events}
    words = Words(timeline, program, keras)
    rows: list[PlannedCall] = []
    for unit in units(detail):
        if any(id(event) in happened for event in unit.events):
            index = first + len({row.index for row in rows})
            made = _rows(timeline, words, unit, keras, backend)
            rows += [replace(row, index=index, filename=row.filename or filename) for row in made]
    return rows, list(words.remarks({id(reading.event) for reading in detail.readings}))


def _rows(timeline: Timeline, words: Words, unit: Unit, keras: Keras, backend: Backend) -> list[PlannedCall]:
    """The row of a call; of a step of the program's own one for each model whose variables it updates."""
    if isinstance(unit.readings[0].event, Trained):
        return [_fitted(timeline, words, unit.readings[0], keras, backend)]
    machine = timeline.machine
    owners = dict.fromkeys(o.id for reading in unit.readings for o in reading.owners or ())
    rows = []
    for owner in owners:
        found = steps.of_owner(machine, unit.readings, owner, keras)
        for other in unit.traces:
            found = steps.agreed(found, steps.of_owner(machine, other, owner, keras))
        found = shortened(settled(found))
        rows.append(_row(timeline, words, unit, "apply_gradients", owner, found, words.groups(found)))
    if not rows:
        found = [Verdict("", "unknown", steps.doubt_of_lists(machine, unit.readings))]
        rows.append(_row(timeline, words, unit, "apply_gradients", None, found, words.groups(found)))
    return rows


def _fitted(timeline: Timeline, words: Words, reading: Reading, keras: Keras, backend: Backend) -> PlannedCall:
    event = reading.event
    assert isinstance(event, Trained)
    moments = moments_of(timeline.machine, reading, keras=keras, backend=backend)
    if reading.forward is not None and reading.forward.own_step:
        found = steps.of_train_step(timeline.machine, reading, moments, keras)
    else:
        found = verdicts(reading.layout, moments, keras=keras)
    overlooked = _overlooked(reading, moments, found, keras)
    found = shortened(settled(found))
    why = (*words.explain(found, moments, event), *words.overlooked(overlooked))
    return _row(timeline, words, Unit((reading,)), event.method, event.model, found, why)


def _overlooked(reading: Reading, moments: Moments, found: list[Verdict], keras: Keras) -> list[Verdict]:
    """What the flags of the moment would do where the call, going by older ones, does something else."""
    now = verdicts(reading.layout, Moments((reading.live,)), keras=keras)
    words = {verdict.path: verdict.word for verdict in found}
    wanted = [v for v in now if v.site is not None and {v.word, words.get(v.path)} == {"trains", "still"}]
    return shortened(settled(wanted)) if moments.how in ("compile", "trace") else []


def _row(
    timeline: Timeline,
    words: Words,
    unit: Unit,
    call: str,
    model: int | None,
    found: list[Verdict],
    why: tuple[str, ...],
) -> PlannedCall:
    elsewhere, cell, line = words.place(unit.site)
    lists = {word: tuple(v.path for v in found if v.word == word) for word in ("trains", "still", "unknown")}
    return PlannedCall(
        0, unit.repeats, call, elsewhere or "", cell, line, "" if model is None else words.model(model),
        lists["trains"], lists["still"], lists["unknown"], why, unit.perhaps,
    )  # fmt: skip
