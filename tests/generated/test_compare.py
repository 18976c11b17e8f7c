"""What counts as a disagreement, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from freezelint.plan import Plan, PlannedCall
from generated.compare import compare
from generated.measure import Call, Outcome, Weight


def planned(
    *,
    line: int = 5,
    call: str = "fit",
    model: str = "model",
    repeats: bool = False,
    perhaps: bool = False,
    **lists: tuple[str, ...],
) -> PlannedCall:
    words: dict[str, Any] = {"trains": (), "still": (), "unknown": (), "why": (), **lists}
    return PlannedCall(0, repeats, call, "p.py", None, line, model, **words, perhaps=perhaps)


def measured(
    *moved: str, still: tuple[str, ...] = (), idle: tuple[str, ...] = (), line: int = 5, call: str = "fit"
) -> Call:
    weights = [Weight(path, True, False) for path in moved]
    weights += [Weight(path, False, path in idle) for path in (*still, *idle)]
    layers = {weight.path.rpartition("/")[0] for weight in weights}
    layers |= {path.partition("/")[0] for path in layers}
    return Call(call, line, "model", tuple(weights), frozenset(layers))


def told(rows: list[PlannedCall], calls: list[Call], *, text: str = "", error: str = "") -> list[str]:
    tally = compare(text, Plan("3", tuple(rows)), Outcome(tuple(calls), error))
    return [f"{d.path}: {d.planned}, {d.measured}" for d in tally.disagreements]


@pytest.mark.parametrize(
    ("row", "call"),
    [
        (planned(trains=("",), still=("d1",)), measured("d2/kernel", still=("d1/kernel", "d1/bias"))),
        (planned(trains=("d1",), still=("d1/kernel",)), measured("d1/bias", still=("d1/kernel",))),
        (planned(unknown=("d1",)), measured("d1/kernel", still=("d1/bias",))),
        (planned(trains=("d1",)), measured("d1/bias", idle=("d1/kernel",))),
    ],
)
def test_halves_that_agree_or_do_not_know(row: PlannedCall, call: Call) -> None:
    assert told([row], [call]) == []


@pytest.mark.parametrize(
    ("row", "call", "expected"),
    [
        (planned(still=("d1",)), measured("d1/kernel"), ["d1/kernel: still, moved"]),
        (planned(trains=("d1",)), measured(still=("d1/kernel",)), ["d1/kernel: trains, still"]),
        (planned(trains=("d1",)), measured("d1/kernel", "d10/kernel"), ["d10/kernel: nothing about it, moved"]),
        (planned(trains=("d1", "d2")), measured("d1/kernel"), ["d2: trains, no such path"]),
    ],
)
def test_halves_that_differ(row: PlannedCall, call: Call, expected: list[str]) -> None:
    assert told([row], [call]) == expected


def test_the_second_call_of_a_line_has_the_second_row() -> None:
    rows = [planned(trains=("d1",)), planned(still=("d1",))]
    assert told(rows, [measured("d1/kernel"), measured(still=("d1/kernel",))]) == []
    assert told(rows[:1], [measured("d1/kernel")] * 2) == [": no such call, a call"]


def test_a_row_of_a_branch_that_was_not_taken_is_left_out() -> None:
    still = measured(still=("d1/kernel",))
    assert told([planned(trains=("d1",), perhaps=True), planned(still=("d1",))], [still]) == []
    rows = [planned(trains=("d1",)), planned(still=("d1",))]
    assert told(rows, [still]) == ["d1/kernel: trains, still", ": a call, no such call"]
    assert told([planned(trains=("d1",), perhaps=True)], [still]) == ["d1/kernel: trains, still"]


def test_rounds_that_are_not_listed_are_like_the_last_one_that_is() -> None:
    rows = [planned(trains=("d1",)), planned(still=("d1",), repeats=True)]
    still = measured(still=("d1/kernel",))
    assert told(rows, [measured("d1/kernel"), still, still]) == []
    assert told(rows, [measured("d1/kernel"), still, measured("d1/kernel")]) == ["d1/kernel: still, moved"]


def test_a_row_that_never_happens_counts_unless_an_exception_or_a_branch_explains_it() -> None:
    rows = [planned(trains=("d1",)), planned(trains=("d1",), line=9)]
    calls = [measured("d1/kernel")]
    assert told(rows, calls) == [": a call, no such call"]
    assert told(rows, calls, error="ValueError") == []
    assert told(rows, calls, text="if True:\n    pass\n") == []


def test_steps_of_an_optimizer_go_by_their_order_and_an_empty_list_does_nothing() -> None:
    rows = [planned(line=3, call="apply_gradients", **lists) for lists in ({"still": ("d1",)}, {"trains": ("d1",)})]
    assert told(rows, [measured("d1/kernel", line=9, call="apply_gradients")]) == []
    assert told(rows[:1], []) == []
    assert told(rows[1:], []) == [": a call, no such call"]


@pytest.mark.parametrize("model", ["base", "inner"])
def test_plan_and_verifier_may_name_a_step_after_a_model_and_a_part_of_it(model: str) -> None:
    lists = {"trains": ("d1",), "still": ("d2",)} if model == "base" else {"trains": ("model/d1",), "still": ("model",)}
    row = planned(call="apply_gradients", model=model, **lists)
    prefix = "base/" if model == "base" else ""
    call = measured(f"{prefix}d1/kernel", still=(f"{prefix}d2/kernel",), call="apply_gradients")
    assert told([row], [call]) == []
    if model == "base":
        strange = planned(call="apply_gradients", model="self", **lists)
        assert told([strange], [call])[0] == "self, model: another model, a model"
    wrong = measured(f"{prefix}d1/kernel", f"{prefix}d2/kernel", call="apply_gradients")
    assert told([row], [wrong]) == [f"{prefix}d2/kernel: still, moved"]


def test_reasons_are_counted_by_weight_without_names_and_lines() -> None:
    why = (
        "Keras 3 uses the flags of its trace here",
        "d3: frozen at line 3 by `d3.trainable = False`",
        "d1, d4: given to `load(d1)` (at line 7)",
        "d2: only on some paths (at line 9 of cell 2)",
    )
    row = planned(unknown=("d1", "d2"), still=("d3",), why=why)
    call = measured("d1/kernel", "d1/bias", "d2/kernel", still=("d3/kernel",))
    tally = compare("", Plan("3", (row,)), Outcome((call,)))
    assert dict(tally.unknown) == {"given to": 2, "only on some paths": 1}
    assert (tally.weights, tally.predicted) == (4, 1)
