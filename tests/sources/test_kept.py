"""What was made of a text is made once, and what was not used for long is forgotten."""

from __future__ import annotations

import pytest

from freezelint.sources.kept import Kept


def test_a_value_is_made_once() -> None:
    kept = Kept(100, lambda text: [text])
    assert kept.get("a") is kept.get("a")
    assert kept.get("a") == ["a"]


def test_equal_texts_are_told_apart_by_their_number() -> None:
    kept = Kept(100, lambda text: [text])
    assert kept.get("a", 1) is not kept.get("a")


def test_what_was_not_used_for_long_goes_first() -> None:
    kept = Kept(9, lambda text: [text])
    first, second = kept.get("aaa"), kept.get("bbb")
    kept.get("ccc")
    assert kept.get("aaa") is first
    kept.get("ddd")  # one too many: that of "bbb" goes
    assert kept.get("aaa") is first
    assert kept.get("bbb") is not second


def test_a_text_that_is_longer_than_all_is_kept_alone() -> None:
    kept = Kept(3, lambda text: [text])
    kept.get("a")
    long = kept.get("aaaaaa")
    assert kept.get("aaaaaa") is long


def test_an_error_is_raised_and_not_kept() -> None:
    made = []

    def make(text: str) -> int:
        made.append(text)
        return 1 // (len(made) - 1)

    kept = Kept(9, make)
    with pytest.raises(ZeroDivisionError):
        kept.get("a")
    assert kept.get("a") == 1
