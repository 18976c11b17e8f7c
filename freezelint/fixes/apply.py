"""Applies fixes to the bytes of a file: those that do not overlap at once, then again until nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from freezelint.file_check import check_data
from freezelint.findings import Finding, Fix, Location
from freezelint.fixes import document
from freezelint.fixes.text import Text
from freezelint.settings import Settings
from freezelint.sources.source import UnreadableSource

#: A file that is not at rest after so many rounds is left as it was: its fixes undo each other.
MOST_ROUNDS = 100

_Span = tuple[Location, Location]


@dataclass(slots=True)
class Fixed:
    """The bytes of a file after its fixes, how often each rule was fixed, and sentences about what went wrong."""

    data: bytes
    codes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def applicable(fix: Fix | None, *, unsafe: bool) -> bool:
    """Whether a fix may be applied: a safe one always, an unsafe one when asked for, one for display never."""
    return (
        fix is not None
        and bool(fix.edits)
        and (fix.applicability == "safe" or (unsafe and fix.applicability == "unsafe"))
    )


def fix_data(
    data: bytes, filename: str, settings: Settings, *, unsafe: bool, findings: Sequence[Finding] | None = None
) -> Fixed:
    """Apply fixes to a file until nothing changes. `findings` are those of its first round, None to look for them.

    A fix that would leave a text that does not parse is not applied. With `findings` given, comments that look unused
    in later rounds stay: another file may need them. Nothing is written.
    """
    fixed = Fixed(data)
    broken: set[tuple[object, ...]] = set()
    for number in range(MOST_ROUNDS):
        given = findings if number == 0 else None
        found = check_data(fixed.data, filename, settings).findings if given is None else given
        wanted = [f for f in found if f.filename == filename and applicable(f.fix, unsafe=unsafe)]
        own = [f for f in wanted if _key(f) not in broken and (number == 0 or findings is None or f.code != "FRZ901")]
        if not own:
            return fixed
        try:
            _round(fixed, filename, own, broken)
        except (UnreadableSource, UnicodeEncodeError, ValueError) as error:
            fixed.problems.append(f"{filename}: its fixes were not applied: {error}")
            return fixed
    names = ", ".join(sorted(fixed.codes))
    problem = f"{filename}: the fixes of {names} do not come to rest, nothing was changed. Please report this bug"
    return Fixed(data, problems=[problem])


def _round(fixed: Fixed, filename: str, findings: list[Finding], broken: set[tuple[object, ...]]) -> None:
    """Apply what does not overlap; if that does not parse, one after the other, without those that are to blame."""
    chosen = chosen_of(findings)
    before = document.parsable(fixed.data, filename)
    new = edited(fixed.data, filename, chosen)
    if document.parsable(new, filename) < before:
        for finding in chosen:
            alone = edited(fixed.data, filename, [finding])
            if document.parsable(alone, filename) == before:
                chosen, new = [finding], alone
                break
            broken.add(_key(finding))
            where = f"{filename}:{finding.location.row}"
            problem = f"{where}: the fix of {finding.code} would not parse and was left out. Please report this bug"
            fixed.problems.append(problem)
        else:
            return
    fixed.codes.update(finding.code for finding in chosen)
    fixed.data = new


def chosen_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those whose edits do not overlap, the earlier first, and equal fixes once.

    Two fixes that add the same text in different places wait for each other: the first may repair both.
    """
    chosen: list[Finding] = []
    taken: dict[int | None, list[_Span]] = {}
    added: set[tuple[str, str]] = set()
    for finding in findings:
        assert finding.fix is not None
        spans = [(edit.location, edit.end_location) for edit in finding.fix.edits]
        new = {(finding.code, edit.content.strip()) for edit in finding.fix.edits if edit.location == edit.end_location}
        busy = taken.setdefault(finding.cell, [])
        if new & added or any(_overlap(span, other) for span in spans for other in busy):
            continue
        chosen.append(finding)
        busy += spans
        added |= new
    return chosen


def edited(data: bytes, filename: str, findings: Iterable[Finding]) -> bytes:
    """The bytes of a file with the edits of these findings, which must not overlap."""
    before = document.read(data, filename)
    by_cell: dict[int | None, list[Finding]] = {}
    for finding in findings:
        by_cell.setdefault(finding.cell, []).append(finding)
    pieces = {
        cell: Text(before.pieces[cell]).edited(edit for f in own if f.fix for edit in f.fix.edits)
        for cell, own in by_cell.items()
    }
    return before.with_pieces(pieces)


def _overlap(one: _Span, other: _Span) -> bool:
    """Whether two edits touch the same text; two insertions at one place do."""
    return one == other or (one[0] < other[1] and other[0] < one[1])


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.cell, finding.message, finding.fix
