"""The snippets of docs/ci.md: each is YAML, and what it tells a machine to run runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from freezelint.__main__ import main

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
SNIPPETS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text(encoding="utf-8"), re.DOTALL)


def commands(node: object) -> Iterator[str]:
    """The texts below `run` and `script`."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "run":
            yield value
        elif key == "script":
            yield from value
        else:
            yield from commands(value)


def test_hooks_are_those_of_this_repository() -> None:
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    snippets = [yaml.safe_load(text) for text in SNIPPETS if text.startswith("repos:")]
    used = [hook["id"] for snippet in snippets for repository in snippet["repos"] for hook in repository["hooks"]]
    assert used == ["freezelint", "freezelint"]
    assert set(used) <= known


def test_what_they_run_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("import keras\nkeras.layers.Dense(1).trainble = False\n")
    found = [command for text in SNIPPETS for command in commands(yaml.safe_load(text))]
    checks = [shlex.split(command) for command in found if command.startswith("freezelint ")]
    assert [main(words[1:]) for words in checks] == [1, 1, 1]
    files = [text for text in ("freezelint.sarif", "gl-code-quality-report.json") if (tmp_path / text).stat().st_size]
    assert all(any(name in text for text in SNIPPETS) for name in files)
