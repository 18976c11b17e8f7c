"""No program that Python accepts makes the walk raise: fixtures with any of their statements on some paths only.

What a statement does may then hold, not hold, or hold on one path; whoever reads it must know all three. Found so, on
real code: an optimizer, a saved file and a layer count that one branch alone had.
"""

from __future__ import annotations

import ast
import random

import pytest

from freezelint import Settings, check_source
from freezelint.plan import plan_text
from tests.evidence import FIXTURES

PROGRAMS = sorted(FIXTURES.glob("FRZ*/*.py"))
SHAPES = [
    "if maybe():\n    pass",
    "if maybe():\n    other()\nelse:\n    pass",
    "try:\n    pass\nexcept ValueError:\n    other()",
    "for item in items:\n    pass",
    "while maybe():\n    pass\n    if maybe():\n        break",
    "with maybe():\n    pass",
]
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Return, ast.Continue, ast.Break, ast.Nonlocal)
SETTINGS = [Settings.of(select=["ALL"], preview=True, keras_version=version) for version in ("2", "3")]


class Detour(ast.NodeTransformer):
    """Puts statements, drawn by chance, under a branch or a loop."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.share = chance.choice([0.1, 0.3, 0.6])

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node, ast.stmt) or isinstance(node, KEPT) or self.chance.random() > self.share:
            return node
        (shape,) = ast.parse(self.chance.choice(SHAPES)).body
        for block in (getattr(shape, "body", []), getattr(shape, "orelse", [])):
            for number, statement in enumerate(block):
                if isinstance(statement, ast.Pass):
                    block[number] = node
        return shape


def detour(text: str, seed: int) -> str:
    return ast.unparse(ast.fix_missing_locations(Detour(random.Random(seed)).visit(ast.parse(text))))


@pytest.mark.parametrize("number", range(8))
def test_a_statement_on_some_paths_only_crashes_nothing(number: int) -> None:
    for path in PROGRAMS[number::8]:
        for seed in range(2):
            text = detour(path.read_text(encoding="utf-8"), seed)
            found = [f for settings in SETTINGS for f in check_source(text, path.name, settings)]
            assert [f.message for f in found if f.code in ("FRZ900", "FRZ904")] == [], text
        plan_text(text, keras="2")
        plan_text(text, keras="3")


def test_a_detour_is_python_and_holds_what_the_program_held() -> None:
    text = "a = 1\nfor b in c:\n    d()\n"
    detours = {detour(text, seed) for seed in range(200)}
    assert len(detours) > 50
    for one in detours:
        assert {"a", "b", "c", "d"} <= {n.id for n in ast.walk(ast.parse(one)) if isinstance(n, ast.Name)}
