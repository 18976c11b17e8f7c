"""`check --watch`: check again whenever a file that is checked, or its settings, changes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from freezelint.cli import output
from freezelint.settings import Resolver, SettingsError
from freezelint.settings.files import PYPROJECT, STANDALONE
from freezelint.sources.discovery import SUFFIXES

CLEAR = "\033[2J\033[3J\033[H"
_SETTINGS = (*STANDALONE, PYPROJECT)
_ALONE = ("write_baseline", "add_ignore", "show_files", "show_settings")
_TIMEOUT = 1000  # milliseconds between two looks at settings files above the folders that are watched

#: Modification time and size of every file that a run would look at; what cannot be looked at is a sentence.
Stamps = dict[str, object]


def watch(paths: Sequence[str], resolver: Callable[[], Resolver], options: dict[str, object]) -> int:
    """Check, and again after each change, until somebody presses Ctrl-C: 0 then, 2 when nothing can be watched.

    Every run is a process of its own, so that nothing of an old text is remembered. Raises click.UsageError for
    options that make no sense here, click.ClickException without watchfiles.
    """
    for name in _ALONE:
        if options[name] not in (None, False):
            raise click.UsageError(f"--watch and --{name.replace('_', '-')} contradict each other; give one of them")
    if "-" in paths:
        raise click.UsageError("--watch watches files, and standard input (-) is none")
    roots = [path for path in paths if os.path.exists(path)]
    if not roots:
        output.complain(f"error: nothing to watch: {', '.join(paths)}: no such file or directory")
        return 2
    config = str(options["config"] or "")
    arguments = [
        argument for argument in click.get_current_context().meta["freezelint.arguments"] if argument != "--watch"
    ]
    try:
        for _ in _changes(
            roots, lambda: _stamps(paths, resolver, options), lambda: _settings_above(paths) | _stamped([config])
        ):
            _run(arguments)
            output.complain("watching for changes; Ctrl-C ends")
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    except OSError as error:
        raise click.ClickException(
            f"--watch: {error.strerror or error}; with WATCHFILES_FORCE_POLLING=1 in the environment files are polled"
        ) from None
    return 0


def _changes(roots: Sequence[str], stamps: Callable[[], Stamps], above: Callable[[], Stamps]) -> Iterator[None]:
    """At the start, and whenever a stamp is another one than before the last run.

    What is below the roots wakes us. `above` are the files above them, at which we look ourselves.
    """
    try:
        from watchfiles import watch as events
    except ImportError:
        raise click.ClickException("--watch needs the package watchfiles: pip install 'freezelint[watch]'") from None
    folders = {path if os.path.isdir(path) else os.path.dirname(path) or os.curdir for path in roots}
    before, settings = stamps(), above()
    yield
    batches = events(
        *folders,
        watch_filter=lambda _, path: path.lower().endswith(SUFFIXES) or os.path.basename(path) in _SETTINGS,
        recursive=any(map(os.path.isdir, roots)),
        rust_timeout=_TIMEOUT,
        yield_on_timeout=True,
    )
    looked = False  # what changed during the first run woke nobody
    for batch in batches:
        if looked and not batch and above() == settings:
            continue
        looked, settings, now = True, above(), stamps()
        if now != before:
            before = now
            yield


def _run(arguments: Sequence[str]) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(CLEAR)
        sys.stdout.flush()
    process = multiprocessing.get_context("spawn").Process(target=_check, args=(["check", *arguments],))
    process.start()
    try:
        process.join()
    except KeyboardInterrupt:
        process.join()  # it was interrupted as well
        raise


def _check(arguments: list[str]) -> None:
    from freezelint.__main__ import main

    sys.exit(main(arguments))


def _stamps(paths: Sequence[str], resolver: Callable[[], Resolver], options: dict[str, object]) -> Stamps:
    """The stamps of the files of a run, of its settings and its baseline."""
    from freezelint.engine import files_of

    stamps: Stamps = {}
    try:
        current = resolver()
        files, _ = files_of(paths, current)
        baseline = current.for_directory(os.curdir).baseline_path
    except SettingsError as error:
        files, baseline, stamps[""] = [], "", str(error)
    return stamps | _stamped([*files, baseline, str(options["config"] or "")]) | _settings_above([*files, *paths])


def _settings_above(paths: Sequence[str]) -> Stamps:
    """The stamps of the settings files in the folders of some paths and in all folders above them."""
    folders = {parent for path in (*paths, "x") for parent in Path(os.path.abspath(path)).parents}
    return _stamped([os.path.join(folder, name) for folder in folders for name in _SETTINGS])


def _stamped(names: Sequence[str]) -> Stamps:
    stamps: Stamps = {}
    for name in names:
        with contextlib.suppress(OSError):
            found = os.stat(name)
            stamps[name] = (found.st_mtime_ns, found.st_size)
    return stamps
