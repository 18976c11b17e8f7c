"""Which paths are left out: exclude patterns and .gitignore files.

Most patterns that people write are plain (`build/`, `*.log`, `/data`): those are matched here with string
methods. pathspec, which costs as much as two interpreter starts, is imported only for a file that holds
another kind.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pathspec import GitIgnoreSpec

_GLOB = frozenset("*?[]\\!")


class PlainPattern:
    """A pattern without path wildcards: a name with at most one `*`, or a literal path.

    `path` is the literal path (anchored to the folder of the file), or None: then `prefix`*`suffix` is
    matched with the last part of a path, anywhere below.
    """

    __slots__ = ("folders_only", "negated", "path", "prefix", "starred", "suffix")

    def __init__(self, line: str) -> None:
        self.negated = line.startswith("!")
        body = line[self.negated :]
        self.folders_only = body.endswith("/")
        body = body.rstrip("/")
        self.path = body.lstrip("/") if "/" in body else None
        self.prefix, star, self.suffix = body.partition("*")
        self.starred = bool(star)

    def matches(self, relative: str, name: str, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        if self.path is not None:
            return relative == self.path
        if not self.starred:
            return name == self.prefix
        long_enough = len(name) >= len(self.prefix) + len(self.suffix)
        return long_enough and name.startswith(self.prefix) and name.endswith(self.suffix)


def _plain(line: str) -> list[PlainPattern] | None:
    """The plain patterns that say the same as `line`, or None where pathspec has to judge."""
    body = line.removeprefix("!")
    head, bracket, rest = body.partition("[")
    if bracket:
        letters, closing, tail = rest.partition("]")
        if not closing or not letters.isalnum() or "[" in tail:
            return None
        alternatives = [_plain(line[: len(line) - len(body)] + head + letter + tail) for letter in letters]
        return (
            [pattern for found in alternatives if found for pattern in found] if all(alternatives) else None
        )
    stripped = body.rstrip("/")
    if body.count("/") - (len(body) - len(stripped)) and "*" in body:
        return None
    doubtful = not stripped or "//" in body or body.endswith(" ") or body.count("*") > 1
    if doubtful or any(sign in _GLOB and sign != "*" for sign in body):
        return None
    return [PlainPattern(line)]


class IgnoreFile:
    """The patterns of one .gitignore, relative to its folder; the last pattern that matches decides."""

    __slots__ = ("_folder", "_lines", "_plain", "_spec")

    def __init__(self, lines: Sequence[str], folder: str) -> None:
        self._lines = tuple(lines)
        self._folder = folder.rstrip(os.sep) + os.sep
        self._spec: GitIgnoreSpec | None = None
        self._plain: list[PlainPattern] | None = []
        for line in lines:
            found = _plain(line)
            if found is None:
                self._plain = None
                break
            self._plain += found

    def decide(self, path: str, name: str, is_folder: bool) -> bool | None:
        """True: ignored, False: taken back by a `!` pattern, None: no pattern speaks of this path."""
        if not path.startswith(self._folder):
            return None
        relative = path[len(self._folder) :].replace(os.sep, "/")
        if self._plain is not None:
            for pattern in reversed(self._plain):
                if pattern.matches(relative, name, is_folder):
                    return not pattern.negated
            return None
        if self._spec is None:
            from pathspec import GitIgnoreSpec

            self._spec = GitIgnoreSpec.from_lines(self._lines)
        return self._spec.check_file(relative + "/" if is_folder else relative).include


class Excludes:
    """The exclude patterns of the settings: names first, they are nearly all of them, then whole patterns."""

    __slots__ = ("_names", "_patterns", "_root")

    def __init__(self, patterns: Iterable[str], root: str) -> None:
        plain: set[str] = set()
        others: list[str] = []
        for pattern in patterns:
            cleaned = pattern.strip().removeprefix("./")
            if cleaned and "/" not in cleaned and not _GLOB & set(cleaned):
                plain.add(cleaned)
            elif cleaned:
                others.append(cleaned)
        self._names = frozenset(plain)
        self._root = root.rstrip(os.sep) + os.sep
        self._patterns = IgnoreFile(others, root) if others else None

    def excluded(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether the real `path` is left out; patterns with a `/` speak of paths below the root only."""
        if name in self._names:
            return True
        return self._patterns is not None and self._patterns.decide(path, name, is_folder) is True

    def any_part_excluded(self, path: str) -> bool:
        """Whether `path`, or a folder between it and the root, is left out."""
        inside = path.startswith(self._root)
        parts = path[len(self._root) :].split(os.sep) if inside else [os.path.basename(path)]
        current = self._root.rstrip(os.sep) if inside else os.path.dirname(path)
        for index, name in enumerate(parts):
            current = current + os.sep + name
            if self.excluded(current, name, index < len(parts) - 1 or os.path.isdir(current)):
                return True
        return False


def ignored(files: Sequence[IgnoreFile], path: str, name: str, is_folder: bool) -> bool:
    """Whether the innermost .gitignore that speaks of `path` ignores it."""
    for file in reversed(files):
        verdict = file.decide(path, name, is_folder)
        if verdict is not None:
            return verdict
    return False


def any_part_ignored(files: Sequence[IgnoreFile], folder: str) -> bool:
    """Whether a folder, or one that holds it, is ignored."""
    parent = os.path.dirname(folder)
    above_it = parent != folder and any_part_ignored(files, parent)
    return above_it or ignored(files, folder, os.path.basename(folder), True)


def above(folder: str) -> tuple[IgnoreFile, ...]:
    """The ignore files above a real folder: from the top of its git repository down to its parent."""
    chain: list[str] = []
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return ()
        top = parent
        chain.append(top)
    files: tuple[IgnoreFile, ...] = ()
    for current in reversed(chain):
        files = entering(files, current, {".git", ".gitignore"} if current == top else {".gitignore"})
    return files


def entering(files: tuple[IgnoreFile, ...], folder: str, names: set[str]) -> tuple[IgnoreFile, ...]:
    """The ignore files that hold in `folder`, with its entries `names`; a git repository starts afresh."""
    own: list[str] = []
    if ".git" in names:
        files = ()
        exclude = _lines(os.path.join(_git_folder(folder), "info", "exclude"))
        if exclude:
            files = (IgnoreFile(exclude, folder),)
    if ".gitignore" in names:
        own = _lines(os.path.join(folder, ".gitignore"))
    return (*files, IgnoreFile(own, folder)) if own else files


def _git_folder(folder: str) -> str:
    """A repository's shared data: the folder `.git`, or where the file `.git` of a worktree points."""
    git = os.path.join(folder, ".git")
    if os.path.isdir(git):
        return git
    pointer = _lines(git)
    if not pointer or not pointer[0].startswith("gitdir:"):
        return git
    git = os.path.join(folder, pointer[0].removeprefix("gitdir:").strip())
    common = _lines(os.path.join(git, "commondir"))
    return os.path.join(git, common[0].strip()) if common else git


def _lines(path: str) -> list[str]:
    """The lines of an ignore file that say something; none where there is no such file."""
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = [line.rstrip("\n") for line in file]
    except OSError:
        return []
    kept = [line if line.endswith("\\ ") else line.rstrip(" ") for line in lines]
    return [line for line in kept if line and not line.startswith("#")]
