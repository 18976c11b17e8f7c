"""Deep calls do not take memory from the system again and again."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from freezelint.timeline.room import with_room

resource = pytest.importorskip("resource", reason="page faults are counted by POSIX systems only")


def _leaf(*values: object) -> int:
    return len(values)


def _deep(depth: int) -> None:
    """At this depth of the stack, call something 200 times."""
    if depth:
        return _deep(depth - 1)
    for _ in range(200):
        _leaf(*range(40))
    return None


def _most_faults(call: Callable[[int], object]) -> int:
    """The most page faults that `call` has at any depth up to the length of several chunks."""
    most = 0
    for depth in range(300):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        call(depth)
        most = max(most, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return most


@pytest.mark.skipif(
    sys.platform != "linux" or sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info < (3, 13),
    reason="CPython 3.11 and 3.12 have the chunks and no cache of them, and Linux counts each as a page fault",
)
def test_a_deep_call_at_the_end_of_a_chunk_costs_a_page_fault_each_time() -> None:
    assert _most_faults(_deep) >= 200


def test_with_room_no_depth_is_the_end_of_a_chunk() -> None:
    assert _most_faults(with_room(_deep)) < 150


def test_the_function_stays_what_it_is() -> None:
    def sum_of(first: int, *, second: int = 2) -> int:
        """Both."""
        return first + second

    roomy = with_room(sum_of)
    assert (roomy(1), roomy(1, second=5), roomy.__name__, roomy.__doc__) == (3, 6, "sum_of", "Both.")


def test_errors_pass_through() -> None:
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)()
