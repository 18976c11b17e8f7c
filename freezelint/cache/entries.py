"""A FileResult as JSON lists and back: plain data, field by field, so that no type is named in the file."""

from __future__ import annotations

import dataclasses
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from freezelint.file_check import FileResult
from freezelint.findings import Finding, Location


def encode(result: FileResult) -> list[Any]:
    """The lists of a result; an empty one for a file in which there is nothing."""
    if not (result.findings or result.lines or result.excused):
        return []
    return [
        [_plain(finding) for finding in result.findings],
        [[filename, cell, "\n".join(lines)] for (filename, cell), lines in result.lines.items()],
        [[filename, _plain(location)] for filename, location in sorted(result.excused)],
    ]


def decode(data: list[Any]) -> FileResult:
    """The result of these lists. TypeError or ValueError when they are none of ours."""
    if not data:
        return FileResult()
    findings, lines, excused = data
    return FileResult(
        [_made(Finding, each) for each in findings],
        {(filename, cell): tuple(text.split("\n")) for filename, cell, text in lines},
        {(filename, _made(Location, location)) for filename, location in excused},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    return value


@cache
def _hints(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in dataclasses.fields(kind))


def _made(hint: Any, data: Any) -> Any:
    """The value of a field's type: a dataclass, a tuple of one type, one of these or None, or plain data."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = _hints(hint)
        if len(hints) != len(data):
            raise ValueError("not a finding of this version")
        return hint(*map(_made, hints, data))
    if get_origin(hint) is tuple:
        return tuple(_made(get_args(hint)[0], item) for item in data)
    if data is not None and isinstance(hint, UnionType) and NoneType in get_args(hint):
        return _made(next(arg for arg in get_args(hint) if arg is not NoneType), data)
    return data
