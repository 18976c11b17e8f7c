"""What each key of `[tool.freezelint]` is for: the text of `freezelint config`, and the JSON schema for editors."""

from __future__ import annotations

from dataclasses import dataclass

from freezelint import rules
from freezelint.settings import Settings
from freezelint.settings.codes import GROUPS
from freezelint.settings.schema import KEYS, TYPES, Choice
from freezelint.sources.discovery import DEFAULT_EXCLUDE

SCHEMA_ID = f"{rules.REPOSITORY}/raw/main/freezelint/freezelint.schema.json"

#: Each key: a sentence or two, and an example of its value in TOML.
ABOUT: dict[str, tuple[str, str]] = {
    "select": ("The rules that are on, by code or prefix; replaces the default.", '["FRZ1", "FRZ404"]'),
    "ignore": ("Rules that are off, by code or prefix. Of two selectors the longer one decides.", '["FRZ602"]'),
    "extend-select": ("Rules that are on beside those of `select` or the default.", '["FRZ8"]'),
    "preview": ("Allow preview rules (FRZ8) to be selected.", "true"),
    "per-file-ignores": (
        "Rules that are off in the files that a glob matches; `!` before a glob inverts it.",
        '{ "tests/**" = ["FRZ404"] }',
    ),
    "exclude": ("Files and folders that are passed over, as in a .gitignore; replaces the default.", '["legacy/"]'),
    "extend-exclude": ("Files and folders that are passed over beside those of `exclude`.", '["legacy/"]'),
    "respect-gitignore": ("Pass over what a .gitignore names.", "false"),
    "force-exclude": ("Pass over excluded files also when they are given by name, as pre-commit does.", "true"),
    "follow-imports": ("Follow imports into the files of the project; false: every file by itself.", "false"),
    "keras-version": (
        "The generation of Keras that the code runs on; auto reads dependencies, lock files and the file itself.",
        '"3"',
    ),
    "backend": ("The backend of Keras 3 that the code runs on.", '"jax"'),
    "cache-dir": ("The folder that verdicts are kept in between runs.", '".freezelint_cache"'),
    "fix": ("Apply safe fixes, as --fix does.", "true"),
    "unsafe-fixes": ("Fixes that change what trains count as well: --fix applies them.", "true"),
    "output-format": ("How findings are printed.", '"concise"'),
    "baseline": (
        "A file of accepted findings, written by --write-baseline; only what exceeds it is reported. The path counts "
        "from the settings file.",
        '"freezelint-baseline.json"',
    ),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its values are (in words), its default as TOML would write it, what it does, an example."""

    name: str
    type: str
    default: str
    about: str
    example: str


def key(name: str) -> Key:
    """The description of a key. KeyError when it has none: a new one needs an entry in ABOUT."""
    parser = KEYS[name]
    what = _either(parser) if isinstance(parser, Choice) else TYPES.get(parser, "string")
    about, example = ABOUT[name]
    return Key(name, what, toml(default(name)), about, example)


def _either(choice: Choice) -> str:
    return " | ".join(f'"{value}"' for value in choice.choices)


def default(name: str) -> object:
    """The value of a key that nobody sets."""
    if name == "select":
        return [group for group in GROUPS if group != "FRZ8"]
    if name == "exclude":
        return list(DEFAULT_EXCLUDE)
    if name == "per-file-ignores":
        return {}
    return getattr(Settings(), name.replace("-", "_"), [])


def toml(value: object) -> str:
    """A value as the settings file would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(name)} = {toml(codes)}" for name, codes in value.items()) + "}"
    assert isinstance(value, (list, tuple))
    return "[" + ", ".join(toml(item) for item in value) + "]"


def json_schema() -> dict[str, object]:
    """The JSON schema (draft 7) of the table `[tool.freezelint]`, which is also that of a freezelint.toml."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        "title": "freezelint",
        "description": "The settings of freezelint: [tool.freezelint] in pyproject.toml, or a freezelint.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(name) for name in sorted(KEYS)},
        "definitions": {"selector": {"type": "string", "enum": _selectors()}},
    }


def _property(name: str) -> dict[str, object]:
    codes: dict[str, object] = {"type": "array", "items": {"$ref": "#/definitions/selector"}}
    types: dict[str, dict[str, object]] = {
        "true or false": {"type": "boolean"},
        "string": {"type": "string"},
        "list of strings": {"type": "array", "items": {"type": "string"}},
        "list of codes or prefixes": codes,
        "table of globs and lists of codes or prefixes": {"type": "object", "additionalProperties": codes},
    }
    parser = KEYS[name]
    if isinstance(parser, Choice):
        numbers = [int(choice) for choice in parser.choices if choice.isdigit()]
        said: dict[str, object] = {"enum": [*parser.choices, *numbers]}
    else:
        said = types[TYPES.get(parser, "string")]
    return {"description": ABOUT[name][0], "default": default(name), **said}


def _selectors() -> list[str]:
    """ALL, and every prefix of a code that exists."""
    prefixes = {code[:length] for code in rules.modules() for length in range(3, 7)} | set(GROUPS)
    return ["ALL", *sorted(prefixes)]
