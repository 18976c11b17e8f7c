"""The report formats, on whole outputs: nothing first, then every kind of finding."""

from __future__ import annotations

import json

import jsonschema
import pytest

from freezelint.findings import Edit, Finding, Fix, Location, Related
from freezelint.reports import render, statistics
from freezelint.reports.frame import frame, layout
from freezelint.reports.summary import clean, summary
from freezelint.result import Result

URL = "https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md"
TEXT = """
import keras
model = keras.Sequential()
model.compile()
model.fit(x, y)

base.trainable = False
model.fit(
    x,
    y,
)
last = 1"""


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "FRZ102",
        "name": "toggle-after-training",
        "severity": "error",
        "message": "`base` keeps training",
        "filename": "train.py",
        "cell": None,
        "location": Location(6, 1),
        "end_location": Location(6, 23),
        "keras": "3",
        "url": URL,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


RELATED = (
    Related("compiled here", "train.py", None, Location(3, 1)),
    Related("trained in another file", "other.py", None, Location(12, 5)),
)
CELL = finding(
    filename="n.ipynb",
    cell=3,
    severity="warning",
    code="FRZ101",
    name="toggle-after-compile",
    location=Location(1, 1),
)
FIX = Fix("unsafe", "Compile again", (Edit("model.compile()\n", Location(7, 1), Location(7, 1)),))
LINES = {("train.py", None): tuple(TEXT.splitlines()[1:]), ("n.ipynb", 3): ("base.trainable = False",)}


def result(*findings: Finding, files: int = 17, errors: tuple[str, ...] = ()) -> Result:
    return Result(findings, files, errors, LINES)


@pytest.mark.parametrize(("output_format", "empty"), [("full", ""), ("concise", ""), ("github", ""), ("json", "[]\n")])
def test_nothing_found(output_format: str, empty: str) -> None:
    assert render(output_format, result()) == empty


def test_full() -> None:
    found = result(finding(related=RELATED, fix=FIX))
    assert (
        render("full", found)
        == f"""\
FRZ102 `base` keeps training
  --> train.py:6:1
   |
 4 | model.fit(x, y)
 5 |
 6 | base.trainable = False
   | ^^^^^^^^^^^^^^^^^^^^^^
 7 | model.fit(
 8 |     x,
   |
note: compiled here
  --> train.py:3:1
   |
 3 | model.compile()
   |
note: trained in another file
  --> other.py:12:5
help: Compile again (unsafe fix)
help: `freezelint rule FRZ102` or {URL}

"""
    )


def test_full_in_a_notebook_and_outside_the_text() -> None:
    assert (
        render("full", result(CELL, finding(location=Location(99, 1), url="")))
        == f"""\
FRZ101 `base` keeps training
 --> n.ipynb:cell 3:1:1
  |
1 | base.trainable = False
  | ^^^^^^^^^^^^^^^^^^^^^^
  |
help: `freezelint rule FRZ101` or {URL}

FRZ102 `base` keeps training
   --> train.py:99:1

"""
    )


def test_full_marks_a_span_of_several_rows_to_the_end_of_its_first() -> None:
    text = render("full", result(finding(location=Location(7, 1), end_location=Location(10, 2), url="")))
    assert (
        text
        == """\
FRZ102 `base` keeps training
 --> train.py:7:1
  |
6 | base.trainable = False
7 | model.fit(
  | ^^^^^^^^^^
8 |     x,
9 |     y,
  |

"""
    )


def test_full_in_colour() -> None:
    found = Result((finding(related=RELATED[:1]),), 1, (), {("train.py", None): ("a",) * 5 + ("base",)})
    text = render("full", found, color=True)
    plain = render("full", found)
    assert text.startswith(
        "\033[1;31mFRZ102\033[0m \033[1m`base` keeps training\033[0m\n \033[1;34m-->\033[0m train.py"
    )
    for code in ("1;31", "1;34", "1;36", "1"):
        text = text.replace(f"\033[{code}m", "")
    assert text.replace("\033[0m", "") == plain


def framed(line: str, start: int, end: int) -> list[str]:
    return frame([line], Location(1, start), Location(1, end), context=2, gutter=1, color=False)


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "carets"),
    [
        ("\tx = 1", 2, 3, "    x = 1", "    ^"),
        ("ab\tx", 4, 5, "ab  x", "    ^"),
        ("'日本' + x", 8, 9, "'日本' + x", "         ^"),
        ("'日本' + x", 1, 5, "'日本' + x", "^^^^^^"),
        ("'e\u0301' + x", 8, 9, "'e\u0301' + x", "      ^"),
        ("\x0cx", 2, 3, "␌x", " ^"),
        ("x\x7f", 2, 3, "x␡", " ^"),
        ("x", 9, 12, "x", " ^"),
    ],
)
def test_carets_stand_under_their_text_on_a_terminal(line: str, start: int, end: int, shown: str, carets: str) -> None:
    assert framed(line, start, end) == ["  |", f"1 | {shown}", f"  | {carets}", "  |"]


def test_a_line_that_no_terminal_shows_is_cut_around_its_span() -> None:
    line = "a" * 1000 + "flag" + "b" * 1000
    _, text, carets, _ = framed(line, 1001, 1005)
    assert len(text) <= len("1 | ") + 162
    assert text[carets.index("^") : carets.rindex("^") + 1] == "flag"
    assert text.startswith("1 | …a")
    assert text.endswith("b…")
    early = framed("flag" + "b" * 1000, 1, 5)
    assert early[1].startswith("1 | flagbbb")
    assert early[2] == "  | ^^^^"


def test_layout_gives_a_column_for_every_character_and_the_end() -> None:
    assert layout("\té日") == ("    é日", [0, 4, 5, 7])
    assert layout("") == ("", [0])


