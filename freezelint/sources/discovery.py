"""Which files a run looks at. Only `os` is imported: this runs before anything is known to matter."""

from __future__ import annotations

import os

from freezelint.sources import ignores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUFFIXES = (".py", ".pyw", ".ipynb", ".md", ".markdown")

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".freezelint_cache",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


class Discovery:
    """What was found: `files` in order and without repeats, and the `missing` ones.

    `missing` holds the given paths that do not exist and the folders that may not be listed: either way the
    run could not do the whole job. All paths are relative to the working directory where they lie below it.
    """

    __slots__ = ("files", "missing")

    def __init__(self, files: tuple[str, ...], missing: tuple[str, ...]) -> None:
        self.files = files
        self.missing = missing

    def __repr__(self) -> str:
        return f"Discovery(files={self.files!r}, missing={self.missing!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Discovery):
            return NotImplemented
        return (self.files, self.missing) == (other.files, other.missing)

    __hash__ = None  # type: ignore[assignment]


def discover(
    paths: Iterable[str | os.PathLike[str]],
    *,
    exclude: Sequence[str] = (),
    extend_exclude: Sequence[str] = (),
    respect_gitignore: bool = True,
    force_exclude: bool = False,
    root: str | os.PathLike[str] | None = None,
) -> Discovery:
    """List the files to lint.

    A folder is walked in the order of names; files with one of SUFFIXES are taken. A file that is given
    itself is always taken, whatever its name, unless `force_exclude` is set and it matches an exclude.

    `exclude` replaces DEFAULT_EXCLUDE (empty: DEFAULT_EXCLUDE holds), `extend_exclude` adds to it. Both are
    written as in a .gitignore in `root` (default: the working directory). Excludes and .gitignore files
    judge what lies below a given folder, never the folder itself, unless `force_exclude` is set.
    """
    here = os.getcwd()
    rules = ignores.Excludes((*(exclude or DEFAULT_EXCLUDE), *extend_exclude), os.path.realpath(root or here))
    walk = _Walk(rules, respect_gitignore)
    for given in paths:
        path = os.fspath(given)
        if not os.path.exists(path):
            walk.missing.append(_display(path, here))
            continue
        real = os.path.realpath(path)
        if force_exclude and rules.any_part_excluded(real):
            continue
        if os.path.isdir(path):
            walk.start(_display(path, here), real)
        else:
            walk.add(_display(path, here), real)
    return Discovery(tuple(walk.files), tuple(dict.fromkeys(walk.missing)))


class _Walk:
    """One run over all given paths; real paths tell what was already seen, also through symbolic links."""

    def __init__(self, rules: ignores.Excludes, respect_gitignore: bool) -> None:
        self.files: list[str] = []
        self.missing: list[str] = []
        self._rules = rules
        self._respect_gitignore = respect_gitignore
        self._seen: set[str] = set()

    def add(self, shown: str, real: str) -> None:
        if real not in self._seen:
            self._seen.add(real)
            self.files.append(shown)

    def start(self, shown: str, real: str) -> None:
        files = ignores.above(real) if self._respect_gitignore else ()
        # An ignored folder that the user names is asked for on purpose: only what it holds itself counts
        # then.
        if files and ignores.any_part_ignored(files, real):
            files = ()
        self._folder(shown, real, files)

    def _folder(self, shown: str, real: str, files: tuple[ignores.IgnoreFile, ...]) -> None:
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            with os.scandir(real) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            self.missing.append(shown)
            return
        if self._respect_gitignore:
            files = ignores.entering(files, real, {entry.name for entry in entries})
        for entry in entries:
            self._entry(entry, shown, real, files)

    def _entry(self, entry: os.DirEntry[str], shown: str, real: str, files: tuple[ignores.IgnoreFile, ...]) -> None:
        name = entry.name
        try:
            is_folder = entry.is_dir()
            if not is_folder and not (name.lower().endswith(SUFFIXES) and entry.is_file()):
                return
            link = entry.is_symlink()
        except OSError:
            return
        path = os.path.join(real, name)
        if self._rules.excluded(path, name, is_folder) or ignores.ignored(files, path, name, is_folder):
            return
        below = name if shown == "." else os.path.join(shown, name)
        # Loops of links end because a folder is entered once under its real path.
        target = os.path.realpath(path) if link else path
        if is_folder:
            self._folder(below, target, files)
        else:
            self.add(below, target)


def _display(path: str, here: str) -> str:
    """The path as the user gave it, but relative to the working directory where it lies below it."""
    if ".." not in path.replace("\\", "/").split("/"):
        path = os.path.normpath(path)
    if path == here:
        return "."
    prefix = here.rstrip(os.sep) + os.sep
    return path[len(prefix) :] if path.startswith(prefix) else path
