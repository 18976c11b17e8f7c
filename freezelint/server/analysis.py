"""One document, analysed as `freezelint check` would analyse the file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from freezelint.engine import matches_exclude
from freezelint.file_check import FileResult, check_data
from freezelint.findings import Finding, Location
from freezelint.server.messages import Answer, Job
from freezelint.settings import Resolver, Settings, SettingsError
from freezelint.sources import modules, project
from freezelint.sources.importers import Importers
from freezelint.sources.load import follows
from freezelint.target import project as target_project

#: Rows as the protocol and Python count them; `str.splitlines` knows more ends of lines.
_ROW_END = re.compile(r"\r\n|\r|\n")


class Analysis:
    """Settings as they are on disk, and the editor's on top."""

    def __init__(self) -> None:
        self._options: dict[str, object] = {}
        self.reload(self._options)

    def reload(self, options: dict[str, object]) -> None:
        """Forget what was read from disk; `options` are settings that the editor gives."""
        self._options = options
        self._resolver: Resolver | None = None
        self._alone: dict[str, bool] = {}
        project.forget()
        target_project.forget()

    def of(self, job: Job) -> Answer:
        """The answer to a job; what goes wrong with the settings is in `problem`."""
        try:
            self._resolver = self._resolver or Resolver(overrides=self._options)
            settings = self._resolver.for_directory(os.path.dirname(job.filename))
        except SettingsError as error:
            return Answer(job.key, job.number, problem=str(error))
        if matches_exclude(job.filename, settings):
            return Answer(job.key, job.number)
        result = check_data(job.text, job.filename, settings)
        following = settings.follow_imports and follows(job.filename)
        return Answer(
            job.key,
            job.number,
            tuple(f for f in result.findings if f.code != "FRZ901" or self._decides(f.filename, settings)),
            dict(_rows(job, result)),
            frozenset(_reached(job)) if following else frozenset(),
            frozenset(result.excused),
        )

    def _decides(self, filename: str, settings: Settings) -> bool:
        """Whether no other file may need a comment in this one; looked up once, and not at every keystroke."""
        if filename not in self._alone:
            self._alone[filename] = not settings.follow_imports or not Importers([filename]).others(filename)
        return self._alone[filename]


def _reached(job: Job) -> Iterator[str]:
    """The files of the project whose text may change the verdict."""
    data = job.text.encode("utf-8", "surrogatepass")
    return (file.path for file in modules.reached(data, job.filename))


def _rows(job: Job, result: FileResult) -> Iterator[tuple[tuple[str, int | None, int], str]]:
    """The text of each row that a finding names."""
    own: list[str] | None = None
    for filename, cell, place in set(_places(result.findings)):
        if filename == job.filename and cell is None:
            own = own or _ROW_END.split(job.text)
            lines = own
        else:
            lines = list(result.lines.get((filename, cell), ()))
        if 0 < place.row <= len(lines):
            yield (filename, cell, place.row), lines[place.row - 1]


def _places(findings: list[Finding]) -> Iterator[tuple[str, int | None, Location]]:
    for finding in findings:
        places = [finding.location, finding.end_location]
        for edit in finding.fix.edits if finding.fix else ():
            places += (edit.location, edit.end_location)
        yield from ((finding.filename, finding.cell, place) for place in places)
        yield from ((related.filename, related.cell, related.location) for related in finding.related)
