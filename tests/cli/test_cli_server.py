"""`freezelint server` without what it needs, and what it does not import."""

from __future__ import annotations

import subprocess
import sys

BLOCKED = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "pygls":
            raise ModuleNotFoundError("No module named 'pygls'")
sys.meta_path.insert(0, Blocker())
from freezelint.__main__ import main
sys.exit(main(["server"]))
"""


def test_without_pygls_the_error_names_the_extra() -> None:
    done = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "the language server needs pygls 2 or newer" in done.stderr
    assert "pip install 'freezelint[lsp]'" in done.stderr


def test_help_needs_no_pygls() -> None:
    code = BLOCKED.replace('["server"]', '["server", "--help"]')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "docs/editors.md" in done.stdout
