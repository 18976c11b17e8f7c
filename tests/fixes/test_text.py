"""Edits leave the line ends of a text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freezelint.findings import Edit, Location
from freezelint.fixes.text import Text


def edit(content: str, row: int, column: int, last: int, end: int) -> Edit:
    return Edit(content, Location(row, column), Location(last, end))


def test_nothing_is_changed_by_no_edit() -> None:
    for text in ("", "a", "a\n", "a\r\nb", "\ufeffa\rb\n\n", "a\x0cb\u2028c\n"):
        assert Text(text).edited([]) == text


def test_new_rows_end_like_their_neighbour() -> None:
    text = Text("a = 1\r\nb = 2\nc = 3")
    assert text.edited([edit("\nx", 1, 6, 1, 6)]) == "a = 1\r\nx\r\nb = 2\nc = 3"
    assert text.edited([edit("\nx", 2, 6, 2, 6)]) == "a = 1\r\nb = 2\nx\nc = 3"
    assert text.edited([edit("\nx", 3, 6, 3, 6)]) == "a = 1\r\nb = 2\nc = 3\nx"
    assert Text("a\r\nb").edited([edit("\nx", 2, 2, 2, 2)]) == "a\r\nb\r\nx"


def test_a_byte_order_mark_counts_for_nothing() -> None:
    assert Text("\ufeffa = 1\n").edited([edit("b", 1, 1, 1, 2)]) == "\ufeffb = 1\n"


def test_several_edits_keep_their_places() -> None:
    edits = [edit("x", 1, 1, 1, 2), edit("", 2, 1, 3, 1), edit("z", 3, 1, 3, 2)]
    assert Text("a\nb\nc\n").edited(edits) == "x\nz\n"


@pytest.mark.parametrize("place", [(0, 1), (4, 1), (1, 3), (1, 0)])
def test_a_place_outside_is_an_error(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Text("a\nb\n").offset(Location(*place))


@given(st.text(alphabet="ab\r\n\u2028\x0b"))
def test_rows_are_those_of_the_analysis(text: str) -> None:
    assert Text(text).rows == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
