"""`check --show-files` and `check --show-settings`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from freezelint.cli import output
from freezelint.settings import KEYS, Resolver, Settings
from freezelint.settings.codes import GROUPS
from freezelint.settings.describe import toml
from freezelint.sources.discovery import DEFAULT_EXCLUDE
from freezelint.target import Target, detect


def show_files(paths: Iterable[str], resolver: Resolver) -> int:
    """List the files that a run would check; 2 when a path does not exist."""
    from freezelint.engine import files_of

    files, errors = files_of(paths, resolver)
    for error in errors:
        output.complain(f"error: {error}")
    sys.stdout.write("".join(f"{file}\n" for file in files))
    return 2 if errors else 0


def show_settings(paths: Iterable[str], resolver: Resolver) -> int:
    """Show each path's settings and target, and where each came from; 2 when a path does not exist."""
    status = 0
    for path in paths:
        if not os.path.exists(path) and path != "<stdin>":
            output.complain(f"error: {path}: no such file or directory")
            status = 2
            continue
        settings = resolver.for_directory(path if os.path.isdir(path) else os.path.dirname(path))
        sys.stdout.write(f"Settings for {path}\n")
        for name, value, origin in [*_values(settings), *_target(path, settings)]:
            sys.stdout.write(f"  {name} = {value}  ({origin})\n")
    return status


def _values(settings: Settings) -> Iterable[tuple[str, str, str]]:
    layered = {"select": "select", "extend-select": "extend_select", "ignore": "ignore"}
    for key in KEYS:
        if key in layered:
            given = [getattr(layer, layered[key]) for layer in settings.selections]
            value: object = tuple(item for layer in given for item in layer or ())
            if key == "select" and not any(layer is not None for layer in given):
                value = tuple(group for group in GROUPS if group != "FRZ8")
        else:
            value = getattr(settings, key.replace("-", "_"))
        if key == "exclude" and value is None:
            value = DEFAULT_EXCLUDE
        if key == "per-file-ignores":
            value = dict(settings.per_file_ignores)
        yield key, toml(value), settings.origin(key)
    yield "rules", toml(tuple(sorted(settings.codes))), "the rules that are on after all of that"


def _target(path: str, settings: Settings) -> Iterable[tuple[str, str, str]]:
    """The target of a file, or what the project alone tells of the files of a folder."""
    for target in _targets(path, settings):
        yield "target.keras", toml(target.keras or "unknown"), target.keras_from
        yield "target.backend", toml(target.backend or "unknown"), target.backend_from


def _targets(path: str, settings: Settings) -> Iterable[Target]:
    from freezelint.file_check import targets_of_file

    if os.path.isfile(path):
        return targets_of_file(path, settings)
    return [
        detect(
            keras_version=settings.keras_version,
            backend=settings.backend,
            keras_origin=settings.origin("keras-version"),
            backend_origin=settings.origin("backend"),
            directory=os.path.abspath(path if os.path.isdir(path) else os.curdir),
        )
    ]
