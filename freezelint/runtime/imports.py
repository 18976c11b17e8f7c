"""Do something to a module right after it is first imported, without importing it."""

from __future__ import annotations

import contextlib
import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

Hook = Callable[[ModuleType], None]


class _Finder:
    """Finds what the other finders find, and runs the hook after the loader has run."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self.hooks = hooks

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.hooks:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                _run_after(spec.loader, self.hooks[name])
                return spec
        return None


def _run_after(loader: Any, hook: Hook) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        hook(module)

    loader.exec_module = exec_module


@contextlib.contextmanager
def after_import(hooks: Mapping[str, Hook]) -> Iterator[None]:
    """Within the block, run `hooks[name](module)` after each named module is imported, or now if it already
    is.
    """
    for name, hook in hooks.items():
        if name in sys.modules:
            hook(sys.modules[name])
    finder = _Finder(hooks)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
