"""Quick fixes: the edits of a finding's fix, and a comment that suppresses it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from lsprotocol import types
from pygls.workspace import PositionCodec

from freezelint.findings import Fix
from freezelint.server.board import Shown
from freezelint.server.diagnostics import Uri, diagnostic, range_of
from freezelint.settings.codes import NOT_IGNORABLE

_KINDS = {
    "safe": types.CodeActionKind.QuickFix,
    "unsafe": types.CodeActionKind.QuickFix,
    "display": types.CodeActionKind.RefactorRewrite,  # never part of "fix all"
}
_NOTES = {"safe": "", "unsafe": " (changes what trains)", "display": " (a draft: read it before you keep it)"}
KINDS = tuple(dict.fromkeys(_KINDS.values()))
_CODES = re.compile(r"#\s*freezelint:\s*ignore\s*\[[^\]]*(?=\])")


def actions(shown: Shown, uri: str, text: str, codec: PositionCodec, where: Uri) -> Iterator[types.CodeAction]:
    """What can be done about a finding in the document `uri` with this text: its fix, then a comment."""
    about = [diagnostic(shown, codec, where)]
    fix = shown.finding.fix
    if fix is not None and fix.edits:
        yield types.CodeAction(
            title=fix.message[:1].upper() + fix.message[1:] + _NOTES[fix.applicability],
            kind=_KINDS[fix.applicability],
            diagnostics=about,
            is_preferred=True if fix.applicability == "safe" else None,
            edit=types.WorkspaceEdit(changes={uri: _edits(shown, fix, codec)}),
        )
    code = shown.finding.code
    if code not in NOT_IGNORABLE and code not in ("FRZ901", "FRZ902"):
        edit = ignore(text, shown.finding.location.row, code, codec)
        yield types.CodeAction(
            title=f"Ignore {code} here with a comment",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=about,
            edit=types.WorkspaceEdit(changes={uri: [edit]}),
        )


def _edits(shown: Shown, fix: Fix, codec: PositionCodec) -> list[types.TextEdit]:
    return [
        types.TextEdit(range_of(shown, codec, edit.location, edit.end_location), edit.content) for edit in fix.edits
    ]


def ignore(text: str, row: int, code: str, codec: PositionCodec) -> types.TextEdit:
    """A comment at the end of the statement that the 1-based `row` is in; a comment there gets one more code."""
    lines = re.split(r"\r\n|\r|\n", text)
    last = _last_row(text, row)
    line = lines[last - 1]
    known = _CODES.search(line)
    if known is not None:
        column, content = known.end(), f", {code}"
    else:
        column, content = len(line.rstrip()), f"  # freezelint: ignore[{code}]"
    place = types.Position(last - 1, codec.client_num_units(line[:column]))
    return types.TextEdit(types.Range(place, place), content)


def _last_row(text: str, row: int) -> int:
    """The row in which the statement of `row` ends; the row itself where that cannot be told."""
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")).readline):
            if token.type == tokenize.NEWLINE:
                if first <= row <= token.start[0]:
                    return token.start[0]
                first = 0
            elif token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
                first = first or token.start[0]
    except (tokenize.TokenError, SyntaxError):
        pass
    return row
