"""How things are now: the digest of a file, and the answers of the disk, each asked for once in a run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from freezelint import observed

#: A file that was written so shortly before it was looked at may change again without a new time: it is read next time.
_SETTLED = 2_000_000_000  # nanoseconds; file systems with the coarsest clocks count in two seconds


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


class Present:
    """Digests by path, and whether units of the cache still hold.

    `stamps` are the (size, modified, changed, inode) and the digest of files as a run before saw them: where the
    first four are the same, the file is not read. Paths below `root` are kept relative to it.
    """

    def __init__(self, stamps: dict[str, Any], root: str) -> None:
        self.stamps = stamps
        self.stamps_changed = False
        self._root = root.rstrip(os.sep) + os.sep
        self._here = os.getcwd()
        self._digests: dict[str, str] = {}
        self._held: dict[int, bool] = {}
        self._now = time.time_ns()

    def absolute(self, filename: str) -> str:
        """The path of a file that is named from the working directory."""
        return os.path.normpath(filename if os.path.isabs(filename) else os.path.join(self._here, filename))

    def short(self, path: str) -> str:
        """A path as it is kept."""
        return path[len(self._root) :] if path.startswith(self._root) else path

    def long(self, path: str) -> str:
        """A path that was kept, as it is on this disk."""
        return path if os.path.isabs(path) else self._root + path

    def shortened(self, seen: observed.Observations) -> Iterator[tuple[str, str | None, list[list[Any]]]]:
        """Observations as they are kept."""
        for path, (digest, questions) in seen.items():
            kept = [
                [what, name, number, self.short(answer) if isinstance(answer, str) and what != "target" else answer]
                for what, name, number, answer in questions
            ]
            yield self.short(path), digest, kept

    def holds(self, number: int, unit: list[Any]) -> bool:
        """Whether a unit of the cache (path, digest, questions with their answers) is as things are now."""
        known = self._held.get(number)
        if known is None:
            path, digest, questions = unit
            path = self.long(path)
            known = digest is None or digest == self.digest(path)
            known = known and all(self._answers(path, *question) for question in questions)
            self._held[number] = known
        return known

    def digest(self, path: str) -> str:
        """The digest of a file's bytes now; "" when it cannot be read."""
        known = self._digests.get(path)
        if known is None:
            known = self._digests[path] = self._look(path)
        return known

    def note(self, path: str, digest: str) -> None:
        """These are the bytes that this run read from a file: it need not read them again while it has its stamp."""
        self._digests.setdefault(path, digest)
        try:
            stamp = _stamp(path)
        except OSError:
            return
        # It was not written since the run began, so this is the stamp of what was read.
        if max(stamp[1], stamp[2]) + _SETTLED < self._now:
            self.stamps[self.short(path)] = [*stamp, digest]

    def _look(self, path: str) -> str:
        short = self.short(path)
        kept = self.stamps.get(short)
        try:
            stamp = _stamp(path)
            if kept is not None and kept[:4] == stamp:
                return str(kept[4])
            with open(path, "rb") as file:
                digest = observed.digest_of(file.read())
        except OSError:
            return ""
        self.stamps_changed = True
        if max(stamp[1], stamp[2]) + _SETTLED < self._now:
            self.stamps[short] = [*stamp, digest]
        else:
            self.stamps.pop(short, None)
        return digest

    def _answers(self, path: str, what: str, name: str, number: int, answer: str | None) -> bool:
        """Whether the disk would give the same answer."""
        from freezelint.sources import project

        if what == "target":
            from freezelint.target import project as dependencies

            told = dependencies.ask(path)
            return (told and f"{told.keras} {told.origin}") == answer
        found = project.find(name, path, number) if what == "find" else project.submodule(path, name)
        return found == (answer and self.long(answer))