def test_concise() -> None:
    assert render("concise", result(CELL, finding(related=RELATED))) == (
        "n.ipynb:cell 3:1:1: FRZ101 `base` keeps training\ntrain.py:6:1: FRZ102 `base` keeps training\n"
    )
    assert render("concise", result(CELL), color=True) == (
        "n.ipynb:cell 3:1:1: \033[1;33mFRZ101\033[0m `base` keeps training\n"
    )


def test_github_escapes_what_it_must() -> None:
    found = finding(filename="a,b:c%.py", message="50 %:\nnext, row")
    assert render("github", result(found, CELL)) == (
        "::error title=freezelint (FRZ102),file=a%2Cb%3Ac%25.py,line=6,col=1,endLine=6,endColumn=23"
        "::a,b:c%25.py:6:1: FRZ102 50 %25:%0Anext, row\n"
        "::warning title=freezelint (FRZ101),file=n.ipynb::n.ipynb:cell 3:1:1: FRZ101 `base` keeps training\n"
    )


def test_json_is_whole_and_in_order() -> None:
    text = render("json", result(finding(related=RELATED[:1], fix=FIX), CELL))
    place = {"row": 6, "column": 1}
    first, second = json.loads(text)
    assert list(first.items()) == [
        ("code", "FRZ102"),
        ("name", "toggle-after-training"),
        ("severity", "error"),
        ("message", "`base` keeps training"),
        ("filename", "train.py"),
        ("cell", None),
        ("location", place),
        ("end_location", {"row": 6, "column": 23}),
        ("keras", "3"),
        ("url", URL),
        (
            "related",
            [
                {
                    "message": "compiled here",
                    "filename": "train.py",
                    "cell": None,
                    "location": {"row": 3, "column": 1},
                }
            ],
        ),
        (
            "fix",
            {
                "applicability": "unsafe",
                "message": "Compile again",
                "edits": [
                    {
                        "content": "model.compile()\n",
                        "location": {"row": 7, "column": 1},
                        "end_location": {"row": 7, "column": 1},
                    }
                ],
            },
        ),
    ]
    assert (second["cell"], second["related"], second["fix"]) == (3, [], None)


PLACE = {
    "type": "object",
    "required": ["row", "column"],
    "additionalProperties": False,
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("row", "column")},
}
EDIT = {
    "required": ["content", "location", "end_location"],
    "properties": {"location": PLACE, "end_location": PLACE},
}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": [
            "code",
            "name",
            "severity",
            "message",
            "filename",
            "cell",
            "location",
            "end_location",
            "keras",
            "url",
        ],
        "properties": {
            "code": {"type": "string", "pattern": "^FRZ[1-9][0-9]{2}$"},
            "name": {"type": "string"},
            "severity": {"enum": ["error", "warning"]},
            "message": {"type": "string"},
            "filename": {"type": "string"},
            "cell": {"type": ["integer", "null"], "minimum": 1},
            "location": PLACE,
            "end_location": PLACE,
            "keras": {"enum": ["2", "3", "any"]},
            "url": {"type": "string", "format": "uri"},
            "related": {
                "type": "array",
                "items": {
                    "required": ["message", "filename", "cell", "location"],
                    "additionalProperties": False,
                    "properties": {"message": {}, "filename": {}, "cell": {}, "location": PLACE},
                },
            },
            "fix": {
                "anyOf": [
                    {"type": "null"},
                    {
                        "required": ["applicability", "message", "edits"],
                        "properties": {
                            "applicability": {"enum": ["safe", "unsafe", "display"]},
                            "edits": {"type": "array", "items": EDIT},
                        },
                    },
                ]
            },
        },
    },
}


def test_json_follows_the_schema_that_others_read() -> None:
    found = result(finding(related=RELATED, fix=FIX), CELL, finding(keras="any", message="日本 \x00 “”"))
    jsonschema.validate(json.loads(render("json", found)), SCHEMA)


def test_statistics() -> None:
    found = result(*[finding()] * 10, CELL, CELL)
    assert statistics.render(found) == "10  FRZ102  toggle-after-training\n 2  FRZ101  toggle-after-compile\n"
    assert json.loads(statistics.render(found, output_format="json"))[1] == {
        "code": "FRZ101",
        "name": "toggle-after-compile",
        "count": 2,
    }
    lines = statistics.render(found, output_format="json-lines").splitlines()
    assert [json.loads(line)["count"] for line in lines] == [10, 2]
    assert statistics.render(result(), output_format="json-lines") == ""
    assert statistics.render(result()) == ""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (result(), "All checks passed! (17 files checked)"),
        (result(files=1), "All checks passed! (1 file checked)"),
        (result(errors=("x",), files=0), "Nothing found, but the run is incomplete (0 files checked)."),
        (result(finding(), CELL, finding()), "Found 2 errors and 1 warning in 2 files (17 files checked)."),
        (result(CELL), "Found 1 warning in 1 file (17 files checked)."),
        (result(finding(), finding(), files=1), "Found 2 errors in 1 file (1 file checked)."),
    ],
)
def test_summary(found: Result, expected: str) -> None:
    assert summary(found) == expected


def test_the_clean_summary_is_one_sentence_for_both_ways() -> None:
    assert summary(result(files=3)) == clean(3)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (result(), 0),
        (result(CELL), 1),
        (result(errors=("x",)), 2),
        (result(finding(code="FRZ903")), 2),
        (result(finding(code="FRZ904"), CELL), 2),
        (result(finding(code="FRZ900")), 1),
    ],
)
def test_exit_status(found: Result, status: int) -> None:
    assert found.exit_status == status
