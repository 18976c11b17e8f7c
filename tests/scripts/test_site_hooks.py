"""scripts/site_hooks.py: pages from outside docs/, links to files of the repository, tags, navigation."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import site_hooks

from freezelint.rules import REPOSITORY, modules


def shown(address: str, markdown: str) -> str:
    page = SimpleNamespace(file=SimpleNamespace(src_uri=address), meta={})
    return site_hooks.on_page_markdown(markdown, page, None, None)


@pytest.mark.parametrize(
    ("address", "link", "expected"),
    [
        ("faq.md", "comparison.md", "comparison.md"),
        ("faq.md", "verifier.md#a-test", "verifier.md#a-test"),
        ("faq.md", "#older-versions", "#older-versions"),
        ("faq.md", "https://keras.io/guides/", "https://keras.io/guides/"),
        ("faq.md", "../fixtures/FRZ102-toggle-after-training/bad_a.py", "rules/FRZ102-programs.md#bad_a"),
        ("rules/FRZ102.md", "../../fixtures/FRZ102-toggle-after-training/bad_a.py", "FRZ102-programs.md#bad_a"),
        ("rules/FRZ102.md", "../../fixtures/FRZ102-toggle-after-training/bad_b/main.py", "FRZ102-programs.md#bad_b"),
        ("rules/FRZ102.md", "../../fixtures/README.md", "../fixtures.md"),
        ("contributing.md", "fixtures/README.md", "fixtures.md"),
        ("contributing.md", "docs/rules/index.md", "rules/index.md"),
        ("fixtures.md", "../CHANGELOG.md", "changelog.md"),
        ("faq.md", "../tests/conftest.py", f"{REPOSITORY}/blob/main/tests/conftest.py"),
    ],
)
def test_links_to_files_become_links_to_pages(address: str, link: str, expected: str) -> None:
    assert shown(address, f"see [`it`]({link}).") == f"see [`it`]({expected})."


@pytest.mark.parametrize(
    "code",
    [
        "`base.layers[-1](x)` is code",
        "```python\nbase.layers[0](images)\n```",
        "~~~\n[a](../b.md)\n~~~",
        r"escaped \\[`a`](#b)",
    ],
)
def test_code_is_no_link(code: str) -> None:
    assert shown("faq.md", code) == code


def test_a_link_after_a_fenced_block_is_one() -> None:
    text = "```python\nlayers[0](x)\n```\n\n[programs](../fixtures/README.md)"
    assert shown("faq.md", text).endswith("\n\n[programs](fixtures.md)")


def test_the_front_page_has_no_navigation_beside_it() -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"), meta={})
    site_hooks.on_page_markdown("", page, None, None)
    assert page.meta == {"hide": ["navigation"]}


def test_skipped_headings_and_pictures_without_words_are_problems() -> None:
    assert list(site_hooks.problems('<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2><img src="a.svg" alt="a table">')) == []
    assert list(site_hooks.problems('<h1>a</h1><h3>b</h3><img alt="" src="a.svg"><img src="b.svg">')) == [
        "a heading of level 3 follows one of level 1",
        'a picture has no text: <img alt="" src="a.svg">',
        'a picture has no text: <img src="b.svg">',
    ]


def test_tags_say_where_and_how_a_rule_reports() -> None:
    assert site_hooks.tags_of("FRZ106")[:2] == ["Keras 3 only", "error"]
    assert site_hooks.tags_of("FRZ101")[:4] == ["Keras 2", "Keras 3", "error", "warning"]
    assert "preview" in site_hooks.tags_of("FRZ801")
    assert site_hooks.tags_of("FRZ904") == ["freezelint itself"]


def test_a_page_of_programs_has_every_file_under_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "FRZ102-toggle-after-training"
    (folder / "bad_two").mkdir(parents=True)
    (folder / "good_c.py").write_text("c = 3\n")
    (folder / "bad_one.py").write_text("a = 1\n")
    (folder / "bad_two" / "main.py").write_text("import b\n")
    (folder / "bad_two" / "b.py").write_text("b = 2\n")
    page = site_hooks.programs(folder)
    assert page.index("# Programs that show toggle-after-training (FRZ102)") < page.index("## bad_one")
    assert "## bad_one\n\n``` { .python }\na = 1\n```\n\n## bad_two\n\n" in page
    assert '``` { .python title="b.py" }\nb = 2\n```\n\n``` { .python title="main.py" }\nimport b\n```' in page
    assert page.endswith("## good_c\n\n``` { .python }\nc = 3\n```\n")


def test_every_rule_is_in_the_navigation_and_pages_that_are_not_written_are_left_out() -> None:
    nav = [{"Home": "index.md"}, {"Guide": [{"No such": "no-such-page.md"}]}, {"Rules": ["rules/index.md"]}]
    home, rules = site_hooks.on_config(SimpleNamespace(nav=nav)).nav
    assert home == {"Home": "index.md"}
    first, *groups = rules["Rules"]
    assert first == "rules/index.md"
    pages = [address for group in groups for entries in group.values() for e in entries for address in e.values()]
    assert pages == [f"rules/{code}.md" for code in modules()]
