"""The fixtures of `tests/server/editor.py`, where the client is installed; the tests say so where it is not."""

from __future__ import annotations

import contextlib

with contextlib.suppress(ImportError):
    from tests.server.editor import editor, nobody

    __all__ = ["editor", "nobody"]
