"""reviewdog's diagnostic format: its published shape, columns in bytes, and suggestions that do what the fix means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from report_cases import CELL, FIX, IN_CELL, RELATED, ROWS, apply, finding, result, unreadable, write_notebook

from freezelint.findings import Edit, Fix, Location
from freezelint.reports import render
from freezelint.result import Result

# The messages of proto/rdf/reviewdog.proto, by the names that its JSON has.
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 1}


def _message(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


_POSITION = _message(line=_NUMBER, column=_NUMBER)
_RANGE = {**_message(start=_POSITION, end=_POSITION), "required": ["start"]}
_LOCATION = {**_message(path=_TEXT, range=_RANGE), "required": ["path"]}
_SOURCE = _message(name=_TEXT, url=_TEXT)
_DIAGNOSTIC = _message(
    message=_TEXT,
    location=_LOCATION,
    severity={"enum": ["ERROR", "WARNING", "INFO"]},
    source=_SOURCE,
    code=_message(value=_TEXT, url=_TEXT),
    suggestions={"type": "array", "items": {**_message(range=_RANGE, text=_TEXT), "required": ["range", "text"]}},
    original_output=_TEXT,
    related_locations={"type": "array", "items": _message(message=_TEXT, location=_LOCATION)},
)
SCHEMA = _message(diagnostics={"type": "array", "items": _DIAGNOSTIC}, source=_SOURCE)


def read(found: Result) -> list[dict[str, Any]]:
    report = json.loads(render("rdjson", found))
    jsonschema.validate(report, SCHEMA)
    assert report["source"] == {"name": "freezelint", "url": "https://github.com/freezelint/freezelint"}
    return report["diagnostics"]  # type: ignore[no-any-return]


def at(line: int, column: int) -> dict[str, int]:
    return {"line": line, "column": column}


def suggested(text: str, diagnostic: dict[str, Any]) -> str:
    """The text after the suggestion, by bytes, as reviewdog counts."""
    (one,) = diagnostic["suggestions"]
    start, end = one["range"]["start"], one["range"]["end"]
    data = text.encode().decode("latin-1")
    edit = (start["line"], start["column"], end["line"], end["column"], one["text"].encode().decode("latin-1"))
    return apply(data, [edit]).encode("latin-1").decode()


def test_nothing_found() -> None:
    assert read(result()) == []


def test_a_diagnostic() -> None:
    (only,) = read(result(finding(related=RELATED, fix=FIX)))
    assert only == {
        "message": "`base` keeps training",
        "location": {"path": "train.py", "range": {"start": at(2, 11), "end": at(2, 33)}},
        "severity": "ERROR",
        "code": {"value": "FRZ102", "url": "https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md"},
        "suggestions": [{"range": {"start": at(3, 1), "end": at(3, 1)}, "text": "model.compile('adam')\n"}],
        "related_locations": [
            {"message": "trained here", "location": {"path": "train.py", "range": {"start": at(1, 1)}}},
            {"message": "compiled in another file", "location": {"path": "lib/ü.py", "range": {"start": at(12, 5)}}},
        ],
    }


def test_what_can_not_be_applied_is_not_suggested() -> None:
    edits = (Edit("a", Location(1, 1), Location(1, 9)), Edit("b", Location(1, 5), Location(1, 6)))
    far = (Edit("a", Location(1, 1), Location(1, 1)), Edit("b", Location(90, 1), Location(90, 1)))
    for fix in (
        Fix("display", "Look", FIX.edits),
        Fix("safe", "x", edits),
        Fix("safe", "x", far),
        Fix("safe", "x", ()),
    ):
        (only,) = read(result(finding(fix=fix)))
        assert "suggestions" not in only
    assert "suggestions" not in read(result(unreadable()))[0]


BOTH = (
    Edit("m.compile('é')\n", Location(3, 1), Location(3, 1)),
    Edit("model.summary()", Location(1, 1), Location(1, 16)),
    Edit("True", Location(2, 27), Location(2, 32)),
)


def test_several_edits_are_one_suggestion() -> None:
    text = "\n".join(ROWS)
    meant = [(e.location.row, e.location.column, e.end_location.row, e.end_location.column, e.content) for e in BOTH]
    (only,) = read(result(finding(fix=Fix("unsafe", "All", BOTH))))
    assert suggested(text, only) == apply(text, meant)
    assert apply(text, meant) == "model.summary()\ns = 'ü'; base.trainable = True\nm.compile('é')\nmodel.fit(x, y)"


@pytest.mark.parametrize("indent", [1, None])
def test_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None) -> None:
    monkeypatch.chdir(tmp_path)
    text = write_notebook(tmp_path, indent=indent)
    (only,) = read(result(IN_CELL))
    assert only["message"] == "`base` keeps training (cell 2, line 2)"
    where = only["location"]["range"]
    row = text.splitlines()[where["start"]["line"] - 1].encode()
    assert row[where["start"]["column"] - 1 : where["end"]["column"] - 1] == b"base.trainable = False"
    after = json.loads(suggested(text, only))
    rows = CELL.split("\n")
    assert "".join(after["cells"][1]["source"]).split("\n") == [*rows[:2], "model.compile('adam')", *rows[2:]]
