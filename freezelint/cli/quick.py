"""The short way through `check` when no file can matter. It imports neither click nor any analysis.

It answers only where the long way would print the very same: plain paths that exist, no settings file, and no
file that passes the bytes gate. Everything else it leaves to the long way by returning None.
"""

from __future__ import annotations

import os
import sys

from freezelint.reports.summary import clean
from freezelint.sources import gate
from freezelint.sources.discovery import discover

# These change nothing where nothing is found, but which files are looked at.
_HARMLESS = ("--no-cache", "--isolated", "--exit-zero", "--force-exclude")
_SETTINGS_FILES = (".freezelint.toml", "freezelint.toml", "pyproject.toml")


def run(arguments: list[str]) -> int | None:
    """Check and print the clean summary; None when the long way has to decide."""
    if arguments[:1] != ["check"]:
        return None
    options = [argument for argument in arguments[1:] if argument.startswith("-")]
    if not all(option in _HARMLESS for option in options):
        return None
    paths = [argument for argument in arguments[1:] if not argument.startswith("-")] or ["."]
    found = discover(paths, force_exclude="--force-exclude" in options)
    if found.missing or not found.files:
        return None
    if "--isolated" not in options and _has_settings(found.files):
        return None
    if any(map(_may_matter, found.files)):
        return None
    sys.stdout.write(clean(len(found.files)) + "\n")
    return 0


def _may_matter(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return True
    return gate.may_matter(data) or gate.may_act(data)


def _has_settings(files: tuple[str, ...]) -> bool:
    """Whether a settings file is in force for any of the files."""
    seen: set[str] = set()
    for directory in {os.path.dirname(os.path.abspath(path)) for path in files}:
        while directory not in seen:
            seen.add(directory)
            if any(_speaks(os.path.join(directory, name)) for name in _SETTINGS_FILES):
                return True
            directory = os.path.dirname(directory)
    return False


def _speaks(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return not path.endswith("pyproject.toml") or b"freezelint" in file.read()
    except FileNotFoundError:
        return False
    except OSError:
        return True
