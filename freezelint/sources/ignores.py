"""Which paths are left out: exclude patterns and .gitignore files.

The walk asks about every folder before it enters it, as git does, so a pattern is held against a path itself,
never against the folders above it. Most patterns that people write are plain (`build/`, `*.log`, `/data`):
string methods match those, and `re` is imported for the others only.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

_GLOB = frozenset("*?[]\\")


class Pattern:
    """One line of a .gitignore.

    A pattern with a `/` before its end is held against the path relative to the folder of the file, any other
    one against the last part of a path, anywhere below.
    """

    __slots__ = ("_anchored", "_folders_only", "_glob", "_prefix", "_suffix", "negated")

    def __init__(self, line: str) -> None:
        self.negated = line.startswith("!")
        body = line[self.negated :]
        self._folders_only = body.endswith("/")
        body = body.removesuffix("/")
        self._anchored = "/" in body
        body = body.removeprefix("/")
        self._prefix, star, suffix = body.partition("*")
        self._suffix = suffix if star else None
        wild = _GLOB & set(body) - {"*"} or body.count("*") > 1 or (star and "/" in body)
        self._glob = _translate(body) if wild else None

    def matches(self, relative: str, name: str, is_folder: bool) -> bool:
        """Whether the path is meant; `relative` uses `/` and has none at its end."""
        if self._folders_only and not is_folder:
            return False
        text = relative if self._anchored else name
        if self._glob is not None:
            return self._glob.fullmatch(text) is not None
        if self._suffix is None:
            return text == self._prefix
        if "/" in text or len(text) < len(self._prefix) + len(self._suffix):
            return False
        return text.startswith(self._prefix) and text.endswith(self._suffix)


def _plainer(line: str) -> list[str]:
    """`*.py[cod]`, which nearly every .gitignore holds, as three lines that need no `re`."""
    head, _, rest = line.partition("[")
    letters, closing, tail = rest.partition("]")
    if not closing or not letters.isalnum() or not _GLOB.isdisjoint(tail) or "\\" in head:
        return [line]
    return [head + letter + tail for letter in letters]


def _translate(glob: str) -> re.Pattern[str]:
    """A glob as git understands it; one that cannot be understood matches nothing."""
    import re

    parts: list[str] = []
    pieces = re.findall(r"^\*\*/|/\*\*/|/\*\*$|\*+|\?|\[[!^]?\]?(?:\\.|[^\]])*\]|\\.|.", glob, re.DOTALL)
    for piece in pieces:
        if piece == "**/":
            parts.append("(?:.*/)?")
        elif piece == "/**/":
            parts.append("/(?:.*/)?")
        elif piece == "/**":
            parts.append("/.+")
        elif piece[0] == "*":
            parts.append(".*" if glob == "**" else "[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif piece[0] == "[" and len(piece) > 1:
            inside = piece[1:-1]
            inside = "^" + inside[1:] if inside[:1] == "!" else inside
            parts.append(f"(?!/)[{inside.replace('[', chr(92) + '[')}]")
        else:
            parts.append(re.escape(piece[1:] if piece[0] == chr(92) and len(piece) > 1 else piece))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")


class IgnoreFile:
    """The patterns of one .gitignore, relative to its folder; the last pattern that matches decides."""

    __slots__ = ("_folder", "_patterns")

    def __init__(self, lines: Sequence[str], folder: str) -> None:
        self._folder = folder.rstrip(os.sep) + os.sep
        self._patterns = [Pattern(plain) for line in reversed(lines) for plain in _plainer(line)]

    def decide(self, path: str, name: str, is_folder: bool) -> bool | None:
        """True: ignored, False: taken back by a `!` pattern, None: no pattern speaks of this path."""
        if not path.startswith(self._folder):
            return None
        relative = path[len(self._folder) :].replace(os.sep, "/")
        for pattern in self._patterns:
            if pattern.matches(relative, name, is_folder):
                return not pattern.negated
        return None


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
