"""Printing: colour, the report, the summary, a progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from freezelint.reports import TEXT_FORMATS, render
from freezelint.reports.summary import fixable, summary

if TYPE_CHECKING:
    from freezelint.cli.destinations import Destination
    from freezelint.result import Result
    from freezelint.settings import Resolver

PATIENCE = 1.0  # seconds without a progress bar


def wants_color(stream: Any) -> bool:
    """Colour on a terminal only; NO_COLOR forbids it, FORCE_COLOR asks for it anywhere (when not empty)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def conclude(result: Result, resolver: Resolver, options: Mapping[str, object]) -> int:
    """Print what a run of `check` found and could not do, and return its exit status."""
    for error in result.errors:
        complain(f"error: {error}")
    settings = resolver.for_directory(os.curdir)
    report(
        replace(result, unsafe_fixes=settings.unsafe_fixes),
        settings.output_format,
        statistics=bool(options["statistics"]),
        output_files=options["output_file"],  # type: ignore[arg-type]
    )
    status = result.exit_status
    return 0 if status == 1 and options["exit_zero"] else status


def report(result: Result, output_format: str, *, statistics: bool, output_files: Sequence[Destination] = ()) -> None:
    """Print the result, and write it to files; text formats end with the summary line on standard output.

    A file without a format of its own takes what would be printed. Raises click.ClickException, after all the rest
    is done, when a file cannot be written.
    """
    instead = any(file.output_format is None for file in output_files)
    if statistics:
        from freezelint.reports.statistics import render as render_statistics

        text = render_statistics(result, output_format=output_format)
    else:
        text = render(output_format, result, color=not instead and wants_color(sys.stdout))
    problems = [
        problem
        for file in output_files
        if (problem := file.write(text if file.output_format is None else render(file.output_format, result)))
    ]
    if not instead:
        sys.stdout.write(text)
    if output_format in TEXT_FORMATS:
        sys.stdout.write("".join(f"{line}\n" for line in (summary(result), fixable(result)) if line))
    sys.stdout.flush()
    if problems:
        raise click.ClickException("; ".join(problems))


def complain(message: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"freezelint: {message}\n")


class Progress:
    """A progress bar on standard error, on a terminal, for a run that takes longer than PATIENCE."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._bar: Any = None
        self._wanted = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if not self._wanted:
            return
        if self._bar is None:
            if time.monotonic() - self._start < PATIENCE or done == total:
                return
            self._bar = click.progressbar(length=total, label="Checking", file=sys.stderr)
        self._bar.update(done - self._bar.pos)
        if done == total:
            self._bar.render_finish()
