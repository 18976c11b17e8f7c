"""Verdicts that are kept from run to run: a file is looked at again when something that its verdict rested on changed.

What that was is recorded while a file is checked (freezelint/observed.py): its own bytes, those of the modules that
were read for it, and every question to the disk with its answer: where an import leads, and be it nowhere, and what
the project's dependencies tell. An entry holds when all of it is as it was; nothing is assumed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from freezelint.cache import keys
from freezelint.cache.entries import decode, encode
from freezelint.cache.present import Present
from freezelint.cache.store import NAME, Store

if TYPE_CHECKING:
    from freezelint.file_check import FileResult
    from freezelint.observed import Observations
    from freezelint.settings import Settings

__all__ = ["Cache", "open_cache"]

#: A run that depends on what no digest shows (rights, memory, a bug) is not to be believed next time.
_PASSING = frozenset({"FRZ903", "FRZ904"})


def open_cache(settings: Settings) -> Cache:
    """The cache of a run under the settings of the working directory; empty where there is none that can be read."""
    return Cache(Store(folder_of(settings), keys.run(settings)))


def folder_of(settings: Settings) -> str:
    """The folder of the cache: a relative one counts from the folder of the settings file, or where it was typed."""
    typed = settings.origin("cache-dir") == "--cache-dir"
    return os.path.join(os.getcwd() if typed else settings.root, os.path.expanduser(settings.cache_dir or NAME))


class Cache:
    """What the last runs found, by file, and what this one finds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._present = Present(store.stamps, store.root)
        self._changed = False
        self._keys: dict[int, tuple[Settings, str]] = {}

    def get(self, filename: str, settings: Settings) -> FileResult | None:
        """What was found in a file, if all that it rested on is as it was."""
        path = self._present.absolute(filename)
        entry = self._store.entries.get(self._present.short(path))
        if entry is None:
            return None
        try:
            shown, key, units, found = entry
            if key != self._key(settings) or (found and shown != filename):
                return None
            if not all(self._present.holds(unit, self._store.units[unit]) for unit in units):
                return None
            return decode(found)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            return None  # written by something else than this program

    def put(self, filename: str, settings: Settings, result: FileResult, seen: Observations) -> None:
        """Keep what was found in a file and what it rested on."""
        short = self._present.short(self._present.absolute(filename))
        if any(finding.code in _PASSING for finding in result.findings):
            self._changed |= self._store.entries.pop(short, None) is not None
            return
        self._changed = True
        for path, (digest, _) in seen.items():
            if digest:
                self._present.note(path, digest)
        units = [
            self._store.unit(path, digest, questions, self._present)
            for path, digest, questions in self._present.shortened(seen)
        ]
        self._store.entries[short] = [filename, self._key(settings), units, encode(result)]

    def save(self) -> None:
        """Write what changed; silently not, where nothing can be written."""
        if self._changed or self._present.stamps_changed:
            self._store.write(self._present)
        else:
            self._store.touch()

    def _key(self, settings: Settings) -> str:
        known = self._keys.get(id(settings))
        if known is None:
            known = self._keys[id(settings)] = (settings, keys.of_settings(settings))
        return known[1]
