"""Hold what a plan predicts for each training call of a program against what the verifier measured."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from freezelint.plan import Plan, PlannedCall
from generated.measure import Call, Outcome, Weight

BRANCH = re.compile(r"^\s*(?:if (?:True|x|y\d|epoch)\b|else:)", re.MULTILINE)


@dataclass(frozen=True)
class Disagreement:
    """Where the two halves differ: at which call, about which weight, and what each of them says."""

    line: int
    call: str
    path: str
    planned: str
    measured: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.call}: {self.path}: planned {self.planned}, measured {self.measured}"


@dataclass
class Tally:
    """Weights by what the plan said of them, and the reasons why it did not know."""

    calls: int = 0
    weights: int = 0
    predicted: int = 0
    idle: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)


def compare(text: str, plan: Plan, outcome: Outcome) -> Tally:
    """One program's tally.

    A call that raises is not judged, nor what would come after it. A row that never happens is a disagreement unless
    it may stand in a branch.
    """
    tally = Tally(calls=len(outcome.calls))
    rows = _rows_by_place(plan)
    used: Counter[object] = Counter()
    for call in outcome.calls:
        place = _place(call.call, call.line)
        given = rows.get(place, [])
        number = _row_of(call, given, used[place])
        used[place] = number + 1
        if number < len(given) or (given and given[-1].repeats):
            _judge(call, given[min(number, len(given) - 1)], tally)
        else:
            tally.disagreements.append(Disagreement(call.line, call.call, "", "no such call", "a call"))
    if not outcome.error and not BRANCH.search(text):
        for place, given in rows.items():
            tally.disagreements += [
                Disagreement(row.line, row.call, "", "a call", "no such call") for row in given[used[place] :]
            ]
    return tally


def _row_of(call: Call, given: list[PlannedCall], first: int) -> int:
    """The row of a call: the next one, or one behind it if those between may stand in branches that were not taken."""
    for number in range(first, len(given)):
        tally = Tally()
        _judge(call, given[number], tally)
        if not tally.disagreements:
            return number
        if not given[number].perhaps:
            break
    return first


def _rows_by_place(plan: Plan) -> dict[object, list[PlannedCall]]:
    """The rows in order, by what they have in common with a measured call.

    An optimizer that is given an empty list does nothing that could be met: such a row trains nothing.
    """
    rows: dict[object, list[PlannedCall]] = defaultdict(list)
    for row in plan.calls:
        if row.call != "apply_gradients" or row.trains or row.unknown:
            rows[_place(row.call, row.line)].append(row)
    return rows


def _place(call: str, line: int) -> object:
    """Calls and rows of one line have their order in common, those of optimizers their order alone."""
    return call if call == "apply_gradients" else (call, line)


def _judge(call: Call, row: PlannedCall, tally: Tally) -> None:
    if not _related(call, row):
        told = Disagreement(call.line, call.call, f"{row.model}, {call.model}", "another model", "a model")
        tally.disagreements.append(told)
    for weight in call.weights:
        planned = _state(row, call, weight.path)
        if planned is None and row.model != call.model:
            continue  # the plan speaks of a layer, the verifier of the model that holds it
        tally.weights += 1
        if planned == "unknown":
            tally.unknown[_reason(row, weight.path)] += 1
            continue
        tally.predicted += 1
        tally.idle += weight.idle
        if not _agree(planned, weight):
            measured = "moved" if weight.moved else "still"
            said = planned or "nothing about it"
            tally.disagreements.append(Disagreement(call.line, call.call, weight.path, said, measured))
    tally.disagreements += _ghosts(call, row)


def _related(call: Call, row: PlannedCall) -> bool:
    """Whether both speak of one model, or for the step of an optimizer of a model and of a part of it."""
    inside = {path.rpartition("/")[2] for path in call.layers}
    around = any(call.model in path.split("/") for path in (*row.trains, *row.unknown))
    shared = any(weight.moved for weight in call.weights) and all(
        row.state_of(weight.path) == "trains" for weight in call.weights if weight.moved
    )
    part = row.model.rpartition(".")[2] in inside or around or shared
    return row.model == call.model or (call.call == "apply_gradients" and part)


def _state(row: PlannedCall, call: Call, path: str) -> str | None:
    """What the plan says of a weight. Of two models that hold the same weights, one within the other, plan and
    verifier may each take another as the one that is trained."""
    if row.model == call.model:
        return row.state_of(path)
    return row.state_of(path) or row.state_of(f"{call.model}/{path}") or row.state_of(path.partition("/")[2])


def _agree(planned: str | None, weight: Weight) -> bool:
    """A weight whose gradient is exactly zero, or too small to show, is updated and does not move: that is neither."""
    if planned == "trains":
        return weight.moved or weight.idle
    return planned == "still" and not weight.moved


def _ghosts(call: Call, row: PlannedCall) -> Iterator[Disagreement]:
    """Paths that lead to no layer and no weight of the model."""
    if row.model != call.model:
        return
    known = call.layers | {weight.path for weight in call.weights} | {""}
    for word in ("trains", "still"):
        for path in getattr(row, word):
            if path not in known:
                yield Disagreement(call.line, call.call, path, word, "no such path")


def _reason(row: PlannedCall, path: str) -> str:
    """Why the plan does not know this weight, without what is this program's own: paths, code, lines."""
    owner = max((p for p in row.unknown if p == "" or f"{path}/".startswith(f"{p}/")), key=len, default="")
    told = [sentence.partition(": ") for sentence in row.why if ": frozen at " not in sentence]
    about = [reason for paths, _, reason in told if reason and (owner or "the model") in paths.split(", ")]
    reason = (about or [reason for _, _, reason in told if reason] or ["no reason given"])[0]
    return re.sub(r" \(?at (?:line )?\d+\)?|`[^`]*`", "", re.sub(r"\(at line \d+[^)]*\)", "", reason)).strip()
