"""The keys of `[tool.freezelint]`: types, and errors that name file, key and the nearest valid one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from freezelint.settings.codes import is_selector, nearest_code

Values = dict[str, object]


class SettingsError(Exception):
    """A setting cannot be used. The text is one line: where, which key, what is wrong, what to write."""


class _Invalid(Exception):
    """What is wrong with a value, before file and key are known."""


FORMATS = (
    "full",
    "concise",
    "grouped",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "pylint",
)


def _shown(value: object) -> str:
    """A value as TOML writes it, shortened to stay on one line."""
    text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return " ".join(text.split())[:60]


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Invalid(f"expected true or false, got {_shown(value)}")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _Invalid(f"expected a string, got {_shown(value)}")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _Invalid(f"expected a list of strings, got {_shown(value)}")
    return tuple(value)


def _selectors(value: object) -> tuple[str, ...]:
    selectors = tuple(item.strip().upper() for item in _strings(value))
    for selector in selectors:
        if not is_selector(selector):
            near = nearest_code(selector)
            hint = f'did you mean "{near}"?' if near else 'codes look like "FRZ102", prefixes like "FRZ1"'
            raise _Invalid(f'unknown rule code "{selector}"; {hint} `freezelint rule --all` lists every code')
    return selectors


class Choice:
    """One of several strings; a number stands for the string of its digits."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def __call__(self, value: object) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or text not in self.choices:
            near = _did_you_mean(text, self.choices)
            raise _Invalid(f"expected {_either(self.choices)}, got {_shown(value)}{near}")
        return text


def _per_file(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _Invalid(f'expected a table such as {{"tests/*" = ["FRZ1"]}}, got {_shown(value)}')
    return tuple((str(pattern), _selectors(codes)) for pattern, codes in value.items())


def _either(choices: tuple[str, ...]) -> str:
    quoted = [f'"{choice}"' for choice in choices]
    return ", ".join(quoted[:-1]) + f" or {quoted[-1]}"


def _did_you_mean(text: object, choices: tuple[str, ...]) -> str:
    import difflib

    near = difflib.get_close_matches(text, choices, n=1, cutoff=0.5) if isinstance(text, str) else []
    return f'; did you mean "{near[0]}"?' if near else ""


KEYS: dict[str, Callable[[object], object]] = {
    "select": _selectors,
    "ignore": _selectors,
    "extend-select": _selectors,
    "preview": _boolean,
    "per-file-ignores": _per_file,
    "exclude": _strings,
    "extend-exclude": _strings,
    "respect-gitignore": _boolean,
    "force-exclude": _boolean,
    "follow-imports": _boolean,
    "fix": _boolean,
    "unsafe-fixes": _boolean,
    "keras-version": Choice("2", "3", "auto"),
    "backend": Choice("tensorflow", "jax", "torch", "auto"),
    "output-format": Choice(*FORMATS),
    "baseline": _string,
    "cache-dir": _string,
}

#: What the values of a key are, where it is no Choice.
TYPES: dict[Callable[[object], object], str] = {
    _boolean: "true or false",
    _string: "string",
    _strings: "list of strings",
    _selectors: "list of codes or prefixes",
    _per_file: "table of globs and lists of codes or prefixes",
}


def parse(table: object, *, where: str) -> Values:
    """Check a table of settings key by key; `where` names it in errors. SettingsError when invalid."""
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where}: expected a table of settings, got {_shown(table)}")
    values: Values = {}
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(_unknown_key(str(key), where))
        try:
            values[key] = KEYS[key](value)
        except _Invalid as error:
            raise SettingsError(f"{where}: {key}: {error}") from None
    return values


def _unknown_key(key: str, where: str) -> str:
    near = _did_you_mean(key.replace("_", "-"), tuple(KEYS))
    return f'{where}: unknown key "{key}"{near or "; remove it."} Valid keys: {", ".join(KEYS)}'
