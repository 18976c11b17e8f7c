"""`freezelint clean`, and where `check` puts its cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from freezelint.__main__ import main

TEXT = "import keras\nkeras.layers.Dense(1).trainabel = False\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(TEXT)
    return tmp_path


def test_check_makes_a_cache_and_clean_removes_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert (project / ".freezelint_cache" / "CACHEDIR.TAG").is_file()
    capsys.readouterr()
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == f"Removed {project}/.freezelint_cache\n"
    assert not (project / ".freezelint_cache").exists()
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == f"There is no cache at {project}/.freezelint_cache\n"


def test_no_cache_makes_none(project: Path) -> None:
    assert main(["check", "--no-cache"]) == 1
    assert not (project / ".freezelint_cache").exists()


def test_standard_input_is_not_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys
    from types import SimpleNamespace

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert main(["check", "-", "--stdin-filename", "a.py"]) == 1
    assert not (project / ".freezelint_cache").exists()


def test_the_setting_counts_from_its_file_the_option_from_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "freezelint.toml").write_text('cache-dir = "build/cache"\n')
    (project / "src").mkdir()
    monkeypatch.chdir(project / "src")
    assert main(["check", "../a.py"]) == 1
    assert (project / "build" / "cache" / "CACHEDIR.TAG").is_file()
    assert main(["check", "../a.py", "--cache-dir", "mine"]) == 1
    assert (project / "src" / "mine" / "CACHEDIR.TAG").is_file()
    assert main(["clean", "--cache-dir", "mine"]) == 0
    assert not (project / "src" / "mine").exists()


def test_clean_deletes_no_folder_of_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data").mkdir()
    (project / "data" / "precious").touch()
    assert main(["clean", "--cache-dir", "data"]) == 2
    assert "data is not a cache of freezelint: it has no CACHEDIR.TAG of freezelint" in capsys.readouterr().err
    assert (project / "data" / "precious").exists()
