"""Light repair of Python 2, so that the rest of an old script is still analysed.

The number of rows stays, and `print x` keeps its columns (`print(x)`: the blank turns into the bracket). A
repair counts only if the whole text then parses.
"""

from __future__ import annotations

import re

from freezelint.sources.gate import parse
from freezelint.sources.rows import mask

# All patterns run on masked text: strings are `"`, comments `#`, and for statements brackets `(`.
_STATEMENT = re.compile(
    r"(?m)(?:^|[:;])[ \t]*(?P<word>print|exec)"
    r"(?:(?P<gap>[ \t]+)(?!(?:in|is|and|or|if|for|else)\b)(?=[\w\"`~])|(?=[\"`]))(?P<rest>[^;\n#]*)"
)
_EXCEPT = re.compile(r"(?m)^[ \t]*except\s[^:#,\n]+(?P<comma>,[ \t]*)\w+[ \t]*:")
_RAISE = re.compile(r"(?m)(?:^|[:;])[ \t]*raise\s+[\w.]+(?P<comma>[ \t]*,[ \t]*)(?P<rest>[^,;\n#]+)")
_UNEQUAL = re.compile(r"<>")
_NUMBER = re.compile(r"(?<![\w.])(?P<zero>0)(?=[0-7]+(?![\w.]))|(?<![\w.])(?:0[xX][0-9a-fA-F]+|\d+)(?P<long>[lL])\b")
_BACKTICKS = re.compile(r"`(?P<inside>[^`\n]+)`")
_UNICODE_RAW = re.compile(r"(?<!\w)(?P<u>[uU])[rR](?=\")")

Edit = tuple[int, int, str]


def repair(text: str) -> str | None:
    """The text as Python 3 that the standard `ast` parses, or None where light repair does not get there."""
    masked = mask(text)
    edits = _statements(masked) + _clauses(masked) + _words(mask(text, flat=False))
    if not edits:
        return None
    repaired = _apply(text, edits)
    return repaired if parse(repaired) is not None else None


def _statements(masked: str) -> list[Edit]:
    """Brackets for `print x`, `exec x` and `raise E, x`."""
    edits: list[Edit] = []
    for match in _STATEMENT.finditer(masked):
        start, end = match.end("word"), match.start("rest") + len(match["rest"].rstrip())
        edits += [(start, start + bool(match["gap"]), "("), (end, end, ")")]
    for match in _RAISE.finditer(masked):
        end = match.start("rest") + len(match["rest"].rstrip())
        edits += [(*match.span("comma"), "("), (end, end, ")")]
    return edits


def _clauses(masked: str) -> list[Edit]:
    return [(*match.span("comma"), " as ") for match in _EXCEPT.finditer(masked)]


def _words(masked: str) -> list[Edit]:
    """Everything that is another word in Python 3, also inside brackets."""
    edits: list[Edit] = [(*match.span(), "!=") for match in _UNEQUAL.finditer(masked)]
    edits += [(*match.span("u"), " ") for match in _UNICODE_RAW.finditer(masked)]
    for match in _BACKTICKS.finditer(masked):
        edits += [(match.start(), match.start() + 1, "repr("), (match.end() - 1, match.end(), ")")]
    for match in _NUMBER.finditer(masked):
        edits.append((*match.span("zero"), "0o") if match["zero"] else (*match.span("long"), " "))
    return edits


def _apply(text: str, edits: list[Edit]) -> str:
    # At one place the edit that takes something away comes first: `repr(x))` closes inside out.
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text
