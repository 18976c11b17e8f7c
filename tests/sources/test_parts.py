"""A text in parts is the text as a whole: the same statements in the same rows, and the same errors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from freezelint.sources import gate, parts
from freezelint.sources.source import Program, Segment
from freezelint.sources.trim import trim

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").rglob("*.py"))
#: Statements of the top level as they may stand in a file, each on rows of its own.
STATEMENTS = [
    '"""Doc.\n\ndef f():\nclass A:\n"""',
    "# only a comment",
    "import keras; import os",
    "x = '''\nif y:\n    a\nelse:\nb\n'''",
    "@one\n@two(\n1)\ndef f():\n    pass\n    # at the end of a body",
    "if x:\n  pass\nelif y:\n  pass\nelse:\n  pass",
    "try:\n    pass\n# between\nexcept E:\n    pass\nfinally:\n    pass",
    "y = [\n1,\n2\n]",
    "z = 1 + \\\n2",
    "match x:\n    case 1:\n        pass",
    "\f",
    "async def g():\n    await x",
    "f(\n'a'\n'b'\n)",
]
BROKEN = [
    "x = (",
    "x = '''",
    "    z = 1",
    "else:\n    pass",
    "def f():",
    "@one",
    "y = = 2",
    "x = 1 \\",
    "return = 2",
    "\x01",
]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_kept", None)
    parts.parts.cache_clear()
    parts.keep_parts()


def statements(found: tuple[parts.Part, ...]) -> list[tuple[str, int, int]]:
    """Each statement of the top level: what it is, its first and its last row in the text."""
    return [
        (ast.dump(node), node.lineno + part.before, (node.end_lineno or 0) + part.before)
        for part in found
        for node in part.tree.body
    ]


def whole(text: str) -> list[tuple[str, int, int]]:
    return statements((parts.Part(0, text, ast.parse(text)),))


def test_one_part_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_kept", None)
    (part,) = parts.parts("x = 1\ny = 2\n")
    assert (part.before, part.text, len(part.tree.body)) == (0, "x = 1\ny = 2\n", 2)
    assert parts.parts("x = = 1") == ()


def test_parts_are_statements(kept: None) -> None:
    found = parts.parts("# above\n\nx = 1\n\n# of f\ndef f():\n    pass\ny = 2")
    assert [(part.before, part.text) for part in found] == [
        (0, "# above\n\nx = 1\n\n# of f"),
        (5, "def f():\n    pass"),
        (7, "y = 2"),
    ]


@pytest.mark.parametrize("clause", ["elif x:", "else:", "except E:", "finally:"])
def test_a_clause_begins_no_part(clause: str, kept: None) -> None:
    opening = "if x:" if clause in ("elif x:", "else:") else "try:"
    found = parts.parts(f"x = 1\n{opening}\n    pass\n{clause}\n    pass\ny = 2")
    assert [part.before for part in found] == [0, 1, 5]


@pytest.mark.parametrize("first", STATEMENTS)
@pytest.mark.parametrize("second", STATEMENTS)
def test_any_two_statements(first: str, second: str, kept: None) -> None:
    for text in (f"{first}\n{second}\n", f"{first}\n\n{second}", f"x\n{first}\n{second}\nx\n"):
        assert statements(parts.parts(text)) == whole(text)
        assert "\n".join(part.text for part in parts.parts(text)) == text


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("around", STATEMENTS)
def test_an_invalid_text_has_no_parts(broken: str, around: str, kept: None) -> None:
    for text in (f"{broken}\n{around}\n", f"{around}\n{broken}\n", f"x\n{around}\n{broken}\n{around}\nx"):
        found = parts.parts(text)
        valid = gate.parse(text)
        assert statements(found) == (whole(text) if valid else [])


def test_only_what_changed_is_parsed_again(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.parts("x = 1\ndef f():\n    pass\ny = 2\n")
    parsed = []
    monkeypatch.setattr(parts, "parse", lambda text: parsed.append(text) or gate.parse(text))
    found = parts.parts("import os\nx = 1\ndef f():\n    return\ny = 2\n")
    assert parsed == ["import os", "def f():\n    return"]
    assert [part.before for part in found] == [0, 1, 2, 4]


def test_an_error_is_not_looked_for_statement_by_statement(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(parts, "parse", lambda text: read.append(len(text)) or gate.parse(text))
    text = "x = (\n" + "y = 1\n" * 1000
    assert parts.parts(text) == ()
    assert sum(read) < 4 * len(text)


def test_programs_are_trimmed_the_same(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [Program((Segment(path.read_text(encoding="utf-8")),)) for path in FIXTURES[::3]]
    in_parts = [trim(program) for program in programs]
    monkeypatch.setattr(parts, "_kept", None)
    parts.parts.cache_clear()
    for program, (trimmed, left) in zip(programs, in_parts, strict=True):
        expected, wanted = trim(program)
        assert (trimmed.segments[0].text, left) == (expected.segments[0].text, wanted)
