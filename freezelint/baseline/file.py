"""A baseline on disk: JSON, sorted, one entry a line, so that it merges and its changes can be read in review."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field

from freezelint.atomic import write_text
from freezelint.settings import SettingsError

FORMAT = "freezelint baseline"
VERSION = 1
_CODE = re.compile(r"FRZ\d{3}")
_REPOSITORIES = (".git", ".hg", ".svn")

#: What a finding is known by: the file (with /, from the top of the repository), the rule, the context.
Key = tuple[str, str, str]


class BaselineError(SettingsError):
    """A baseline cannot be read or written. The text is one line: which file, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many findings are accepted for each key. `path` is the file, `root` the folder that its names start from."""

    path: str
    root: str
    counts: Counter[Key] = field(default_factory=Counter)

    def name_of(self, filename: str) -> str:
        """The name of a file in this baseline."""
        return os.path.relpath(os.path.realpath(filename), self.root).replace(os.sep, "/")


def read(path: str, *, missing_ok: bool = False) -> Baseline:
    """Read a baseline. BaselineError when it is not there, unless `missing_ok`, or is not a baseline."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        if missing_ok:
            return Baseline(path, _root(path))
        raise BaselineError(
            f"{path}: there is no such baseline; write it with `freezelint check --write-baseline {path}`"
        ) from None
    except OSError as error:
        raise BaselineError(f"{path}: the baseline cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _foreign(path, "it is not UTF-8 text") from None
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(path, f"invalid JSON: {error}") from None
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise _foreign(path, f'it does not say "format": "{FORMAT}"')
    if table.get("version") != VERSION:
        raise BaselineError(
            f"{path}: a baseline of version {table.get('version')!r}, this freezelint reads version {VERSION}; "
            "use the freezelint that wrote it, or delete the file and write it again"
        )
    return Baseline(path, _root(path), Counter(_entries(table.get("files"), path)))


def write(baseline: Baseline) -> None:
    """Write a baseline in one step. BaselineError when that cannot be done."""
    files: dict[str, dict[str, dict[str, int]]] = {}
    for (name, code, context), count in sorted(baseline.counts.items()):
        if count > 0:
            files.setdefault(name, {}).setdefault(code, {})[context] = count
    table = {"format": FORMAT, "version": VERSION, "files": files}
    try:
        write_text(baseline.path, json.dumps(table, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BaselineError(
            f"{baseline.path}: the baseline cannot be written ({error.strerror}); give a path in a folder that exists"
        ) from None


def _entries(files: object, path: str) -> dict[Key, int]:
    """The counts of `files`, each part looked at: a merge that went wrong must not pass for a baseline."""
    entries: dict[Key, int] = {}
    if not isinstance(files, dict):
        raise _foreign(path, '"files" is not an object')
    for name, codes in files.items():
        for code, contexts in codes.items() if isinstance(codes, dict) else [("", None)]:
            if not _CODE.fullmatch(code) or not isinstance(contexts, dict):
                raise _foreign(path, f'the entry of "{name}" is not an object of codes and contexts')
            for context, count in contexts.items():
                if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                    raise _foreign(path, f'"{name}", {code}, "{context}": {count!r} is not a count')
                entries[name, code, context] = count
    return entries


def _foreign(path: str, reason: str) -> BaselineError:
    advice = "restore it from version control, or write a new one to another path"
    return BaselineError(f"{path}: not a baseline of freezelint: {reason}; {advice}")


def _root(path: str) -> str:
    """The top of the repository that a baseline lies in, its own folder where there is none."""
    own = folder = os.path.dirname(os.path.realpath(path))
    while not any(os.path.exists(os.path.join(folder, name)) for name in _REPOSITORIES):
        if folder == os.path.dirname(folder):
            return own
        folder = os.path.dirname(folder)
    return folder
