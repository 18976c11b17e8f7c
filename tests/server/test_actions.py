"""Where a comment that ignores a finding goes, and how a fix is offered."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls", reason="pygls is not installed: pip install 'freezelint[lsp]'")

from lsprotocol import types
from pygls.workspace import PositionCodec

from freezelint.findings import Applicability, Edit, Finding, Fix, Location
from freezelint.server.actions import actions, ignore
from freezelint.server.board import Shown

CODEC = PositionCodec()
CASES = {
    "x = 1\n": (1, "x = 1  # freezelint: ignore[FRZ102]\n"),
    "x = 1": (1, "x = 1  # freezelint: ignore[FRZ102]"),
    "x = 1\r\ny = 2\r\n": (1, "x = 1  # freezelint: ignore[FRZ102]\r\ny = 2\r\n"),
    "x = 1  # why\n": (1, "x = 1  # why  # freezelint: ignore[FRZ102]\n"),
    "x = 1  # freezelint: ignore[FRZ1] why\n": (1, "x = 1  # freezelint: ignore[FRZ1, FRZ102] why\n"),
    "f(\n  '''a\n  b''')\n": (2, "f(\n  '''a\n  b''')  # freezelint: ignore[FRZ102]\n"),
    "for x in y:\n    f()\n": (1, "for x in y:  # freezelint: ignore[FRZ102]\n    f()\n"),
    "x = \\\n  '😀'\n": (1, "x = \\\n  '😀'  # freezelint: ignore[FRZ102]\n"),
    "%matplotlib inline\nx = (1,\n": (1, "%matplotlib inline  # freezelint: ignore[FRZ102]\nx = (1,\n"),
}


@pytest.mark.parametrize("text", CASES)
def test_the_comment_goes_where_the_statement_ends(text: str) -> None:
    row, wanted = CASES[text]
    edit = ignore(text, row, "FRZ102", CODEC)
    lines = text.splitlines(keepends=True)
    place = CODEC.position_from_client_units(lines, edit.range.start)
    line = lines[place.line]
    lines[place.line] = line[: place.character] + edit.new_text + line[place.character :]
    assert "".join(lines) == wanted
    assert edit.range.start == edit.range.end


def finding(applicability: Applicability, code: str = "FRZ601") -> Shown:
    edit = Edit("trainable", Location(1, 8), Location(1, 17))
    fix = Fix(applicability, "write `trainable`", (edit,))
    found = Finding(code, "n", "error", "m", "a.py", None, Location(1, 1), Location(1, 5), fix=fix)
    return Shown(found, {("a.py", None, 1): "'😀'; x.trainabel = 1"})


@pytest.mark.parametrize(
    ("applicability", "kind", "preferred", "note"),
    [
        ("safe", "quickfix", True, ""),
        ("unsafe", "quickfix", None, " (changes what trains)"),
        ("display", "refactor.rewrite", None, " (a draft: read it before you keep it)"),
    ],
)
def test_how_far_a_fix_can_be_trusted(
    applicability: Applicability, kind: str, preferred: bool | None, note: str
) -> None:
    fix, comment = actions(finding(applicability), "file:///a.py", "x", CODEC, lambda filename, cell: "")
    assert (fix.title, fix.is_preferred) == (f"Write `trainable`{note}", preferred)
    assert fix.kind == types.CodeActionKind(kind)
    assert fix.edit is not None
    assert fix.edit.changes is not None
    (edit,) = fix.edit.changes["file:///a.py"]
    assert (edit.new_text, edit.range.start.character, edit.range.end.character) == ("trainable", 8, 17)
    assert comment.title == "Ignore FRZ601 here with a comment"


def test_what_cannot_be_ignored_is_not_offered() -> None:
    found = list(actions(finding("safe", "FRZ903"), "file:///a.py", "x", CODEC, lambda filename, cell: ""))
    assert [action.title for action in found] == ["Write `trainable`"]
