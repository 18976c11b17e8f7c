"""What every verdict of a run depends on: this version of the tool, what it runs on, and the settings."""

from __future__ import annotations

import os
import sys
from functools import cache

import freezelint
from freezelint.observed import digest_of
from freezelint.settings import Settings


def run(settings: Settings) -> str:
    """The name of the cache file of a run: versions, and the settings of the working directory."""
    return digest_of(f"{tool()}\n{of_settings(settings)}".encode())[:16]


@cache
def tool() -> str:
    """Versions of freezelint, libcst and Python, and of the very files of freezelint, for it may be under work."""
    folder = os.path.dirname(os.path.abspath(freezelint.__file__))
    files = ",".join(sorted(_files(folder, len(folder) + 1)))
    python = f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"{freezelint.__version__} libcst {_libcst()} {python} {digest_of(files.encode())}"


def _libcst() -> str:
    """The version of libcst, without the time that its import takes."""
    for folder in sys.path:
        try:
            found = [name for name in os.listdir(folder or os.curdir) if name.lower().startswith("libcst-")]
        except OSError:
            continue
        if found:
            return max(found)
    return "unknown"


def _files(folder: str, start: int) -> list[str]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found += _files(entry.path, start) if entry.name != "__pycache__" else []
            elif entry.name.endswith(".py"):
                status = entry.stat()
                found.append(f"{entry.path[start:]} {status.st_size} {status.st_mtime_ns}")
    return found


def of_settings(settings: Settings) -> str:
    """The digest of all settings that decide what is found in a file."""
    parts = (
        sorted(settings.codes),
        settings.per_file_ignores,
        os.path.relpath(settings.root) if settings.per_file_ignores else "",
        settings.preview,
        settings.follow_imports,
        settings.keras_version,
        settings.backend,
        settings.origin("keras-version"),
        settings.origin("backend"),
    )
    return digest_of(repr(parts).encode())[:16]
