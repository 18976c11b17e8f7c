"""One file: read it, build its timelines, ask the rules, drop what is suppressed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from freezelint import rules, suppress
from freezelint.excerpt import lines_of
from freezelint.findings import Finding, Location, Related, Severity
from freezelint.settings import Settings
from freezelint.sources.load import from_text, load
from freezelint.sources.source import Program, Source, UnreadableSource
from freezelint.sources.trim import trim
from freezelint.target import Target, detect

if TYPE_CHECKING:
    from freezelint.rules.report import Report
    from freezelint.timeline import Timeline
    from freezelint.timeline.events import Site

START = Location(1, 1)
Lines = dict[tuple[str, int | None], tuple[str, ...]]


@dataclass(slots=True)
class FileResult:
    """The findings of one file, sorted, and the text that they point into."""

    findings: list[Finding] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)


def check_data(data: bytes | str, filename: str, settings: Settings) -> FileResult:
    """Check the bytes of one file, or a text (its cookie is void). What goes wrong is a 9xx finding."""
    try:
        source = from_text(data, filename, preview=settings.preview)
    except UnreadableSource as error:
        return FileResult([unreadable(filename, str(error))])
    if source is None:
        return FileResult()
    findings = check_loaded(source, settings)
    return FileResult(findings, lines_of(source, data) if findings else {})


def unreadable(filename: str, reason: str) -> Finding:
    """FRZ903 for a file that cannot be read."""
    return _own("FRZ903", "error", reason, filename)


def target_of(program: Program, filename: str, settings: Settings) -> Target:
    """The target of one program: the settings, the project that the file belongs to, or its own text."""
    keras, backend = settings.keras_version, settings.backend
    return detect(
        keras_version=keras,
        backend=backend,
        keras_origin=f"{settings.origin('keras-version')} = {keras}",
        backend_origin=f"{settings.origin('backend')} = {backend}",
        directory=os.path.dirname(os.path.abspath(filename)),
        text="\n".join(segment.text for segment in program.segments),
    )


def targets_of_file(filename: str, settings: Settings) -> list[Target]:
    """The targets of the programs of a file on disk; what the project tells alone when it cannot be read."""
    try:
        source = load(filename, gated=False)
    except UnreadableSource:
        source = None
    programs = source.programs if source else (Program(()),)
    return list(dict.fromkeys(target_of(program, filename, settings) for program in programs))


def check_loaded(source: Source, settings: Settings) -> list[Finding]:
    """The findings of a file that was read: sorted, once each, without those that a comment suppresses."""
    codes = settings.codes_for(source.filename)
    found: list[Finding] = []
    for program in source.programs:
        found.extend(_program_findings(program, source, settings))
    # Where a piece was not analysed, a suppression may be needed after all.
    incomplete = any(finding.code in ("FRZ900", "FRZ904") for finding in found)
    wanted = list(_once(finding for finding in found if finding.code in codes))
    remarks = suppress.comments(source)
    if remarks:
        wanted = suppress.apply(wanted, remarks)
        wanted += _complaints(remarks, source.filename, codes, incomplete)
    return sorted(wanted, key=order)


def order(finding: Finding) -> tuple[str, int, Location, str]:
    """The order in which a person reads: file, cell, row, column, code."""
    return finding.filename, finding.cell or 0, finding.location, finding.code


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One defect once: the walk may meet a statement more than once, in a loop or through two callers."""
    seen = set()
    for finding in findings:
        place = finding.code, finding.cell, finding.location, finding.end_location
        if place not in seen:
            seen.add(place)
            yield finding


def _program_findings(program: Program, source: Source, settings: Settings) -> Iterator[Finding]:
    from freezelint.timeline import build

    filename = source.filename
    try:
        timeline = build(trim(program))
    except Exception as error:
        yield _crashed("timeline", error, filename)
        return
    for problem in timeline.problems:
        segment = program.segments[problem.segment]
        location = segment.locate(problem.row, problem.column)
        yield _own("FRZ900", "error", problem.message, filename, segment.cell, location)
    target = target_of(program, filename, settings)
    for code in sorted(settings.codes_for(filename)):
        yield from _rule_findings(code, timeline, target, program, filename)


def _rule_findings(code: str, timeline: Timeline, target: Target, program: Program, filename: str) -> Iterator[Finding]:
    """What one rule finds; when it raises, what it had found until then and FRZ904."""
    try:
        rule = rules.load(code)
        for report in rule.check(timeline, target) if rule.check else ():
            yield _finding(rule, report, timeline, target, program, filename)
    except Exception as error:
        yield _crashed(f"rule {code}", error, filename)


def _finding(
    rule: rules.Rule, report: Report, timeline: Timeline, target: Target, program: Program, filename: str
) -> Finding:
    row, column, end_row, end_column = timeline.span(report.site)
    segment = program.segments[report.site.segment]
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=report.severity,
        message=report.message,
        filename=filename,
        cell=segment.cell,
        location=segment.locate(row, column),
        end_location=segment.locate(end_row, end_column),
        keras=report.keras if report.keras != "any" or target.keras is None else target.keras,
        url=rule.url,
        related=tuple(_related(text, site, timeline, program, filename) for text, site in report.related),
    )


def _related(text: str, site: Site, timeline: Timeline, program: Program, filename: str) -> Related:
    row, column, _, _ = timeline.span(site)
    segment = program.segments[site.segment]
    return Related(text, filename, segment.cell, segment.locate(row, column))


def _complaints(
    remarks: list[suppress.Comment], filename: str, codes: frozenset[str], incomplete: bool
) -> Iterator[Finding]:
    """FRZ901 and FRZ902 about the comments, unless another comment, or this one by name, covers them."""
    selected: frozenset[str] = frozenset() if incomplete else codes
    known = frozenset(rules.modules())
    for code, message, remark in suppress.complaints(remarks, known=known, selected=selected):
        finding = _own(code, "warning", message, filename, remark.cell, remark.location, remark.end_location)
        silent = any(other.covers(finding) and (other is not remark or other.codes is not None) for other in remarks)
        if code in codes and not silent:
            yield finding


def _crashed(what: str, error: Exception, filename: str) -> Finding:
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(": ")
    message = f"{what} raised {reason}; the rest was checked. Please report this bug of freezelint"
    return _own("FRZ904", "error", message, filename)


def _own(
    code: str,
    severity: Severity,
    message: str,
    filename: str,
    cell: int | None = None,
    location: Location = START,
    end_location: Location | None = None,
) -> Finding:
    """A finding of the 9xx group, which the engine makes itself."""
    rule = rules.load(code)
    end = end_location or Location(location.row, location.column + 1)
    return Finding(code, rule.name, severity, message, filename, cell, location, end, url=rule.url)
