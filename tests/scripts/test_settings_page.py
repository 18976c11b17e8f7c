"""scripts/settings_page.py: docs/settings.md is what the table of keys says."""

from __future__ import annotations

from pathlib import Path

import pytest
import settings_page

from freezelint.settings import KEYS
from freezelint.settings.describe import Key


def test_the_page_in_the_repository_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert settings_page.main(["--check"]) == 0, capsys.readouterr().out
    text = settings_page.PAGE.read_text(encoding="utf-8")
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == list(KEYS)


def test_a_key_has_a_row_and_a_section() -> None:
    text = settings_page.page([Key("level", '"a" | "b"', '"a"', "How much of **it**.", '"b"')])
    row = '| [`level`](#level) | `"a" \\| "b"` | `"a"` |'
    assert f"| key | values | default |\n|---|---|---|\n{row}\n\n## level\n\nHow much of \\*\\*it\\*\\*.\n" in text
    assert '\n```toml\nlevel = "b"\n```\n' in text


def test_a_long_default_is_cut_between_items() -> None:
    text = settings_page.page([Key("names", "list of strings", str(["abcdefgh"] * 9).replace("'", '"'), "", "[]")])
    assert '`["abcdefgh", "abcdefgh", "abcdefgh", "abcdefgh", …]` |' in text


def test_check_says_when_the_page_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings_page, "PAGE", tmp_path / "settings.md")
    assert settings_page.main(["--check"]) == 1
    assert "run `python scripts/settings_page.py`" in capsys.readouterr().out
    assert settings_page.main([]) == 0
    assert settings_page.main(["--check"]) == 0
