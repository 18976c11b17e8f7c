"""The Keras generation that a project's dependencies and lock files tell."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from freezelint.target.versions import Keras, family, generation, requirement

# A directory that holds one of these is the top of its project: the search goes no higher.
_TOP = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg")
_LOCKS = ("Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock")


@dataclass(frozen=True, slots=True)
class Claim:
    """One dependency that tells something: the file, the requirement as written, and the generation."""

    file: str
    requirement: str
    keras: Keras
    separate: bool = False  # tf_keras, which is Keras 2 whatever TensorFlow it stands beside

    def __str__(self) -> str:
        return f"{self.file}: {self.requirement}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a project tells, and in words from where."""

    keras: Keras | None
    origin: str


@cache
def ask(directory: str) -> Answer | None:
    """What the dependency files nearest to `directory` tell, up to the project's top; None for nothing."""
    try:
        names = frozenset(os.listdir(directory))
    except OSError:
        names = frozenset()
    telling = sorted(names & _NAMES | _requirements(names))
    claims = [claim for name in telling for claim in _claims(directory, name)]
    if claims:
        return _judge(claims)
    parent = os.path.dirname(directory)
    if parent == directory or not names.isdisjoint(_TOP):
        return None
    return ask(parent)


def forget() -> None:
    """Look at the disk anew."""
    ask.cache_clear()


def _requirements(names: frozenset[str]) -> set[str]:
    return {name for name in names if re.fullmatch(r"requirements.*\.(txt|in)", name)}


def _judge(claims: list[Claim]) -> Answer:
    declared = [claim for claim in claims if claim.separate and claim.file not in _LOCKS]
    if declared:
        return Answer("2", str(declared[0]))
    first = claims[0]
    other = next((claim for claim in claims if claim.keras != first.keras), None)
    if other:
        return Answer(None, f"{first} contradicts {other}")
    return Answer(first.keras, str(first))


def _claims(directory: str, name: str) -> Iterator[Claim]:
    try:
        with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return
    if "keras" not in text.lower() and "tensorflow" not in text.lower():
        return
    reader = _READERS.get(name, _requirement_lines)
    for distribution, written, keras in reader(text):
        if keras is not None:
            yield Claim(name, written, keras, separate=distribution == "tf-keras")


Found = tuple[str, str, Keras | None]


def _requirement_lines(text: str) -> Iterator[Found]:
    """requirements.txt and setup.cfg: a requirement a line."""
    for line in text.splitlines():
        found = requirement(line.split("=", 1)[1] if line.startswith("install_requires") else line)
        if found:
            yield found


def _quoted(text: str) -> Iterator[Found]:
    """setup.py: the literal strings that are requirements."""
    for line in text.splitlines():
        for literal in re.findall(r"[\"']([^\"']+)[\"']", line.split("#", 1)[0]):
            found = requirement(literal)
            if found:
                yield found


def _conda(text: str) -> Iterator[Found]:
    """environment.yml: list items, those of pip included."""
    for item in re.findall(r"^\s*-\s*[\"']?(?:[\w-]+::)?([^\"'\n]+)", text, re.MULTILINE):
        found = requirement(item)
        if found:
            yield found


def _lock(text: str) -> Iterator[Found]:
    """poetry.lock, uv.lock, pdm.lock: a package's `name = "…"` and `version = "…"` are adjacent lines."""
    for name, version in re.findall(r'^name = "([^"]+)"\r?\nversion = "([^"]+)"', text, re.MULTILINE):
        yield from _pinned(name, f"=={version}")


def _pinned(name: str, versions: object) -> Iterator[Found]:
    distribution = family(name)
    if isinstance(versions, dict):
        versions = versions.get("version", "")
    if distribution and isinstance(versions, str):
        yield distribution, f"{name}{versions}", generation(distribution, versions)


def _pipfile_lock(text: str) -> Iterator[Found]:
    import json

    try:
        sections = json.loads(text)
    except ValueError:
        return
    for section in ("default", "develop"):
        for name, package in _table(sections, section).items():
            yield from _pinned(name, package)


def _table(value: object, *keys: str) -> dict[str, object]:
    """The table at a path of keys, empty when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _toml(text: str) -> dict[str, object]:
    """Parse TOML; an invalid file says nothing here, its owner will hear of it elsewhere."""
    from freezelint.toml import TOMLError, loads

    try:
        return loads(text)
    except TOMLError:
        return {}


def _pipfile(text: str) -> Iterator[Found]:
    data = _toml(text)
    for section in ("packages", "dev-packages"):
        for name, versions in _table(data, section).items():
            yield from _pinned(name, versions)


def _pyproject(text: str) -> Iterator[Found]:
    data = _toml(text)
    lists = [_table(data, "project").get("dependencies")]
    lists += _table(data, "project", "optional-dependencies").values()
    lists += _table(data, "dependency-groups").values()
    for items in lists:
        for item in items if isinstance(items, list) else ():
            found = requirement(item) if isinstance(item, str) else None
            if found:
                yield found
    poetry = _table(data, "tool", "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    for table in tables:
        for name, versions in table.items():
            yield from _pinned(name, versions)


_READERS: dict[str, Callable[[str], Iterator[Found]]] = {
    "pyproject.toml": _pyproject,
    "setup.py": _quoted,
    "setup.cfg": _requirement_lines,
    "Pipfile": _pipfile,
    "Pipfile.lock": _pipfile_lock,
    "poetry.lock": _lock,
    "uv.lock": _lock,
    "pdm.lock": _lock,
    "environment.yml": _conda,
    "environment.yaml": _conda,
    "conda.yml": _conda,
    "conda.yaml": _conda,
}
_NAMES = frozenset(_READERS)
