"""TOML: the standard library's reader, below Python 3.11 the package it came from."""

from __future__ import annotations

import sys
from importlib import import_module


class TOMLError(ValueError):
    """The text is not TOML; the message says where."""


def loads(text: str) -> dict[str, object]:
    """Parse TOML text. TOMLError when it is invalid."""
    reader = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        table: dict[str, object] = reader.loads(text)
    except reader.TOMLDecodeError as error:
        raise TOMLError(str(error)) from None
    return table
