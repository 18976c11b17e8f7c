"""What was seen in a function is remembered by its text, and is what another look would see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from freezelint.sources import gate_ast, seen_before
from freezelint.sources.source import Program, Segment
from freezelint.sources.trim import trim

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").rglob("*.py"))
FREEZES = "@wrap\ndef stop(m):\n    m.freeze()\n"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[seen_before.Key, gate_ast.Look]:
    monkeypatch.setattr(seen_before, "_kept", None)
    seen_before.keep_looks()
    assert seen_before._kept is not None
    return seen_before._kept


def function(text: str, number: int = 0) -> ast.FunctionDef:
    (*_, node) = (n for n in ast.parse(text).body[: number + 1] if isinstance(n, ast.FunctionDef))
    return node


def test_the_same_text_is_looked_at_once(kept: object, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seen_before.look(function(FREEZES), FREEZES)
    monkeypatch.setattr(gate_ast, "look", None)
    moved = f"import keras\n\n{FREEZES}"
    assert seen_before.look(function(moved, 2), moved) is first


@pytest.mark.parametrize("other", [FREEZES.replace("freeze", "show"), FREEZES.replace("@wrap", "@freeze")])
def test_another_body_or_decorator_is_another_text(kept: object, other: str) -> None:
    seen_before.look(function(FREEZES), FREEZES)
    assert seen_before.look(function(other), other) == gate_ast.look(function(other), whole=True)


def test_carriage_returns_are_not_counted(kept: dict[seen_before.Key, gate_ast.Look]) -> None:
    text = "x = 1\rdef stop(m):\n    m.freeze()\n"
    assert seen_before.look(function(text, 1), text).loud
    assert not kept


def test_what_is_kept_is_bounded(kept: dict[seen_before.Key, gate_ast.Look], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_before, "MOST", 2)
    for number in range(5):
        text = f"def f(m):\n    m.x{number}()\n"
        seen_before.look(function(text), text)
    assert len(kept) <= 2


def test_programs_are_trimmed_the_same_the_second_time(kept: dict[seen_before.Key, gate_ast.Look]) -> None:
    programs = [Program((Segment(path.read_text(encoding="utf-8")),)) for path in FIXTURES[::5]]
    first = [trim(program) for program in programs]
    assert kept
    assert [trim(program) for program in programs] == first
    kept.clear()
    assert [trim(program) for program in programs] == first
