"""The last line of a text report. It stands on the fast path: nothing is imported here."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from freezelint.result import Result


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def clean(files: int) -> str:
    """What a run says that found nothing in `files` files."""
    return f"All checks passed! ({_count(files, 'file')} checked)"


def fixable(result: Result) -> str:
    """How many findings can be fixed, and with which options; "" when none can."""
    fixes = [finding.fix for finding in result.findings if finding.fix is not None]
    now = sum(result.fixable(finding) for finding in result.findings)
    more = 0 if result.unsafe_fixes else sum(fix.applicability == "unsafe" for fix in fixes)
    option = "`--fix --unsafe-fixes`" if result.unsafe_fixes else "`--fix`"
    said = f"[*] {now} fixable with {option}" if now else ""
    if more:
        said += f"; {more} more with" if now else f"{more} fixable with"
        said += " `--fix --unsafe-fixes`"
    return f"{said}." if said else ""


def summary(result: Result) -> str:
    """What a run says at its end: how many errors and warnings, in how many files."""
    checked = f"({_count(result.files, 'file')} checked)"
    if not result.findings:
        return clean(result.files) if result.complete else f"Nothing found, but the run is incomplete {checked}."
    errors = sum(finding.severity == "error" for finding in result.findings)
    warnings = len(result.findings) - errors
    parts = [_count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    places = _count(len({finding.filename for finding in result.findings}), "file")
    return f"Found {' and '.join(parts)} in {places} {checked}."
