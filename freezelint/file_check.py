"""One file: read it, build its timelines, ask the rules, drop what is suppressed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from freezelint import rules, suppress
from freezelint.excerpt import lines_of, lines_of_file
from freezelint.findings import Finding, Location, Related, Severity
from freezelint.settings import Settings
from freezelint.sources import modules
from freezelint.sources.load import follows, from_text, load
from freezelint.sources.source import Program, Source, UnreadableSource
from freezelint.sources.trim import trim
from freezelint.target import Target, detect

if TYPE_CHECKING:
    from freezelint.rules.report import Report
    from freezelint.timeline import Timeline
    from freezelint.timeline.events import Site

START = Location(1, 1)
#: Suppressions that were needed by another file: their file, and where in it the comment is.
Excused = set[tuple[str, Location]]
Lines = dict[tuple[str, int | None], tuple[str, ...]]


@dataclass(slots=True)
class FileResult:
    """The findings of one file, sorted, the text that they point into, and what in other files suppressed some."""

    findings: list[Finding] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)
    excused: Excused = field(default_factory=set)


def check_data(data: bytes | str, filename: str, settings: Settings, *, gated: bool = True) -> FileResult:
    """Check the bytes of one file, or a text (its cookie is void). What goes wrong is a 9xx finding.

    `gated` unless it is known that the file passes the gates.
    """
    try:
        source = from_text(data, filename, preview=settings.preview, follow=settings.follow_imports, gated=gated)
    except UnreadableSource as error:
        return FileResult([unreadable(filename, str(error))])
    if source is None:
        return FileResult()
    result = FileResult()
    result.findings = check_loaded(source, settings, result.excused)
    if result.findings:
        result.lines = lines_of(source, data)
        named = {finding.filename for finding in result.findings}
        named.update(related.filename for finding in result.findings for related in finding.related)
        for other in sorted(named - {filename}):
            result.lines |= lines_of_file(other)
        if any(finding.fix for finding in result.findings):
            from freezelint.fixes.attach import fitted

            result.findings = fitted(result.findings, source, result.lines)
    return result


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


def check_loaded(source: Source, settings: Settings, excused: Excused | None = None) -> list[Finding]:
    """The findings of a file that was read: sorted, once each, without those that a comment suppresses.

    Among them are those in modules that it imports, where these do not show them by themselves.
    """
    codes = settings.codes_for(source.filename)
    found: list[Finding] = []
    for program in source.programs:
        found.extend(_program_findings(program, source, settings))
    # Where a piece was not analysed, a suppression may be needed after all.
    incomplete = any(finding.code in ("FRZ900", "FRZ904") for finding in found)
    wanted = list(once(f for f in found if f.filename == source.filename and f.code in codes))
    others = list(once(f for f in found if f.filename != source.filename))
    remarks = suppress.comments(source)
    if remarks:
        wanted = suppress.apply(wanted, remarks)
        wanted += _complaints(remarks, source, codes, incomplete)
    return sorted([*wanted, *_elsewhere(others, settings, excused)], key=order)


def _elsewhere(found: list[Finding], settings: Settings, excused: Excused | None) -> Iterator[Finding]:
    """Findings in other files: only those that such a file does not show by itself, and that it does not suppress."""
    for filename in dict.fromkeys(finding.filename for finding in found):
        codes = settings.codes_for(filename)
        file = modules.module(filename)
        source = from_text(file.data, filename, gated=False) if file else None
        if source is None:
            continue
        alone = set(map(_place, check_loaded(source, replace(settings, follow_imports=False))))
        new = [f for f in found if f.filename == filename and f.code in codes and _place(f) not in alone]
        remarks = suppress.comments(source)
        yield from suppress.apply(new, remarks)
        if excused is not None:
            excused.update((filename, remark.location) for remark in remarks if remark.used)


def order(finding: Finding) -> tuple[str, int, Location, str]:
    """The order in which a person reads: file, cell, row, column, code."""
    return finding.filename, finding.cell or 0, finding.location, finding.code


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One defect once: the walk may meet a statement more than once, in a loop or through two callers."""
    seen = set()
    for finding in findings:
        if _place(finding) not in seen:
            seen.add(_place(finding))
            yield finding


