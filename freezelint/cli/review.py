"""What `check` does with a result before it reports it: hold it against a baseline, add comments that ignore."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from freezelint.cli import baseline
from freezelint.result import Result
from freezelint.settings import Resolver


def review_of(paths: Sequence[str], resolver: Resolver, options: dict[str, object]) -> Callable[[Result], Result]:
    """The review that the options ask for. A wrong baseline fails here, before anything is checked.

    Raises click.UsageError for options that contradict each other, BaselineError for a wrong baseline.
    """
    reason = options["add_ignore"]
    if reason is not None:
        _look_at(str(reason), paths, options)
    held = baseline.chosen(options, resolver)

    def review(result: Result) -> Result:
        if held is not None:
            result = held.applied(result, None if "-" in paths else paths, resolver)
        if reason is not None:
            from freezelint.cli.ignoring import ignored

            result = ignored(result, paths, resolver, str(reason))
        return result

    return review


def _look_at(reason: str, paths: Sequence[str], options: dict[str, object]) -> None:
    if "-" in paths:
        raise click.UsageError("--add-ignore changes files, and standard input (-) is none")
    if options["write_baseline"]:
        raise click.UsageError("--add-ignore and --write-baseline both silence what was found; choose one of them")
    if options["diff"]:
        raise click.UsageError("--diff changes nothing, --add-ignore changes files; choose one of them")
    if any(character in reason for character in "\r\n\0"):
        raise click.UsageError("--add-ignore=REASON: the reason has to fit on one line")
