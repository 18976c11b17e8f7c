"""From the repair of a rule to the fix of a finding: edits in the rows and columns of the file or cell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from freezelint.findings import Edit, Finding, Fix, Location
from freezelint.fixes.editor import CannotRepair, Editor, Repair
from freezelint.sources.source import Segment, Source

if TYPE_CHECKING:
    from freezelint.rules.report import Report
    from freezelint.timeline import Timeline

Lines = Mapping[tuple[str, int | None], Sequence[str]]


def fix_of(report: Report, timeline: Timeline) -> Fix | None:
    """The fix that a rule gives its report; None where it has none for this place."""
    if report.fix is None:
        return None
    try:
        editor = Editor(timeline, report.site.segment)
        repair = report.fix(editor)
    except CannotRepair:
        return None
    if repair is None or _loses_comments(editor, repair):
        return None
    segment = timeline.segment(report.site.segment)[1]
    edits = [
        Edit(change.content, segment.locate(*change.span[:2]), segment.locate(*change.span[2:]))
        for change in repair.changes
    ]
    edits.sort(key=lambda edit: edit.location)
    return Fix(repair.applicability, repair.message, tuple(edits))


def _loses_comments(editor: Editor, repair: Repair) -> bool:
    """Whether a comment in the text that goes is not in the text that comes."""
    new = "".join(change.content for change in repair.changes)
    gone = "\n".join(editor.text(change.span) for change in repair.changes)
    return any(comment.rstrip() not in new for comment in re.findall(r"#[^\n]*", gone))


def fitted(findings: Iterable[Finding], source: Source, lines: Lines) -> list[Finding]:
    """The findings with fixes that fit the text as it is on disk, not only as it was analysed.

    Magics, repaired Python 2 and the prompts of a session are not what was analysed: a fix there is dropped.
    Behind a margin (a quotation, a list, an indented cell) new rows get that margin. `lines` holds the text by
    file name and cell, also that of other files.
    """
    segments: dict[int | None, list[Segment]] = {}
    for program in source.programs:
        for segment in program.segments:
            segments.setdefault(segment.cell, []).append(segment)
    found = []
    for finding in findings:
        if finding.fix is not None and finding.fix.edits and finding.filename == source.filename:
            rows = lines.get((finding.filename, finding.cell), ())
            finding = replace(finding, fix=_fitted(finding.fix, segments.get(finding.cell, []), rows))
        found.append(finding)
    return found


def _fitted(fix: Fix, segments: list[Segment], rows: Sequence[str]) -> Fix | None:
    """The same fix with its margins; None where the rows that it touches were analysed as something else."""
    edits = []
    for edit in fix.edits:
        position = bisect_right([segment.first_row for segment in segments], edit.location.row) - 1
        if position < 0:
            return None
        segment = segments[position]
        analysed = segment.text.split("\n")
        last = edit.end_location.row - (edit.end_location.column == 1 + segment.indent and not edit.content)
        for row in range(edit.location.row, last + 1):
            index = row - segment.first_row
            if segment.repaired or index >= len(analysed) or row > len(rows):
                return None
            written = rows[row - 1][segment.indent :]
            if written != analysed[index] and (written.strip() or analysed[index].strip()):
                return None
        margin = rows[edit.location.row - 1][: segment.indent]
        session = ">>>" in margin or "..." in margin
        if margin.strip(" \t>") or (session and "\n" in edit.content):
            return None
        edits.append(_with_margin(edit, margin))
    return replace(fix, edits=tuple(edits))


def _with_margin(edit: Edit, margin: str) -> Edit:
    """New rows behind the margin of the row that they go to; rows that go take their margin with them."""
    if not margin:
        return edit
    if edit.content:
        return replace(edit, content=edit.content.replace("\n", f"\n{margin}"))
    at_margin = 1 + len(margin)
    if edit.location.column == at_margin == edit.end_location.column:
        return Edit("", Location(edit.location.row, 1), Location(edit.end_location.row, 1))
    return edit