def _place(finding: Finding) -> tuple[str, str, int | None, Location, Location]:
    """What makes two findings the same."""
    return finding.code, finding.filename, finding.cell, finding.location, finding.end_location


def _program_findings(program: Program, source: Source, settings: Settings) -> Iterator[Finding]:
    filename = source.filename
    try:
        timeline = _timeline(program, source, settings)
    except Exception as error:
        yield _crashed("timeline", error, filename)
        return
    if timeline is None:
        return
    for problem in timeline.problems:
        segment = program.segments[problem.segment]
        location = segment.locate(problem.row, problem.column)
        yield _own("FRZ900", "error", problem.message, filename, segment.cell, location)
    target = target_of(program, filename, settings)
    for code in sorted(settings.codes):
        yield from _rule_findings(code, timeline, target, program, filename)


def _timeline(program: Program, source: Source, settings: Settings) -> Timeline | None:
    """The timeline of a program without what cannot matter, with the modules that it imports if these are followed.

    None when nothing is left in which the gates, and so the rules, see anything.
    """
    follow = settings.follow_imports and follows(source.filename)
    reached = modules.reached_from(program, source.filename) if follow else []
    trimmed, left = trim(program, beside=reached)
    if left is not None and not modules.may_matter_beside(left, reached):
        return None
    from freezelint.timeline import build

    return build(trimmed, filename=source.filename if reached else None)


def _rule_findings(code: str, timeline: Timeline, target: Target, program: Program, filename: str) -> Iterator[Finding]:
    """What one rule finds; when it raises, what it had found until then and FRZ904."""
    try:
        rule = rules.load(code)
        for report in rule.check(timeline, target) if rule.check else ():
            finding = _finding(rule, report, timeline, target, filename)
            if report.fix is not None:
                finding, problem = _with_fix(finding, report, timeline)
                if problem is not None:
                    yield problem
            yield finding
    except Exception as error:
        yield _crashed(f"rule {code}", error, filename)


def _finding(rule: rules.Rule, report: Report, timeline: Timeline, target: Target, filename: str) -> Finding:
    row, column, end_row, end_column = timeline.span(report.site)
    elsewhere, segment = timeline.segment(report.site.segment)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=report.severity,
        message=report.message,
        filename=elsewhere or filename,
        cell=segment.cell,
        location=segment.locate(row, column),
        end_location=segment.locate(end_row, end_column),
        keras=report.keras if report.keras != "any" or target.keras is None else target.keras,
        url=rule.url,
        related=tuple(_related(text, site, timeline, filename, report.site) for text, site in report.related),
    )


def _with_fix(finding: Finding, report: Report, timeline: Timeline) -> tuple[Finding, Finding | None]:
    """The finding with the fix that its rule offers; without one, and FRZ904, when that raises."""
    from freezelint.fixes.attach import fix_of

    try:
        return replace(finding, fix=fix_of(report, timeline)), None
    except Exception as error:
        return finding, _crashed(f"the fix of rule {finding.code}", error, finding.filename)


def _related(text: str, site: Site, timeline: Timeline, filename: str, blamed: Site) -> Related:
    """A note; "compiled here" names the function when it is another one than that of the finding."""
    row, column, _, _ = timeline.span(site)
    elsewhere, segment = timeline.segment(site.segment)
    if text.endswith(" here"):
        name = timeline.function_of(site)
        if name and (name, site.segment) != (timeline.function_of(blamed), blamed.segment):
            text = f"{text.removesuffix('here')}in `{name}`"
    return Related(text, elsewhere or filename, segment.cell, segment.locate(row, column))


def _complaints(
    remarks: list[suppress.Comment], source: Source, codes: frozenset[str], incomplete: bool
) -> Iterator[Finding]:
    """FRZ901 and FRZ902 about the comments, unless another comment, or this one by name, covers them."""
    selected: frozenset[str] = frozenset() if incomplete else codes
    known = frozenset(rules.modules())
    for code, message, remark in suppress.complaints(remarks, known=known, selected=selected):
        finding = _own(code, "warning", message, source.filename, remark.cell, remark.location, remark.end_location)
        silent = any(other.covers(finding) and (other is not remark or other.codes is not None) for other in remarks)
        if code in codes and not silent:
            if code == "FRZ901":
                from freezelint.fixes.suppressions import fix_of

                finding = replace(finding, fix=fix_of(remark, source))
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
