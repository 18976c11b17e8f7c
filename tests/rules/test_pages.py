"""Every rule has a whole page, whose examples show what it says."""

from __future__ import annotations

import ast
import re

import pytest

from freezelint.rules import load, modules
from freezelint.rules.page import links, sections

CODES = list(modules())
CHECKING = [code for code in CODES if load(code).check is not None]
SECTIONS = [
    "What it does",
    "Why is this bad?",
    "What each Keras does",
    "Example",
    "Use instead",
    "Not reported",
    "Public reports",
    "References",
]


@pytest.mark.parametrize("code", CHECKING)
def test_page_has_every_section_in_order_and_none_is_empty(code: str) -> None:
    found = sections(load(code).page)
    assert [title for title in found if title != "Fix"] == SECTIONS
    if "Fix" in found:
        assert list(found).index("Fix") == SECTIONS.index("Not reported")
        assert found["Fix"].startswith(("Safe", "Unsafe", "Shown"))
    assert all(text.strip() for text in found.values())


@pytest.mark.parametrize("code", CODES)
def test_summary_is_one_sentence(code: str) -> None:
    assert re.fullmatch(r"[^\n]{20,110}\.", load(code).summary)


@pytest.mark.parametrize("code", CHECKING)
def test_examples_are_python(code: str) -> None:
    found = sections(load(code).page)
    for title in ("Example", "Use instead"):
        blocks = re.findall(r"```python\n(.*?)```", found[title], flags=re.DOTALL)
        assert blocks
        for block in blocks:
            ast.parse(block)


@pytest.mark.parametrize("code", CHECKING)
def test_references_are_links(code: str) -> None:
    assert links(load(code).page, "References")


@pytest.mark.parametrize("code", CHECKING)
def test_public_reports_are_up_to_three_threads_or_said_to_be_none(code: str) -> None:
    text = sections(load(code).page)["Public reports"]
    reports = links(load(code).page, "Public reports")
    if text != "No public report known.":
        assert 1 <= len(reports) <= 3
        assert text.count("\n- ") + 1 == len(reports)
    for report in reports:
        repository, number = report.title.split("#")
        assert re.fullmatch(rf"https://github\.com/{repository}/(issues|pull)/{number}", report.url)
        assert report.note


def test_codes_and_names_are_unique_and_names_are_spelt_as_in_the_file() -> None:
    loaded = [load(code) for code in CODES]
    assert len({rule.name for rule in loaded}) == len(CODES)
    assert all(re.fullmatch(r"FRZ\d{3}", rule.code) and re.fullmatch(r"[a-z0-9-]+", rule.name) for rule in loaded)
