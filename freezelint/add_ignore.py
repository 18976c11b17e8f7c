"""Adds `# freezelint: ignore[FRZ102] reason` to the statements that findings point at. Nothing else changes.

A statement of one row gets the comment at its end. One of several rows (brackets, a string, a backslash), and a row
that IPython reads in its own way, gets it alone above. A comment of ours that is there takes the code into its list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from freezelint import suppress
from freezelint.findings import Edit, Finding, Location
from freezelint.fixes import document
from freezelint.fixes.text import Text
from freezelint.sources.gate import parse
from freezelint.sources.load import from_text
from freezelint.sources.source import Segment, Source, UnreadableSource


class CannotIgnore(Exception):
    """A file cannot take the comments. The text says why, without the name of the file."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One statement with findings: its segment, its rows in the file or cell, and the codes to ignore there."""

    segment: Segment
    rows: range
    codes: tuple[str, ...]

    def analysed(self, row: int) -> str:
        """A row as it was analysed: without prompts and margin, a magic replaced."""
        rows = self.segment.text.split("\n")
        at = row - self.segment.first_row
        return rows[at] if 0 <= at < len(rows) else ""


def add_ignores(data: bytes, filename: str, findings: Iterable[Finding], reason: str = "") -> bytes:
    """The bytes of a file with comments for findings that it has. CannotIgnore where that cannot be done safely.

    Encoding, byte order mark and line ends stay; of a notebook only the sources of cells change.
    """
    try:
        source, before = from_text(data, filename, gated=False), document.read(data, filename)
    except UnreadableSource as error:
        raise CannotIgnore(str(error)) from error
    if source is None:
        return data
    comments = [c for c in suppress.comments(source) if not c.noqa]
    edits: dict[int | None, list[Edit]] = {}
    texts = {cell: Text(piece) for cell, piece in before.pieces.items()}
    for place in _places(source, findings):
        cell = place.segment.cell
        edits.setdefault(cell, []).append(_edit(place, texts[cell], comments, reason))
    try:
        new = before.with_pieces({cell: texts[cell].edited(own) for cell, own in edits.items()})
    except UnicodeEncodeError as error:
        raise CannotIgnore(f"the reason does not fit its encoding, {before.encoding}: {error.reason}") from error
    _look_again(source, new, filename)
    return new


def _places(source: Source, findings: Iterable[Finding]) -> Iterator[_Place]:
    """The statements of findings, once each."""
    segments = [segment for program in source.programs for segment in program.segments]
    statements: dict[int, dict[int, range]] = {}
    codes: dict[tuple[int, range], set[str]] = {}
    for finding in findings:
        row = finding.location.row
        for number, segment in enumerate(segments):
            own = row - segment.first_row + 1
            if segment.cell == finding.cell and 1 <= own <= segment.text.count("\n") + 1:
                if number not in statements:
                    statements[number] = suppress.statements(segment.text)
                rows = statements[number].get(own, range(own, own + 1))
                codes.setdefault((number, rows), set()).add(finding.code)
    for (number, rows), own_codes in codes.items():
        offset = segments[number].first_row - 1
        shifted = range(rows.start + offset, rows.stop + offset)
        yield _Place(segments[number], shifted, tuple(sorted(own_codes)))


def _edit(place: _Place, text: Text, comments: list[suppress.Comment], reason: str) -> Edit:
    """The edit that ignores one statement's findings."""
    there = [c for c in comments if c.cell == place.segment.cell and c.rows == place.rows]
    for comment in there:
        row, column = comment.end_location.row, comment.end_location.column
        if comment.codes and text.rows[row - 1][column - 2 : column - 1] == "]":
            at = Location(row, column - 1)
            return Edit("".join(f", {code}" for code in place.codes), at, at)
    words = f"# freezelint: ignore[{', '.join(place.codes)}] {reason}".rstrip()
    first = place.rows.start
    original, analysed = text.rows[first - 1].rstrip(), place.analysed(first).strip()
    plain = original.endswith(analysed)
    taken = any(comment.location.row == first for comment in comments if comment.cell == place.segment.cell)
    if plain and len(place.rows) == 1 and not taken:
        end = Location(first, len(text.rows[first - 1]) + 1)
        return Edit(f"  {words}", Location(first, len(original) + 1), end)
    margin = len(original) - (len(analysed) if plain else len(original.lstrip()))
    return Edit(f"{original[:margin]}{words}\n", Location(first, 1), Location(first, 1))


def _look_again(source: Source, new: bytes, filename: str) -> None:
    """The program must be the one that it was: a comment that lands in a string, or in a magic, would change it."""
    try:
        after = from_text(new, filename, gated=False)
    except UnreadableSource as error:
        raise CannotIgnore(f"with the comments it could not be read: {error}") from error
    if after is None or _trees(source) != _trees(after):
        raise CannotIgnore("the comments would change the program; please report this bug, and write them by hand")


def _trees(source: Source) -> list[str | None]:
    trees = [parse(segment.text) for program in source.programs for segment in program.segments]
    return [ast.dump(tree) if tree is not None else None for tree in trees]
