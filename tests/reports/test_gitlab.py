"""GitLab's Code Quality report, against the shape that GitLab publishes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from report_cases import FIX, IN_CELL, ODD, RELATED, finding, result, unreadable, write_notebook

from freezelint.reports import render

# docs.gitlab.com/ci/testing/code_quality: "Code Quality report format".
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./|\\"}},
                    "lines": {
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {name: {"type": "integer", "minimum": 1} for name in ("begin", "end")},
                    },
                },
            },
        },
    },
}


@pytest.fixture(autouse=True)
def _in_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")


def test_nothing_found() -> None:
    assert render("gitlab", result()) == "[]\n"


def test_an_issue() -> None:
    (issue,) = json.loads(render("gitlab", result(finding(related=RELATED, fix=FIX))))
    assert len(issue.pop("fingerprint")) == 32
    assert issue == {
        "description": "FRZ102: `base` keeps training",
        "check_name": "FRZ102",
        "severity": "major",
        "location": {"path": "sub/train.py", "lines": {"begin": 2, "end": 2}},
    }


def test_every_kind_follows_the_shape(tmp_path: Path) -> None:
    text = write_notebook(tmp_path / "sub")
    found = result(finding(), finding(), IN_CELL, finding(filename=ODD), unreadable(), finding(filename="../../o.py"))
    issues = json.loads(render("gitlab", found))
    jsonschema.validate(issues, SCHEMA)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert issues[2]["description"].endswith("keeps training (cell 2, line 2)")
    assert issues[2]["severity"] == "minor"
    assert "base.trainable" in text.splitlines()[issues[2]["location"]["lines"]["begin"] - 1]
    assert issues[3]["location"]["path"] == f"sub/{ODD}"
    assert issues[5]["location"]["path"] == str(tmp_path.parent / "o.py")
