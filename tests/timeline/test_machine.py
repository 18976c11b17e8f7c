"""The machine: what holds when one of several paths was taken."""

from __future__ import annotations

from typing import Any

import libcst as cst
import pytest

from freezelint.timeline.budget import WALK_BUDGET, OutOfBudget
from freezelint.timeline.events import FlagEntry, FlagWritten, Moment, Site
from freezelint.timeline.machine import Machine, holder, truth
from freezelint.timeline.store import MISSING
from freezelint.timeline.values import UNKNOWN, Const, Items, Ref, Selection, Symbol, Value, Weight, Weights

SITE = Site(0, cst.Pass())


def machine() -> Machine:
    return Machine(lambda machine, node: UNKNOWN, lambda function: UNKNOWN, lambda node: None)


def entry(value: bool | None, order: int, *, certain: bool = True) -> FlagEntry:
    write = FlagWritten(Moment(order, SITE, (), ()), (0, ""), value, UNKNOWN, "", True)
    return FlagEntry((0, ""), value, write, certain)


EITHER: list[tuple[list[Value], Value]] = [
    ([Const(1), Const(1)], Const(1)),
    ([Const(1), Const(2)], UNKNOWN),
    # None stands for "not made yet": the object is the other one.
    ([Const(None), Ref(3)], Ref(3)),
    ([Ref(3), Const(None), Ref(3)], Ref(3)),
    ([Symbol("keras.layers.Dense"), Symbol("keras.layers.Conv2D")], UNKNOWN),
    ([Items((Const(1), Ref(3))), Items((Const(2), Ref(3)))], Items((UNKNOWN, Ref(3)))),
    ([Items((Const(1),)), Items((Const(1), Const(2)))], UNKNOWN),
]


@pytest.mark.parametrize(("values", "wanted"), EITHER)
def test_one_of_several_values(values: list[Value], wanted: Value) -> None:
    assert machine().either(values) == wanted


def test_one_of_two_models_is_an_object_of_its_own_that_is_not_known_to_be_new() -> None:
    m = machine()
    one, other = m.new("model", keras=True, fresh=True), m.new("model", keras=True, fresh=True)
    m.bind("small", one)
    made = m.either([one, other])
    assert isinstance(made, Ref)
    assert made not in (one, other)
    object = m.object(made)
    assert (object.kind, object.keras, object.fresh, m.label(made.id)) == ("model", True, False, "small")


def test_a_part_is_one_object_for_one_path_and_its_flags_are_not_known_to_be_new() -> None:
    m = machine()
    parent = m.new("model", keras=True, fresh=True)
    part = m.part(parent.id, "layers[3]", keras=True)
    assert (m.part(parent.id, "layers[3]"), m.object(part).fresh) == (part, False)
    assert m.part(parent.id, "layers[4]") != part


def test_one_of_two_lists_is_nothing_that_can_be_followed() -> None:
    m = machine()
    assert m.either([m.new("list"), m.new("list")]) == UNKNOWN


JOINS: list[tuple[str, list[Any], Any]] = [
    ("compiled", ["a", "b"], "unknown"),
    ("traced", [MISSING, "b"], "unknown"),
    ("children", [(1, 2), (2, 3)], (1, 2, 3)),
    ("closed", [True, MISSING], False),
    ("trained", [False, True], True),
    ("items", [(1,), (1,)], (1,)),
    ("items", [(1,), (2,)], None),
    ("name", [MISSING, Const(1)], Const(1)),
]


@pytest.mark.parametrize(("kind", "values", "wanted"), JOINS)
def test_join_by_kind_of_key(kind: str, values: list[Any], wanted: Any) -> None:
    assert machine().join((kind, 0), MISSING, values) == wanted


def test_flags_on_which_the_paths_differ_are_unknown_and_others_certain_only_if_every_path_wrote_them() -> None:
    m = machine()
    both = m.join(("flags", 0), {}, [{"": entry(False, 1)}, {"": entry(False, 2)}])
    differ = m.join(("flags", 0), {}, [{"": entry(False, 1)}, {"": entry(True, 2)}])
    one = m.join(("flags", 0), {}, [{"": entry(False, 1)}, MISSING])
    found = [(e.value, e.certain, e.write.at.order) for e in (both[""], differ[""], one[""])]
    assert found == [(False, True, 2), (None, False, 2), (False, False, 1)]


def test_arms_inside_a_loop_over_layers_are_parts_of_them_and_as_certain_as_the_loop() -> None:
    m = machine()
    m.closing = (7, 8)
    joined = m.join(("flags", 0), {}, [{"layers if #7": entry(False, 1)}, {}])
    assert joined["layers if #7"].certain


def test_the_walk_ends_when_its_budget_is_spent() -> None:
    m = machine()
    m.step(WALK_BUDGET)
    with pytest.raises(OutOfBudget):
        m.step()


def test_what_belongs_to_which_object_and_what_is_true() -> None:
    owners = [holder(v) for v in (Ref(1), Selection(2, "layers"), Weights(3, "weights"), Weight(4, "kernel"), UNKNOWN)]
    assert owners == [1, 2, 3, 4, None]
    assert [truth(v) for v in (Const(0), Const("a"), Items(()), Items((UNKNOWN,)), Ref(1), UNKNOWN)] == [
        False,
        True,
        False,
        True,
        None,
        None,
    ]
