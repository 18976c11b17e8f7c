"""The store: undo, take and merge, compared with plain dictionaries."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from freezelint.timeline.store import MISSING, Key, Store

KEYS = st.sampled_from([("a",), ("b",), ("c", 1), ("c", 2)])
CHANGES = st.dictionaries(KEYS, st.integers(0, 3))


def contents(store: Store) -> dict[Key, Any]:
    return {key: store.get(key) for key in store}


def filled(values: dict[Key, int]) -> Store:
    store = Store()
    for key, value in values.items():
        store.set(key, value)
    return store


def together(key: Key, before: Any, values: list[Any]) -> Any:
    return tuple(None if v is MISSING else v for v in values)


@given(CHANGES, CHANGES, CHANGES)
def test_undo_goes_back_to_the_mark_however_often_a_key_was_set(
    start: dict[Key, int], first: dict[Key, int], second: dict[Key, int]
) -> None:
    store = filled(start)
    mark = store.mark()
    for changes in (first, second):
        for key, value in changes.items():
            store.set(key, value)
    assert store.changes(mark) == {**first, **second}
    store.undo(mark)
    assert contents(store) == start


@given(CHANGES, CHANGES)
def test_take_gives_the_changes_and_leaves_no_trace_of_them(start: dict[Key, int], changes: dict[Key, int]) -> None:
    store = filled(start)
    mark = store.mark()
    for key, value in changes.items():
        store.set(key, value)
    assert store.take(mark) == changes
    assert contents(store) == start
    assert store.mark() == mark


@given(CHANGES, CHANGES)
def test_merging_one_outcome_applies_it(start: dict[Key, int], outcome: dict[Key, int]) -> None:
    store = filled(start)
    store.merge([outcome], together)
    assert contents(store) == {**start, **outcome}


@given(CHANGES, CHANGES, CHANGES)
def test_merge_asks_for_each_key_on_which_paths_differ_with_what_held_before(
    start: dict[Key, int], one: dict[Key, int], other: dict[Key, int]
) -> None:
    store = filled(start)
    store.merge([one, other], together)
    ends = [{**start, **one}, {**start, **other}]
    wanted = dict(start)
    for key in {*one, *other}:
        values = [end.get(key) for end in ends]
        missing = [key not in end for end in ends]
        wanted[key] = values[0] if values[0] is values[1] and not any(missing) else tuple(values)
    assert contents(store) == wanted


@given(CHANGES, CHANGES, CHANGES)
def test_a_merge_can_be_undone(start: dict[Key, int], one: dict[Key, int], other: dict[Key, int]) -> None:
    store = filled(start)
    mark = store.mark()
    store.merge([one, other], together)
    store.undo(mark)
    assert contents(store) == start


def test_a_join_may_say_that_a_key_does_not_exist_any_more() -> None:
    store = filled({("a",): 1})
    mark = store.mark()
    store.merge([{("a",): 2}, {}], lambda key, before, values: MISSING)
    assert contents(store) == {}
    store.undo(mark)
    assert contents(store) == {("a",): 1}
