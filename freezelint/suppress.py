"""Suppressions: `# freezelint: ignore[FRZ102]`, `# freezelint: file-ignore[FRZ102]`, `# noqa: FRZ102`.

A comment on any row of a statement (of a compound statement: of its header) covers that statement; one that
stands alone covers the statement below it. A `# noqa` covers the statement it is on, never the next.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from freezelint.findings import Finding, Location
from freezelint.sources.source import Segment, Source

_OWN = re.compile(r"#\s*freezelint:\s*(?P<what>[\w-]*)\s*(?P<bracket>\[(?P<codes>[^\]]*)(?P<closed>\])?)?")
_NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_MARKED = re.compile(r"freezelint\s*:|noqa", re.IGNORECASE)
_NO_TOKENS = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING)


@dataclass(slots=True)
class Comment:
    """One suppression: what it covers, where it stands, and the codes that it has suppressed so far.

    `codes` None covers every code; `rows` None covers the whole file. `idle` are codes that turned out unused.
    """

    codes: tuple[str, ...] | None
    cell: int | None
    rows: range | None
    location: Location
    end_location: Location
    noqa: bool = False
    invalid: str | None = None
    used: set[str] = field(default_factory=set)
    idle: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether the finding lies where this comment rules and has a code that it names."""
        if self.rows is not None and (finding.cell != self.cell or finding.location.row not in self.rows):
            return False
        return self.codes is None or finding.code in self.codes


@dataclass(frozen=True, slots=True)
class _Remark:
    """A comment token: its text and place, and the rows of the statement it belongs to."""

    text: str
    row: int
    column: int
    alone: bool
    rows: range


def comments(source: Source) -> list[Comment]:
    """All suppressions of a file, in order; a text that does not tokenize is read up to where it fails."""
    found: list[Comment] = []
    for program in source.programs:
        for segment in program.segments:
            if _MARKED.search(segment.text):
                for remark in _remarks(segment.text):
                    found.extend(_parse(remark, segment))
    return found


def statements(text: str) -> dict[int, range]:
    """The rows of the statement that each row belongs to; blank rows and comments that stand alone have none."""
    return _scan(text)[1]


def _remarks(text: str) -> list[_Remark]:
    """The comments of a text, each with the rows of its statement."""
    seen, found = _scan(text)
    alone_rows = {row for _, row, _, alone in seen if alone}
    return [_Remark(*comment, _ruled(comment[1], comment[3], found, alone_rows)) for comment in seen]


def _scan(text: str) -> tuple[list[tuple[str, int, int, bool]], dict[int, range]]:
    """The comments of a text (text, row, column, whether alone), and its logical lines as the tokenizer sees them."""
    seen: list[tuple[str, int, int, bool]] = []
    found: dict[int, range] = {}
    first = last = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            row, column = token.start
            if token.type == tokenize.COMMENT:
                seen.append((token.string, row, column, not token.line[:column].strip()))
            elif token.type == tokenize.NEWLINE:
                found.update(dict.fromkeys(range(first, row + 1), range(first, row + 1)))
                first = 0
            elif token.type not in _NO_TOKENS:
                first, last = first or row, token.end[0]
    except (tokenize.TokenError, SyntaxError):
        pass
    if first:
        found.update(dict.fromkeys(range(first, last + 1), range(first, last + 1)))
    return seen, found


def _ruled(row: int, alone: bool, statements: dict[int, range], alone_rows: set[int]) -> range:
    """The rows of the statement that a comment is on; if it stands alone, of the one it touches below."""
    if row in statements or not alone:
        return statements.get(row, range(row, row + 1))
    below = row
    while below in alone_rows and below not in statements:
        below += 1
    return statements.get(below, range(row, row + 1))


def _parse(remark: _Remark, segment: Segment) -> Iterator[Comment]:
    own, noqa = _OWN.search(remark.text), _NOQA.search(remark.text)
    for match in (own, noqa):
        if match is None:
            continue
        start = remark.column + match.start()
        end = remark.column + len(match.string[: match.end()].rstrip())
        location = segment.locate(remark.row, start + 1)
        end_location = segment.locate(remark.row, end + 1)
        offset = location.row - remark.row
        rows = range(remark.rows.start + offset, remark.rows.stop + offset)
        if match is own:
            yield _own_comment(match, Comment(None, segment.cell, rows, location, end_location))
            continue
        if location.row not in rows:  # a noqa never speaks for the statement below
            rows = range(location.row, location.row + 1)
        yield Comment(_codes(match["codes"]), segment.cell, rows, location, end_location, noqa=True)


def _codes(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(re.split(r"[,\s]+", text.strip().upper())) if text.strip() else ()


def _own_comment(match: re.Match[str], comment: Comment) -> Comment:
    """Read `ignore[...]` or `file-ignore[...]`; what is neither suppresses nothing and says so."""
    what = match["what"]
    if what not in ("ignore", "file-ignore"):
        comment.codes = ()
        comment.invalid = f"`freezelint: {what}` suppresses nothing; write `ignore[CODE]` or `file-ignore[CODE]`"
        return comment
    comment.codes = _codes(match["codes"])
    if match["bracket"] and not match["closed"]:
        comment.codes, comment.invalid = (), "the list of codes is not closed; write `]` after the last code"
    elif comment.codes == ():
        comment.invalid = "the list of codes is empty; name a code such as `FRZ102`"
    if what == "file-ignore":
        comment.rows = None
    return comment


def apply(findings: list[Finding], found: list[Comment]) -> list[Finding]:
    """The findings that no comment covers; the comments remember what they suppressed."""
    kept = []
    for finding in findings:
        covering = [comment for comment in found if comment.covers(finding)]
        for comment in covering:
            comment.used.add(finding.code)
        if not covering:
            kept.append(finding)
    return kept


def complaints(
    found: list[Comment], *, known: frozenset[str], selected: frozenset[str]
) -> Iterator[tuple[str, str, Comment]]:
    """What is wrong with the comments: (code, message, comment) of FRZ901 and FRZ902.

    A code is unused only when it is in `selected`: one that was not looked for may well be needed.
    """
    for comment in found:
        if comment.invalid:
            yield "FRZ902", comment.invalid, comment
        elif comment.codes is None:
            if not comment.used and not comment.noqa and selected:
                yield "FRZ901", "this comment suppresses nothing; remove it", comment
        else:
            yield from _about_codes(comment, known, selected)


def _about_codes(
    comment: Comment, known: frozenset[str], selected: frozenset[str]
) -> Iterator[tuple[str, str, Comment]]:
    from freezelint.settings.codes import nearest_code

    unused = []
    for code in comment.codes or ():
        if code in known:
            if code in selected and code not in comment.used and code not in ("FRZ901", "FRZ902"):
                unused.append(code)
        elif not comment.noqa or code.startswith("FRZ"):
            near = nearest_code(code)
            hint = f"did you mean `{near}`?" if near else "`freezelint rule --all` lists every code"
            yield "FRZ902", f"there is no rule `{code}`; {hint}", comment
    if unused:
        comment.idle = tuple(unused)
        names = ", ".join(f"`{code}`" for code in unused)
        rest = "it" if len(unused) == 1 else "them"
        yield "FRZ901", f"this comment suppresses no {names}; remove {rest}", comment
