"""The settings file that is in force for a directory: found, read and checked."""

from __future__ import annotations

import os

from freezelint.settings.schema import SettingsError, Values, parse

STANDALONE = (".freezelint.toml", "freezelint.toml")
PYPROJECT = "pyproject.toml"


def shown(path: str) -> str:
    """A path as a person reads it: relative to the working directory when it lies below."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def read(path: str) -> Values | None:
    """The checked settings in one file; None for a pyproject.toml without `[tool.freezelint]`.

    Raises SettingsError when the file cannot be read, is not TOML or holds an invalid setting.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise SettingsError(f"{shown(path)}: cannot be read ({error.strerror}); give an existing file") from None
    pyproject = os.path.basename(path) not in STANDALONE and (
        os.path.basename(path) == PYPROJECT or b"tool.freezelint" in data
    )
    if pyproject and b"freezelint" not in data:
        return None
    table: object = _toml(data, path)
    if not pyproject:
        return parse(table, where=shown(path))
    for key in ("tool", "freezelint"):
        table = table.get(key) if isinstance(table, dict) else None
    return None if table is None else parse(table, where=f"{shown(path)}: [tool.freezelint]")


def _toml(data: bytes, path: str) -> object:
    from freezelint.toml import TOMLError, loads

    try:
        return loads(data.decode("utf-8"))
    except (TOMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{shown(path)}: invalid TOML: {error}; correct the file") from None


def nearest(directory: str) -> tuple[str, Values] | None:
    """The nearest settings file in `directory` or above, and what it says. SettingsError when invalid."""
    current = os.path.abspath(directory)
    while True:
        for name in (*STANDALONE, PYPROJECT):
            path = os.path.join(current, name)
            if os.path.isfile(path):
                values = read(path)
                if values is not None:
                    return path, values
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
