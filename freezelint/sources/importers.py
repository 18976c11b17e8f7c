"""Who imports a module: the other way round than `project`, asked only where an answer depends on it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from freezelint.sources import modules, project
from freezelint.sources.discovery import DEFAULT_EXCLUDE

#: So many files of a project are looked through. In a larger one every module counts as imported by somebody.
MOST = 5_000


class Importers:
    """The files of the projects that a run looks at, which `checked` are part of; each folder is listed once."""

    def __init__(self, checked: Iterable[str]) -> None:
        self._checked = frozenset(map(os.path.realpath, checked))
        self._files: dict[str, tuple[str, ...] | None] = {}

    def others(self, filename: str) -> bool:
        """Whether a file that is not checked leads to `filename` through its imports, as far as one can tell.

        True where the project has too many files to tell.
        """
        waiting = [os.path.realpath(filename)]
        for path in waiting:  # grows while it is walked
            direct = self._importers(path)
            if direct is None or not self._checked.issuperset(direct):
                return True
            waiting += [other for other in direct if other not in waiting]
        return False

    def _importers(self, path: str) -> list[str] | None:
        """The files that import this one themselves; None where there are too many to tell."""
        stem = os.path.basename(path).removesuffix(".py")
        if stem == "__init__":
            stem = os.path.basename(os.path.dirname(path))
        if not path.endswith(".py") or not stem.isidentifier():
            return []
        files = self._below(project.root_of(path))
        return None if files is None else [other for other in files if _imports(other, path, stem.encode())]

    def _below(self, root: str) -> tuple[str, ...] | None:
        if root not in self._files:
            found = []
            for path in _walk(root):
                found.append(os.path.realpath(path))
                if len(found) > MOST:
                    break
            self._files[root] = tuple(found) if len(found) <= MOST else None
        return self._files[root]


def _walk(root: str) -> Iterator[str]:
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in DEFAULT_EXCLUDE]
        yield from (os.path.join(folder, name) for name in names if name.endswith((".py", ".ipynb")))


def _imports(importer: str, path: str, stem: bytes) -> bool:
    """Whether one file imports another, whose module is called `stem`."""
    try:
        with open(importer, "rb") as file:
            data = file.read()
    except OSError:
        return False
    return stem in data and any(os.path.realpath(found) == path for found in modules.imported(data, importer))
