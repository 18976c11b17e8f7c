"""scripts/rule_pages.py: pages in docs/rules/ are what docstrings and fixtures say."""

from __future__ import annotations

from pathlib import Path

import pytest
import rule_pages

from freezelint.rules import Rule, load, modules


def test_the_pages_in_the_repository_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert rule_pages.main(["--check"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out == f"{len(modules()) + 1} pages are fresh\n"


def test_check_names_what_is_missing_changed_or_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rule_pages, "ROOT", tmp_path)
    monkeypatch.setattr(rule_pages, "PAGES", tmp_path / "docs" / "rules")
    assert rule_pages.main([]) == 0
    assert rule_pages.main(["--check"]) == 0
    pages = tmp_path / "docs" / "rules"
    (pages / "FRZ101.md").unlink()
    (pages / "FRZ102.md").write_text("old", encoding="utf-8")
    (pages / "FRZ999.md").write_text("left over", encoding="utf-8")
    capsys.readouterr()
    assert rule_pages.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "docs/rules/FRZ101.md is not what its rule says",
        "docs/rules/FRZ102.md is not what its rule says",
        "docs/rules/FRZ999.md belongs to no rule",
        "run `python scripts/rule_pages.py`",
    ]
    assert not (pages / "FRZ101.md").exists()


def test_a_page_is_heading_docstring_and_programs() -> None:
    rule = load("FRZ208")
    text = rule_pages.page(rule)
    assert text.startswith("# unguarded-state-update (FRZ208)\n\nReported as: warning (Keras 2), ")
    assert rule.page in text
    table = text.partition("## Programs that show it")[2]
    assert "| program | Keras 2 | Keras 3 on TensorFlow | Keras 3 on JAX |\n" in table
    (row,) = [line for line in table.splitlines() if "bad_running_mean]" in line]
    assert row == (
        "| [bad_running_mean](../../fixtures/FRZ208-unguarded-state-update/bad_running_mean.py)<br>"
        "The frozen base holds a layer that keeps a running mean; nothing asks whether it is frozen. | "
        "`still base/dense/**`<br>`moved base/center/mean` | `still base/dense/**`<br>`moved base/center/mean` | "
        "does not apply: TensorFlow operations in `call` |"
    )
    assert "\n\n4 of the 6 programs run on JAX and 6 on torch, the others are programs for TensorFlow; " in table


def test_a_rule_without_table_reports_or_fixtures_has_a_page_and_a_row() -> None:
    rule = Rule("FRZ799", "new-one", "Says something.", "Says something.\n\n## What it does\n\nNothing yet.", None)
    module_of = {**modules(), "FRZ799": "frz799_new_one"}
    assert rule_pages.severity(rule, "Keras 2") == ""
    assert "| [FRZ799](FRZ799.md) | **new-one**<br>Says something. |  |  | – |" in rule_pages.index([rule])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_pages, "modules", lambda: module_of)
        assert rule_pages.page(rule).startswith("# new-one (FRZ799)\n\nSays something.\n\n## What it does\n")


def test_where_backends_differ_the_index_names_them() -> None:
    assert rule_pages.severity(load("FRZ309"), "Keras 3") == "error (TensorFlow), error (JAX), warning (torch)"
    assert rule_pages.severity(load("FRZ209"), "Keras 2") == "–"


def test_the_rules_about_freezelint_itself_report_the_same_on_every_keras() -> None:
    assert [rule_pages.severity(load("FRZ902"), f"Keras {generation}") for generation in "23"] == ["warning"] * 2
    assert [rule_pages.severity(load("FRZ900"), f"Keras {generation}") for generation in "23"] == ["error"] * 2


def test_fixes_are_those_of_the_bad_programs_and_of_the_example() -> None:
    own = rule_pages.fixes(load("FRZ602"))
    assert own in ("safe", "unsafe", "safe, unsafe", "unsafe, display")
    program = (rule_pages.FIXTURES / "FRZ602-trainable-comparison" / "bad_nested_base.py").read_text(encoding="utf-8")
    page = f"Says.\n\n## Example\n\n```python\n{program}```\n\n## Use instead\n\n```python\n```\n"
    assert rule_pages.fixes(Rule("FRZ602", "no-such-folder", "Says.", page, None)) != "–"
    assert rule_pages.fixes(Rule("FRZ602", "no-such-folder", "Says.", "Says.", None)) == "–"
