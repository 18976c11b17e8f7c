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
