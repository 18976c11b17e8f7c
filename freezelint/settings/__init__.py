"""Settings: `[tool.freezelint]` of the nearest pyproject.toml, and the command line above it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from freezelint.settings import files
from freezelint.settings.codes import NOT_IGNORABLE, Selection, matching, resolve
from freezelint.settings.schema import KEYS, SettingsError, Values, parse

__all__ = ["KEYS", "Resolver", "Settings", "SettingsError"]


@dataclass(frozen=True)
class Settings:
    """What is checked and how. Globs count from the directory `root`.

    `selections` are the layers of select, extend-select and ignore, the strongest last; `exclude` None means
    the default excludes. `origins` says where the value of a key came from; a missing one has its default.
    """

    selections: tuple[Selection, ...] = ()
    preview: bool = False
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    follow_imports: bool = True
    fix: bool = False
    unsafe_fixes: bool = False
    keras_version: str = "auto"
    backend: str = "auto"
    output_format: str = "full"
    baseline: str = ""
    cache_dir: str = ".freezelint_cache"
    root: str = field(default_factory=os.getcwd)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, **values: object) -> Settings:
        """Settings from Python values, checked like a file: `Settings.of(select=["FRZ1"], backend="jax")`.

        Keys are those of `[tool.freezelint]` with underscores. SettingsError when one is unknown or invalid.
        """
        table = {key.replace("_", "-"): value for key, value in values.items()}
        return layered([("argument", parse(table, where="argument"))])

    def for_directory(self, directory: str) -> Settings:
        """These settings: they hold for every directory."""
        return self

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of the rules that are on."""
        return resolve(self.selections, preview=self.preview)

    def origin(self, key: str) -> str:
        """In words, where the value of a key came from: "default", "--select" or the settings file."""
        return self.origins.get(key, "default")

    @property
    def baseline_path(self) -> str:
        """The path of the baseline, "" for none. The setting counts from its file, the option from where one is."""
        given = self.origin("baseline") == "--baseline" or not self.baseline
        return self.baseline if given else os.path.join(self.root, self.baseline)

    def codes_for(self, filename: str) -> frozenset[str]:
        """The codes that are on for one file: without those that per-file-ignores takes away."""
        if not self.per_file_ignores:
            return self.codes
        path = os.path.relpath(os.path.abspath(filename), self.root).replace(os.sep, "/")
        ignored = [
            selector
            for pattern, selectors in self.per_file_ignores
            if _matches(path, pattern)
            for selector in selectors
        ]
        return self.codes - (matching(ignored, self.codes) - NOT_IGNORABLE)


def _matches(path: str, pattern: str) -> bool:
    """Match as ruff does: `*` crosses directories, a pattern may name the whole path or the file alone."""
    from fnmatch import fnmatchcase

    if pattern.startswith("!"):
        return not _matches(path, pattern[1:])
    plain = pattern.removeprefix("./").removeprefix("**/")
    name = path.rsplit("/", 1)[-1]
    return fnmatchcase(path, pattern) or fnmatchcase(path, plain) or fnmatchcase(name, plain)


def layered(layers: list[tuple[str, Values]], *, root: str | None = None) -> Settings:
    """Put checked layers of values on top of each other, each with the words that name its origin."""
    merged: Values = {}
    origins: dict[str, str] = {}
    selections = []
    for origin, values in layers:
        layer = Selection(
            select=values.get("select"),  # type: ignore[arg-type]
            extend_select=values.get("extend-select", ()),  # type: ignore[arg-type]
            ignore=values.get("ignore", ()),  # type: ignore[arg-type]
        )
        if layer != Selection():
            selections.append(layer)
        merged.update(values)
        origins.update({key: f"--{key}" if origin == "command line" else origin for key in values})
    rest = {
        key.replace("-", "_"): value
        for key, value in merged.items()
        if key not in ("select", "extend-select", "ignore")
    }
    return Settings(selections=tuple(selections), root=root or os.getcwd(), origins=origins, **rest)  # type: ignore[arg-type]


class Resolver:
    """Finds the settings of a directory: one given file or the nearest, and the command line on top."""

    def __init__(
        self,
        *,
        config: str | None = None,
        isolated: bool = False,
        overrides: Mapping[str, object] | None = None,
    ) -> None:
        self._config = config
        self._isolated = isolated
        self._overrides = parse(overrides or {}, where="command line")
        self._known: dict[str | None, Settings] = {}
        self._nearest: dict[str, str | None] = {}

    def for_directory(self, directory: str) -> Settings:
        """The settings in force in a directory. SettingsError when a settings file is invalid."""
        directory = os.path.abspath(directory)
        if directory not in self._nearest:
            self._nearest[directory] = self._find(directory)
        return self._known[self._nearest[directory]]

    def _find(self, directory: str) -> str | None:
        found = None
        if self._config is not None:
            found = (os.path.abspath(self._config), files.read(self._config) or {})
        elif not self._isolated:
            parent = os.path.dirname(directory)
            # A parent's answer holds for its children unless a child has a file of its own.
            has_own = any(os.path.exists(os.path.join(directory, n)) for n in (*files.STANDALONE, files.PYPROJECT))
            if parent in self._nearest and not has_own:
                return self._nearest[parent]
            found = files.nearest(directory)
        path = found[0] if found else None
        if path not in self._known:
            layers = [(files.shown(path), found[1])] if found and path else []
            root = os.path.dirname(path) if path else None
            self._known[path] = layered([*layers, ("command line", self._overrides)], root=root)
        return path
