"""`--output-file [FORMAT:]FILE`: which reports go where."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import click

from freezelint.settings.schema import FORMATS

# A single letter is a drive: C:\report.json.
_PREFIX = re.compile(r"([A-Za-z][A-Za-z0-9_-]+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Destination:
    """A file to write; `output_format` None is that of `--output-format`, and then nothing goes to the screen."""

    output_format: str | None
    path: str

    def write(self, text: str) -> str | None:
        """Write a report in one step; a sentence when that cannot be done."""
        from freezelint.atomic import write_text

        try:
            write_text(self.path, text)
        except OSError as error:
            reason = error.strerror or error
            return f"--output-file {self.path}: cannot be written ({reason}); give a path in a folder that exists"
        return None


def parse(texts: Sequence[str]) -> tuple[Destination, ...]:
    """`sarif:out.sarif` or `out.txt`. click.UsageError for an unknown format, no file, or a file given twice."""
    found = tuple(_destination(text) for text in texts)
    seen: set[str] = set()
    for destination in found:
        path = os.path.realpath(destination.path)
        if path in seen:
            raise click.UsageError(f"--output-file {destination.path}: given twice; give every report its own file")
        seen.add(path)
    return found


def _destination(text: str) -> Destination:
    match = _PREFIX.fullmatch(text)
    name, path = (match[1], match[2]) if match else (None, text)
    if not path:
        raise click.UsageError(f"--output-file {text}: no file; write [FORMAT:]FILE, such as sarif:freezelint.sarif")
    if name is not None and name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else f"use one of: {', '.join(FORMATS)}."
        raise click.UsageError(
            f'--output-file {text}: unknown format "{name}"; {hint} For a file of that name write ./{text}'
        )
    return Destination(name, path)
