"""The cache on disk: one JSON file for a version and its settings, under the digest of its own text."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING, Any

from freezelint.observed import digest_of

if TYPE_CHECKING:
    from freezelint.cache.present import Present

NAME = ".freezelint_cache"
#: What names a folder as a cache to backup tools: https://bford.info/cachedir/
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of freezelint; it may be deleted.\n"
_IGNORE = "# Made by freezelint.\n*\n"
_DAY = 86_400.0
#: A file of the cache that no run has used for so long is deleted.
_KEPT = 30 * _DAY


class Store:
    """Entries by path, the units that they rest on, and the stamps of files; empty when there is nothing valid."""

    def __init__(self, folder: str, key: str) -> None:
        self.folder = os.path.abspath(folder)
        self.root = os.path.dirname(self.folder)
        self.path = os.path.join(self.folder, f"{key}.json")
        self.entries: dict[str, list[Any]] = {}
        self.units: list[list[Any]] = []
        self.stamps: dict[str, Any] = {}
        self._read()
        self._numbers = {(unit[0], unit[1]): number for number, unit in enumerate(self.units)}
        # The questions of the units that this run added to.
        self._asked: dict[int, set[tuple[Any, ...]]] = {}

    def _read(self) -> None:
        try:
            with open(self.path, "rb") as file:
                digest, _, text = file.read().partition(b"\n")
            if digest.decode("ascii", "replace") == digest_of(text):
                data = json.loads(text)
                if _is_sound(data["entries"], data["units"], data["stamps"]):
                    self.entries, self.units, self.stamps = data["entries"], data["units"], data["stamps"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass  # none yet, or not ours: it is written anew

    def unit(self, path: str, digest: str | None, questions: list[list[Any]], present: Present) -> int:
        """The number of what was seen at a path: what runs saw there is put together, unless it no longer holds."""
        number = self._numbers.get((path, digest))
        if number is None or (number not in self._asked and not present.holds(number, self.units[number])):
            number = self._numbers[path, digest] = len(self.units)
            self.units.append([path, digest, []])
        known = self._asked.get(number)
        if known is None:
            known = self._asked[number] = {tuple(question) for question in self.units[number][2]}
        new = [question for question in questions if tuple(question) not in known]
        known.update(map(tuple, new))
        self.units[number][2] += new
        return number

    def write(self, present: Present) -> None:
        """Write it whole, without what is gone; silently not, where the folder cannot be written."""
        entries, units = self._used(present)
        paths = {unit[0] for unit in units}
        stamps = {path: stamp for path, stamp in self.stamps.items() if path in paths}
        text = json.dumps({"entries": entries, "units": units, "stamps": stamps}, separators=(",", ":"))
        try:
            self._prepare()
            from freezelint.atomic import write_text

            write_text(self.path, f"{digest_of(text.encode())}\n{text}")
            self._sweep()
        except OSError:
            pass

    def _used(self, present: Present) -> tuple[dict[str, list[Any]], list[list[Any]]]:
        """The entries of files that still exist, and the units that these rest on, numbered anew."""
        entries = {}
        numbers: dict[int, int] = {}
        for path, entry in self.entries.items():
            if os.path.isfile(present.long(path)):
                units = [numbers.setdefault(number, len(numbers)) for number in entry[2]]
                entries[path] = [entry[0], entry[1], units, entry[3]]
        return entries, [self.units[number] for number in numbers]

    def _prepare(self) -> None:
        os.makedirs(self.folder, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", _IGNORE)):
            path = os.path.join(self.folder, name)
            if not os.path.exists(path):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)

    def _sweep(self) -> None:
        for entry in os.scandir(self.folder):
            if entry.name.endswith(".json") and entry.stat().st_mtime < time.time() - _KEPT:
                os.unlink(entry.path)

    def touch(self) -> None:
        """Say that the file is in use, once a day."""
        try:
            if os.stat(self.path).st_mtime < time.time() - _DAY:
                os.utime(self.path)
        except OSError:
            pass


def _is_sound(entries: Any, units: Any, stamps: Any) -> bool:
    """Whether this has the shape of a cache: entries that rest on units that there are, and stamps."""
    if not (isinstance(entries, dict) and isinstance(units, list) and isinstance(stamps, dict)):
        return False
    lists = (*entries.values(), *units, *stamps.values())
    if not all(isinstance(each, list) for each in lists):
        return False
    known = range(len(units))
    return all(len(entry) == 4 and all(number in known for number in entry[2]) for entry in entries.values())


def clean(folder: str) -> bool:
    """Delete a cache; whether there was one. Raises ValueError for a folder that freezelint did not make."""
    if not os.path.isdir(folder):
        return False
    try:
        with open(os.path.join(folder, "CACHEDIR.TAG"), encoding="utf-8") as file:
            ours = file.read() == _TAG
    except (OSError, UnicodeDecodeError):
        ours = False
    if not ours:
        raise ValueError(f"{folder} is not a cache of freezelint: it has no CACHEDIR.TAG of freezelint")
    shutil.rmtree(folder)
    return True
