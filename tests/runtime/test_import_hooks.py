"""Hooks that run after a module's first import."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from freezelint.runtime.imports import after_import


def test_hooks_run_after_import_and_now_if_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hooked_later.py").write_text("value = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    seen: list[tuple[str, object]] = []
    before = list(sys.meta_path)
    hooks = {name: lambda m: seen.append((m.__name__, getattr(m, "value", None))) for name in ("json", "hooked_later")}
    with after_import(hooks):
        assert seen == [("json", None)]
        import hooked_later  # type: ignore[import-not-found]

        assert seen[1:] == [("hooked_later", hooked_later.value)]
    assert sys.meta_path == before
    del sys.modules["hooked_later"]
    import hooked_later

    assert len(seen) == 2


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    with after_import({"surely_not_there": lambda m: None}), pytest.raises(ModuleNotFoundError):
        __import__("surely_not_there")
