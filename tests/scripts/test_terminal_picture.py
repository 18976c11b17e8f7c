"""scripts/terminal_picture.py: pictures are what is printed, and load nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import terminal_picture as pictures

OUTPUT = "\033[1m$ freezelint check a.py\033[0m\n\033[1;31mFRZ102\033[0m `a` <is> frozen, 0.00099 & 1e-05\n"


def test_a_picture_holds_the_words_in_the_theme_s_colours() -> None:
    svg = pictures.drawn("check", OUTPUT, "dark")
    assert pictures.words(svg) == "$ freezelint check a.py FRZ102 `a` <is> frozen, # & #"
    assert "#ff8b80" in svg
    assert "<title>Output of freezelint check fine_tune.py</title>" in svg
    assert svg == pictures.drawn("check", OUTPUT, "dark")
    assert svg != pictures.drawn("check", OUTPUT, "light")


@pytest.mark.parametrize("path", sorted(pictures.ASSETS.glob("*.svg")), ids=lambda path: path.stem)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"@import|@font-face|url\(\W*http|href=|src=|<script", text)


def test_the_picture_of_check_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert pictures.main(["--check", "check", "plan"]) == 0, capsys.readouterr().out


def test_check_names_a_picture_that_shows_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pictures, "ROOT", tmp_path)
    monkeypatch.setattr(pictures, "ASSETS", tmp_path)
    monkeypatch.setattr(pictures, "printed", lambda arguments: "new words\n")
    (tmp_path / "plan-light.svg").write_text(pictures.drawn("plan", "new words\n", "light"))
    (tmp_path / "plan-dark.svg").write_text(pictures.drawn("plan", "old words\n", "dark"))
    assert pictures.main(["--check", "check", "plan"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "check-light.svg is not what `freezelint check fine_tune.py` prints",
        "check-dark.svg is not what `freezelint check fine_tune.py` prints",
        "plan-dark.svg is not what `freezelint plan fine_tune.py --keras-version 3` prints",
        "run `python scripts/terminal_picture.py`",
    ]
