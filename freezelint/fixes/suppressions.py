"""The fix of FRZ901: a suppression comment without the codes that suppress nothing, or no comment at all."""

from __future__ import annotations

import re

from freezelint.findings import Edit, Fix, Location
from freezelint.sources.source import Segment, Source
from freezelint.suppress import Comment


def fix_of(comment: Comment, source: Source) -> Fix | None:
    """What is left of a comment when its idle codes go; a reason that stood behind it goes with the last code.

    Safe: comments change no run.
    """
    segment = _segment(comment, source)
    if segment is None or segment.repaired:
        return None
    index = comment.location.row - segment.first_row
    row = segment.text.split("\n")[index]
    start, end = (place.column - 1 - segment.indent for place in (comment.location, comment.end_location))
    used = [code for code in comment.codes or () if code not in comment.idle]
    if used:
        old = row[start:end]
        listed = re.sub(r":.*" if comment.noqa else r"(?<=\[)[^\]]*", _joined(comment, used), old, count=1)
        edit = Edit(listed, comment.location, comment.end_location)
        return Fix("safe", "Remove the unused codes", (edit,))
    following = row.find("#", end)
    before = row[:start].rstrip()
    if following >= 0:
        edit = Edit("", comment.location, segment.locate(index + 1, following + 1))
    elif before:
        edit = Edit("", segment.locate(index + 1, len(before) + 1), segment.locate(index + 1, len(row) + 1))
    else:
        edit = _whole_row(segment, index, len(row))
    return Fix("safe", "Remove the comment", (edit,))


def _joined(comment: Comment, codes: list[str]) -> str:
    return (": " if comment.noqa else "") + ", ".join(codes)


def _whole_row(segment: Segment, index: int, length: int) -> Edit:
    """A row that goes with its line end; behind a margin (Markdown, an indented cell) only its text does."""
    last = index + 1 >= segment.text.count("\n") + 1
    if segment.indent or last:
        return Edit("", segment.locate(index + 1, 1), segment.locate(index + 1, length + 1))
    return Edit("", segment.locate(index + 1, 1), Location(segment.locate(index + 2, 1).row, 1))


def _segment(comment: Comment, source: Source) -> Segment | None:
    """The segment that a comment stands in."""
    for program in source.programs:
        for segment in program.segments:
            rows = segment.text.count("\n") + 1
            if segment.cell == comment.cell and 0 <= comment.location.row - segment.first_row < rows:
                return segment
    return None
