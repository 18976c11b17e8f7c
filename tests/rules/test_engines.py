"""The table of engines on every page: complete, and its last column is what the rule does."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache

import pytest
from evidence import ENGINES, FIXTURES

from freezelint import Settings, check_source
from freezelint.rules import load, modules
from freezelint.rules.page import NOT_REPORTED, TARGETS, engines, links, severities

CHECKING = [code for code in modules() if load(code).check is not None]


@cache
def reported() -> dict[tuple[str, str], set[str]]:
    """Severities of every finding of (rule, engine) over all fixtures."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for engine in ENGINES:
        generation, _, backend = engine.removeprefix("keras").partition("-")
        backend = backend or "tensorflow"
        settings = Settings.of(select=["ALL"], preview=True, keras_version=generation, backend=backend)
        for path in sorted(FIXTURES.glob("*/*.py")):
            for finding in check_source(path.read_text(encoding="utf-8"), str(path), settings):
                found[finding.code, engine].add(finding.severity)
    return found


@pytest.mark.parametrize("code", CHECKING)
def test_every_engine_has_a_row(code: str) -> None:
    named = {row.engine for row in engines(load(code).page)}
    assert [target for target, rows in TARGETS.items() if not named & set(rows)] == []
    assert all(cell for row in engines(load(code).page) for cell in row.happens.values())


@pytest.mark.parametrize("code", CHECKING)
def test_how_a_rule_reports_is_what_its_page_says(code: str) -> None:
    """Where the defect cannot occur nothing is claimed: a program for TensorFlow is no program for JAX."""
    rows = {row.engine: row for row in engines(load(code).page)}
    said = severities(load(code).page)
    for engine, names in TARGETS.items():
        row = next(rows[name] for name in names if name in rows)
        if next(iter(row.happens.values())).startswith("does not apply"):
            assert row.reported == NOT_REPORTED
        else:
            assert said[engine] == (" or ".join(sorted(reported()[code, engine])) or None), engine


def test_a_page_is_read_as_written() -> None:
    page = """Summary.

## What each Keras does

| engine | first | second | reported |
|---|---|---|---|
| Keras 2 | a | b | – |
| the same, eagerly | c | d | error |
| Keras 3 on any backend | e | f | error or warning |

## Public reports

- [a/b#1](https://github.com/a/b/issues/1): what it is
  and more
- no link

## References

- [One](https://one.org/), on this
"""
    assert [row.happens for row in engines(page)] == [
        {"first": "a", "second": "b"},
        {"first": "c", "second": "d"},
        {"first": "e", "second": "f"},
    ]
    both = "error or warning"
    assert severities(page) == {"keras2": None, "keras3": both, "keras3-jax": both, "keras3-torch": both}
    (report,) = links(page, "Public reports")
    assert (report.title, report.url) == ("a/b#1", "https://github.com/a/b/issues/1")
    assert report.note == "what it is and more"
    assert [link.note for link in links(page, "References")] == ["on this"]
    assert engines("No table.") == []
    assert set(severities("No table.").values()) == {None}


def test_json_carries_severity_engines_reports_and_references(capsys: pytest.CaptureFixture[str]) -> None:
    from freezelint.__main__ import main

    assert main(["rule", "FRZ106", "--output-format", "json"]) == 0
    rule = json.loads(capsys.readouterr().out)
    assert list(rule) == [
        *("code", "name", "summary", "preview", "url", "severity", "engines", "reports", "references", "explanation")
    ]
    assert rule["severity"] == {"keras2": None, "keras3": "error", "keras3-jax": "error", "keras3-torch": "error"}
    assert rule["engines"][0]["engine"] == "Keras 2"
    assert rule["engines"][0]["reported"] == NOT_REPORTED
    assert rule["engines"][0]["happens"]["what happens"].startswith("works: ")
    assert all(link["url"].startswith("https://") for link in rule["references"] + rule["reports"])
