"""Building a timeline: problems, cells, budgets, and never a crash."""

from __future__ import annotations

import asyncio
import email
import json
import unittest
from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint.sources.source import Program, Segment
from freezelint.timeline import Timeline, budget, build
from freezelint.timeline.events import Compared

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (json, email, asyncio, unittest)
LIBRARY = sorted(path for package in PACKAGES for path in Path(package.__path__[0]).rglob("*.py"))
FIXTURES = sorted((ROOT / "fixtures").glob("*/*.py"))


def build_text(*texts: str, cells: bool = False) -> Timeline:
    return build(Program(tuple(Segment(t, n + 1 if cells else None) for n, t in enumerate(texts))))


def test_a_segment_that_does_not_parse_is_a_problem_and_the_others_are_followed() -> None:
    timeline = build_text("import keras\nm = keras.Sequential()\n", "m.fit(x,\n", "m.trainable = False\n")
    assert [(p.segment, p.row, p.column) for p in timeline.problems] == [(1, 1, 6)]
    assert [timeline.span(e.at.site) for e in timeline.events] == [(1, 1, 1, 20)]


def test_names_go_from_cell_to_cell_and_the_last_comparison_of_a_cell_is_displayed() -> None:
    cells = ("import keras\nm = keras.Sequential()\n", "m.trainable == False\nm.trainable == False\n")
    displayed = [event.displayed for event in build_text(*cells, cells=True).of(Compared)]
    assert displayed == [False, True]
    assert [event.displayed for event in build_text(*cells).of(Compared)] == [False, False]


def test_an_empty_program() -> None:
    timeline = build(Program(()))
    assert (timeline.events, timeline.problems, timeline.complete) == ((), (), True)


def test_a_spent_budget_keeps_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import keras\nm = keras.Sequential()\nm.trainable = False\n" + "print(1)\n" * 100 + "m.trainable = True\n"
    assert len(build_text(text).events) == 2
    monkeypatch.setattr(budget, "limit", 100)
    timeline = build_text(text)
    assert (len(timeline.events), timeline.complete) == (1, False)


def test_calls_beyond_their_budget_make_everything_unknown(
    monkeypatch: pytest.MonkeyPatch, story: Callable[[str], list[str]]
) -> None:
    text = 'def f():\n    pass\nmodel.compile("sgd", "mse")\nf()\nmodel.fit(x, y)\n'
    assert story(text)[-1] == "5 fit model [] compiled 3, traced never"
    monkeypatch.setattr(budget, "CALL_BUDGET", 10)
    assert story(text)[-1] == "5 fit model [] compiled unknown, traced never"


NESTED = [
    "x = " + "(" * 80 + "1" + ")" * 80,
    "x = " + "[" * 80 + "]" * 80,
    "x = a" + ".b" * 700,
    "x = a" + "()" * 700,
    "x = " + "-" * 700 + "1",
    "x = " + " + ".join(["1"] * 700),
    "".join(" " * n + "if a:\n" for n in range(90)) + " " * 90 + "pass",
    "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(500)) + "\nf0()",
    "def f(): return f()\nf()",
    "def f(g): return g(g)\nf(f)",
    "class A(A): pass\nA()",
]


@pytest.mark.parametrize("text", NESTED, ids=range(len(NESTED)))
def test_deep_nesting_and_endless_recursion_never_raise(text: str) -> None:
    before = "import keras\nm = keras.Sequential()\nm.trainable = False\n"
    assert len(build_text(before, text + "\n").events) == 1


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_standard_library_is_walked_to_its_end(path: Path) -> None:
    timeline = build_text(path.read_text(encoding="utf-8"))
    assert (timeline.problems, timeline.complete) == ((), True)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name[:6]}/{path.stem}")
def test_a_fixture_without_any_one_of_its_lines_never_raises(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for left_out, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            timeline = build_text("".join(lines[:left_out] + lines[left_out + 1 :]))
            for event in timeline.events:
                assert timeline.span(event.at.site)[0] <= len(lines)
