"""The flake8 plugin: entry point `FRZ` of `flake8.extension`.

Settings are those of `[tool.freezelint]`; on top of them flake8 decides which codes are shown, and about its comments.
A finding in a module that the file imports is left to `freezelint check`: flake8 would take its line for one of this.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from freezelint import __version__

if TYPE_CHECKING:
    from freezelint.settings import Resolver

# flake8 names standard input so when nobody gives it another name.
_STANDARD_INPUT = ("-", "stdin")
_NOQA = re.compile(r"(#\s*no)qa", re.IGNORECASE)


class Plugin:
    """One file, as flake8 hands it over: its tree is not used, its lines are read by freezelint's own parser."""

    name = "freezelint"
    version = __version__
    #: With --disable-noqa flake8 wants to see what those comments cover, which freezelint would honour by itself.
    disable_noqa: ClassVar[bool] = False
    _resolver: ClassVar[Resolver | None] = None

    def __init__(self, tree: object, filename: str, lines: Sequence[str]) -> None:
        self._filename = "<stdin>" if filename in _STANDARD_INPUT else filename
        self._lines = lines

    @classmethod
    def parse_options(cls, options: Any) -> None:
        """Take over what flake8 was asked for; it calls this once in every process."""
        cls.disable_noqa = bool(options.disable_noqa)
        cls._resolver = None

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """(1-based row, 0-based column, "CODE message", type) of each finding of this file.

        SettingsError when the settings of the file are invalid; flake8 prints it and stops.
        """
        text = "".join(self._lines)
        from freezelint.sources import gate

        data = text.encode("utf-8", "surrogatepass")
        if not gate.may_matter(data) and not gate.may_act(data):
            return
        from freezelint.engine import check_text
        from freezelint.settings import Resolver

        cls = type(self)
        cls._resolver = cls._resolver or Resolver()
        settings = cls._resolver.for_directory(os.path.dirname(self._filename))
        if self.disable_noqa:
            text = _NOQA.sub(r"\1-qa", text)
        result = check_text(text, self._filename, replace(settings, force_exclude=True))
        if settings.baseline_path:
            from freezelint import baseline

            held = baseline.read(settings.baseline_path)
            result = baseline.compare(result, held).result(result)
        for finding in result.findings:
            if finding.filename == self._filename:
                start = finding.location
                yield start.row, start.column - 1, f"{finding.code} {finding.message}", cls
