"""Every rule has a whole page, whose examples show what it says."""

from __future__ import annotations

import ast
import re

import pytest

from freezelint import rules

CODES = list(rules.modules())
CHECKING = [code for code in CODES if rules.load(code).check is not None]
SECTIONS = [
    "What it does",
    "Why is this bad?",
    "What each Keras does",
    "Example",
    "Use instead",
    "Not reported",
    "References",
]


def sections(code: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", rules.load(code).page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("code", CHECKING)
def test_page_has_every_section_in_order_and_none_is_empty(code: str) -> None:
    found = sections(code)
    assert list(found) == SECTIONS
    assert all(text.strip() for text in found.values())


@pytest.mark.parametrize("code", CODES)
def test_summary_is_one_sentence(code: str) -> None:
    assert re.fullmatch(r"[^\n]{20,110}\.", rules.load(code).summary)


@pytest.mark.parametrize("code", CHECKING)
def test_examples_are_python(code: str) -> None:
    found = sections(code)
    for title in ("Example", "Use instead"):
        blocks = re.findall(r"```python\n(.*?)```", found[title], flags=re.DOTALL)
        assert blocks
        for block in blocks:
            ast.parse(block)


@pytest.mark.parametrize("code", CHECKING)
def test_table_names_both_generations_and_references_are_links(code: str) -> None:
    found = sections(code)
    rows = [line.split("|")[1].strip() for line in found["What each Keras does"].splitlines() if line.startswith("|")]
    assert {"Keras 2", "Keras 3 on TensorFlow"} <= set(rows)
    assert re.search(r"\]\(https://[^)\s]+\)", found["References"])


def test_codes_and_names_are_unique_and_names_are_spelt_as_in_the_file() -> None:
    loaded = [rules.load(code) for code in CODES]
    assert len({rule.name for rule in loaded}) == len(CODES)
    assert all(re.fullmatch(r"FRZ\d{3}", rule.code) and re.fullmatch(r"[a-z0-9-]+", rule.name) for rule in loaded)
