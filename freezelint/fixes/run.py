"""Fixes over files: check them, repair them, and look again, for a repair in one file may show a defect in another."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from freezelint import engine
from freezelint.atomic import write_bytes
from freezelint.findings import Finding
from freezelint.fixes.apply import Fixed, applicable, fix_data
from freezelint.result import Result

#: So often all files are checked again after a repair.
MOST_PASSES = 10


@dataclass(slots=True)
class Outcome:
    """What is left after fixing, how often each rule was fixed, and the bytes of changed files before and after."""

    result: Result
    codes: Counter[str] = field(default_factory=Counter)
    changed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)


def fix_paths(
    paths: Iterable[engine.Path],
    settings: engine.SettingsSource,
    *,
    write: bool = True,
    progress: engine.Progress | None = None,
    jobs: int | None = None,
) -> Outcome:
    """Apply the fixes of all findings in these files and folders. With `write` False no file changes.

    A finding in a file that is imported but not under `paths` keeps its fix: that file was not given. What cannot
    be written is a sentence in the result's `errors`.
    """
    paths = tuple(paths)
    files = {os.path.normpath(name): name for name in engine.files_of(paths, settings)[0]}
    outcome = Outcome(Result((), 0))
    errors: list[str] = []
    for _ in range(MOST_PASSES):
        outcome.result = engine.check_paths(paths, settings, progress=progress, jobs=jobs)
        fixed = list(_fixed(outcome.result.findings, files, settings))
        errors += [problem for _, _, one in fixed for problem in one.problems if problem not in errors]
        changed = [(name, before, one) for name, before, one in fixed if one.data != before]
        done = [(name, before, one) for name, before, one in changed if not write or _written(name, one.data, errors)]
        for name, before, one in done:
            outcome.codes += one.codes
            outcome.changed[name] = (outcome.changed.get(name, (before,))[0], one.data)
        if not done or not write:
            break
    outcome.result = replace(outcome.result, errors=(*outcome.result.errors, *errors))
    return outcome


def _fixed(
    findings: Iterable[Finding], files: dict[str, str], settings: engine.SettingsSource
) -> Iterator[tuple[str, bytes, Fixed]]:
    """Every file that has a finding that can be fixed: its name, its bytes, and what they become."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        name = files.get(os.path.normpath(finding.filename))
        if name is not None:
            by_file.setdefault(name, []).append(replace(finding, filename=name))
    for name, own in by_file.items():
        directory = settings.for_directory(os.path.dirname(name))
        if any(applicable(finding.fix, unsafe=directory.unsafe_fixes) for finding in own):
            try:
                with open(name, "rb") as file:
                    data = file.read()
            except OSError:
                continue  # the check says so
            yield name, data, fix_data(data, name, directory, unsafe=directory.unsafe_fixes, findings=own)


def _written(name: str, data: bytes, errors: list[str]) -> bool:
    try:
        write_bytes(name, data)
    except OSError as error:
        sentence = f"{name}: its fixes cannot be written: {error.strerror or error}"
        errors += [sentence] if sentence not in errors else []
        return False
    return True
