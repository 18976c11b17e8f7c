"""The modules of the project that a walk follows: each a segment of its own, with the file that it is in."""

from __future__ import annotations

import os
from functools import lru_cache

import libcst as cst

from freezelint.sources import modules, project
from freezelint.sources.source import Segment
from freezelint.timeline.syntax import parse_module

#: So much text is followed from one program, in characters: half a second of parsing, more or less.
MOST = 300_000


class Imported:
    """Modules by number, after the `first` segments, which are those of the program in `filename` itself."""

    def __init__(self, filename: str, first: int) -> None:
        self.filename = filename
        self.first = first
        self.segments: list[tuple[str, Segment, cst.Module]] = []
        self._known: dict[str, tuple[int, cst.Module | None] | None] = {os.path.abspath(filename): None}
        self._length = 0

    def is_foreign(self, segment: int) -> bool:
        """Whether a segment is text of another file than the program's."""
        return segment >= self.first

    def find(self, name: str, segment: int, level: int) -> str | None:
        """Where the module `name` lies that text in `segment` imports; None when it is none of the project."""
        importer = self.segments[segment - self.first][0] if self.is_foreign(segment) else self.filename
        return project.find(name, importer, level)

    def unit(self, path: str) -> tuple[int, cst.Module | None] | None:
        """The number and the tree of a module, without a tree for a folder; None when it is not followed."""
        if path not in self._known:
            self._known[path] = self._load(path)
        return self._known[path]

    def _load(self, path: str) -> tuple[int, cst.Module | None] | None:
        file = modules.module(path)
        if not path.endswith(".py") or (file and not file.matters and os.path.basename(path) == "__init__.py"):
            return self.first, None  # a package, of which nothing but its modules is of interest
        if file is None or not file.matters or file.segment is None or len(self.segments) == modules.MOST:
            return None
        length = self._length + len(file.segment.text)
        tree = _parse(file.segment.text) if length <= MOST else None
        if tree is None:
            return None
        self._length = length
        self.segments.append((path, file.segment, tree))
        return self.first + len(self.segments) - 1, tree

    def shown(self, segment: int) -> str:
        """The file of a foreign segment as a user would write it beside the name of the program."""
        folder = os.path.dirname(self.filename)
        path = os.path.relpath(self.segments[segment - self.first][0], folder or os.curdir)
        return os.path.normpath(os.path.join(folder, path))


@lru_cache(maxsize=64)
def _parse(text: str) -> cst.Module | None:
    """The tree of a module's text: cached by content, for the files of a project share their modules."""
    try:
        return parse_module(text)
    except Exception:  # libcst has errors of its own for what it cannot even split into tokens
        return None
