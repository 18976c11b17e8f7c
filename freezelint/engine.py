"""Drives a run: which files, with which settings, one after the other, into one result."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from freezelint import gates, observed, pool
from freezelint.file_check import Excused, FileResult, check_data, once, order, unreadable
from freezelint.findings import Finding
from freezelint.result import Result
from freezelint.settings import Resolver, Settings
from freezelint.sources.discovery import DEFAULT_EXCLUDE, discover
from freezelint.sources.ignores import Excludes

if TYPE_CHECKING:
    from freezelint.cache import Cache
    from freezelint.observed import Observations

Progress = Callable[[int, int], None]
Path = str | os.PathLike[str]


class SettingsSource(Protocol):
    """Anything that knows the settings of a directory: a `Resolver`, or one `Settings` for all."""

    def for_directory(self, directory: str) -> Settings: ...


def files_of(paths: Iterable[Path], settings: SettingsSource) -> tuple[list[str], list[str]]:
    """The files to check, in order, once each, and sentences about the paths that could not be looked at."""
    files: dict[str, None] = {}
    errors = []
    for given in paths:
        path = os.fspath(given)
        own = settings.for_directory(path if os.path.isdir(path) else os.path.dirname(path))
        found = discover(
            [path],
            exclude=own.exclude or (),
            extend_exclude=own.extend_exclude,
            respect_gitignore=own.respect_gitignore,
            force_exclude=own.force_exclude,
            root=own.root,
        )
        errors += [_missing(missing) for missing in found.missing]
        explicit = not os.path.isdir(path) and not own.force_exclude
        files.update(dict.fromkeys(f for f in found.files if explicit or not _excluded(f, own, settings)))
    return list(files), errors


def _missing(path: str) -> str:
    if not os.path.exists(path):
        return f"{path}: no such file or directory; the other paths were checked"
    return f"{path}: this folder cannot be listed; the other paths were checked"


def _excluded(filename: str, own: Settings, settings: SettingsSource) -> bool:
    """Whether a settings file further down, nearer to the file than `own`, excludes it."""
    nearer = settings.for_directory(os.path.dirname(filename))
    return nearer is not own and matches_exclude(filename, nearer)


def matches_exclude(filename: str, settings: Settings) -> bool:
    """Whether the exclude patterns of these settings name a file or a folder that it is in."""
    patterns = (*(settings.exclude or DEFAULT_EXCLUDE), *settings.extend_exclude)
    return Excludes(patterns, os.path.realpath(settings.root)).any_part_excluded(os.path.realpath(filename))


def check_paths(
    paths: Iterable[Path],
    settings: SettingsSource | None = None,
    *,
    progress: Progress | None = None,
    jobs: int | None = None,
    cache: Cache | None = None,
) -> Result:
    """Check files and folders.

    `settings` is one `Settings` for all files; None reads the settings file nearest to each. `progress` is
    called with the number of files done and of all. `jobs` is the number of processes, None for one a core. What
    `cache` holds is not worked out again; it is given what is new and saved.
    SettingsError when a settings file is invalid; what else goes wrong is in the result: a path that does not
    exist in `errors`, the rest as 9xx findings.
    """
    source = settings or Resolver()
    files, errors = files_of(paths, source)
    settings_of = {filename: source.for_directory(os.path.dirname(filename)) for filename in files}
    results = _results(files, settings_of, jobs, cache, progress)
    findings: list[Finding] = []
    lines = {}
    excused: Excused = set()
    for result in results:
        findings += result.findings
        lines.update(result.lines)
        excused |= result.excused
    if cache is not None:
        cache.save()
    settled = sorted(_settled(findings, excused, source, files), key=order)
    return Result(tuple(settled), len(files), tuple(errors), lines)


def _results(
    files: list[str],
    settings_of: dict[str, Settings],
    jobs: int | None,
    cache: Cache | None,
    progress: Progress | None,
) -> Iterator[FileResult]:
    """What is found in each file, in their order: from the cache, at the first gate, or by a look at it."""
    known = {}
    if cache is not None:
        held = ((filename, cache.get(filename, settings_of[filename])) for filename in files)
        known = {filename: result for filename, result in held if result is not None}
    unknown = [filename for filename in files if filename not in known]
    sieve = observed.Sieve() if cache is not None else None
    waiting: dict[str, bool] = {}
    for filename, verdict in zip(unknown, gates.verdicts(unknown, settings_of, jobs, sieve), strict=True):
        if verdict.waits:
            waiting[filename] = verdict.over
        elif cache is not None:
            cache.put(filename, settings_of[filename], FileResult(), verdict.seen)
    done = len(files) - len(waiting)
    if progress and done:
        progress(done, len(files))
    processes = pool.jobs_for(len(waiting), jobs)
    sizes = [_size(filename) for filename in waiting] if processes > 1 else None
    found = pool.in_order(
        lambda filename: _check_file(filename, settings_of[filename], sieve, gated=not waiting[filename]),
        list(waiting),
        processes,
        sizes=sizes,
    )
    for filename in files:
        if filename in waiting:
            result, seen = next(found)
            if cache is not None:
                cache.put(filename, settings_of[filename], result, seen)
            done += 1
            if progress:
                progress(done, len(files))
            yield result
        else:
            yield known.get(filename) or FileResult()


def _settled(
    findings: list[Finding], excused: Excused, settings: SettingsSource, checked: list[str]
) -> Iterator[Finding]:
    """One defect once, though several files lead to it; and no FRZ901 about a comment that another file may need."""
    importers = None
    for finding in once(findings):
        if finding.code == "FRZ901":
            if (finding.filename, finding.location) in excused:
                continue
            if settings.for_directory(os.path.dirname(finding.filename)).follow_imports:
                from freezelint.sources.importers import Importers

                importers = importers or Importers(checked)
                if importers.others(finding.filename):
                    continue
        yield finding


def _size(filename: str) -> int:
    try:
        return os.stat(filename).st_size
    except OSError:
        return 0


def _check_file(
    filename: str, settings: Settings, sieve: observed.Sieve | None, *, gated: bool
) -> tuple[FileResult, Observations]:
    """What is found in a file and, with a `sieve`, what that rests on; `gated` unless it has passed the gates."""
    try:
        with open(filename, "rb") as file:
            data = file.read()
    except OSError as error:
        return FileResult([unreadable(filename, f"cannot be read: {error.strerror or error}")]), {}
    if sieve is None:
        return check_data(data, filename, settings, gated=gated), {}
    with observed.recording() as seen:
        observed.read(os.path.abspath(filename), data)
        result = check_data(data, filename, settings, gated=gated)
    return result, sieve.new(seen)


def check_text(data: bytes | str, filename: str, settings: SettingsSource) -> Result:
    """Check text that is not on disk, such as standard input, as if it were the file `filename`."""
    own = settings.for_directory(os.path.dirname(filename))
    if own.force_exclude and matches_exclude(filename, own):
        return Result((), 0)
    found = check_data(data, filename, own)
    kept = tuple(_settled(found.findings, set(), settings, [filename]))
    return Result(kept, 1, (), found.lines, texts={filename: data} if kept else {})


def check_source(text: str, filename: str = "<stdin>", settings: SettingsSource | None = None) -> list[Finding]:
    """Check Python text (or a notebook's JSON, or Markdown: by `filename`) and return its findings."""
    return list(check_text(text, filename, settings or Settings()).findings)
