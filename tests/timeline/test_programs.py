"""Small programs in many idioms, most of them right: what every rule says about them, for both generations.

`programs/*.txt` holds them one after the other, each under a line `=== why`, with the notation of the fixtures.
All start with the prelude of conftest.py.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from freezelint import Settings, check_source

PROGRAMS = Path(__file__).parent / "programs"
EXPECT = re.compile(r"expect(?:\[keras([23])\])?: (FRZ\d{3}(?:, FRZ\d{3})*)")


def load() -> list[tuple[str, str]]:
    """(file and title, text) of every program."""
    found = []
    for path in sorted(PROGRAMS.glob("*.txt")):
        for chunk in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, text = chunk.partition("\n")
            found.append((f"{path.stem}: {title}", text))
    return found


ALL = load()


def expected(text: str, generation: str) -> Counter[tuple[int, str]]:
    found: Counter[tuple[int, str]] = Counter()
    for row, line in enumerate(text.splitlines(), start=1):
        _, mark, comment = line.partition("# expect")
        for only, codes in EXPECT.findall(f"expect{comment}") if mark else ():
            if only in ("", generation):
                found.update((row, code) for code in codes.split(", "))
    return found


@pytest.mark.parametrize("generation", ["2", "3"])
@pytest.mark.parametrize(("title", "text"), ALL, ids=[title for title, _ in ALL])
def test_every_rule_says_what_is_true_and_no_more(title: str, text: str, generation: str, prelude: str) -> None:
    text = prelude + text
    settings = Settings.of(select=["ALL"], preview=True, keras_version=generation, backend="tensorflow")
    found = Counter((f.location.row, f.code) for f in check_source(text, settings=settings))
    assert found == expected(text, generation)


@pytest.mark.parametrize(("title", "text"), ALL, ids=[title for title, _ in ALL])
def test_program_is_python(title: str, text: str) -> None:
    ast.parse(text)


def test_titles_are_unique_and_programs_that_are_right_outnumber_the_others() -> None:
    assert len({title for title, _ in ALL}) == len(ALL)
    assert sum("# expect" in text for _, text in ALL) * 2 < len(ALL)
