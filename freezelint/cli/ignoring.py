"""`check --add-ignore`: which findings get a comment, and what is said about it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from freezelint import engine
from freezelint.add_ignore import CannotIgnore, add_ignores
from freezelint.atomic import write_bytes
from freezelint.cli import output
from freezelint.findings import Finding
from freezelint.result import Result
from freezelint.settings import Resolver


def ignored(result: Result, paths: Sequence[str], resolver: Resolver, reason: str) -> Result:
    """Write the comments, and return what is left: findings of the 9xx group, and those in files that were not given.

    A file that cannot take its comments stays as it is and is a sentence in the result's `errors`.
    """
    files = {os.path.normpath(name): name for name in engine.files_of(paths, resolver)[0]}
    by_file: dict[str, list[Finding]] = {}
    for finding in result.findings:
        name = files.get(os.path.normpath(finding.filename))
        if name is not None and not finding.code.startswith("FRZ9"):
            by_file.setdefault(name, []).append(finding)
    done: set[Finding] = set()
    errors: list[str] = []
    changed = 0
    for name, own in by_file.items():
        problem = _written(name, own, reason)
        if problem is not None:
            errors.append(f"{name}: no comments were added: {problem}")
        else:
            done.update(own)
            changed += 1
    output.complain(f"ignored {_count(len(done), 'finding')} in {_count(changed, 'file')}")
    left = tuple(finding for finding in result.findings if finding not in done)
    foreign = sorted({f.filename for f in left if os.path.normpath(f.filename) not in files})
    for name in foreign:
        output.complain(f"{name} was not given and stays as it is; add it to the paths to ignore what is found there")
    return replace(result, findings=left, errors=(*result.errors, *errors))


def _written(name: str, findings: Sequence[Finding], reason: str) -> str | None:
    """Add the comments of one file; why that cannot be done, None when it is done."""
    try:
        with open(name, "rb") as file:
            data = file.read()
        write_bytes(name, add_ignores(data, name, findings, reason))
    except OSError as error:
        return error.strerror or str(error)
    except CannotIgnore as error:
        return str(error)
    return None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
