"""Printing: colour, the report, the summary, a progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from freezelint.reports import TEXT_FORMATS, render
from freezelint.reports.summary import fixable, summary

if TYPE_CHECKING:
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
        output_file=options["output_file"],  # type: ignore[arg-type]
    )
    status = result.exit_status
    return 0 if status == 1 and options["exit_zero"] else status


def report(result: Result, output_format: str, *, statistics: bool, output_file: str | None) -> None:
    """Print the result, or write it to a file; text formats end with the summary line on standard output.

    Raises click.ClickException when the file cannot be written.
    """
    color = output_file is None and wants_color(sys.stdout)
    if statistics:
        from freezelint.reports.statistics import render as render_statistics

        text = render_statistics(result, output_format=output_format)
    else:
        text = render(output_format, result, color=color)
    if output_file is not None:
        _write(output_file, text)
    else:
        sys.stdout.write(text)
    if output_format in TEXT_FORMATS:
        sys.stdout.write("".join(f"{line}\n" for line in (summary(result), fixable(result)) if line))
    sys.stdout.flush()


def _write(path: str, text: str) -> None:
    from freezelint.atomic import write_text

    try:
        write_text(path, text)
    except OSError as error:
        raise click.ClickException(
            f"--output-file {path}: cannot be written ({error.strerror}); give a path in a folder that exists"
        ) from None


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
