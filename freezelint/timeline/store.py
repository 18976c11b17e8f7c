"""The state of the walk: one mapping that can be rolled back, so that branches are tried and joined cheaply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

Key = tuple[Any, ...]


class Missing:
    """The value of a key that was never set on a path."""


MISSING: Final = Missing()
Join = Callable[[Key, Any, list[Any]], Any]


class Store:
    """A dictionary with an undo log; a branch costs what it changes, not what there is."""

    def __init__(self) -> None:
        self._data: dict[Key, Any] = {}
        self._log: list[tuple[Key, Any]] = []
        #: As that of a dictionary, and itself that: nothing is asked so often.
        self.get: Callable[..., Any] = self._data.get

    def __iter__(self) -> Iterator[Key]:
        return iter(tuple(self._data))

    def set(self, key: Key, value: Any) -> None:
        self._log.append((key, self._data.get(key, MISSING)))
        self._data[key] = value

    def mark(self) -> int:
        return len(self._log)

    def since(self, mark: int) -> list[tuple[Key, Any]]:
        """What was set since `mark`, with its value before, in order."""
        return self._log[mark:]

    def changes(self, mark: int) -> dict[Key, Any]:
        """What was set since `mark`, with its present value."""
        return {key: self._data.get(key, MISSING) for key, _ in self.since(mark)}

    def undo(self, mark: int) -> None:
        """Go back to the state at `mark`."""
        while len(self._log) > mark:
            key, old = self._log.pop()
            if old is MISSING:
                self._data.pop(key, None)
            else:
                self._data[key] = old

    def take(self, mark: int) -> dict[Key, Any]:
        """The changes since `mark`, undone."""
        changed = self.changes(mark)
        self.undo(mark)
        return changed

    def merge(self, outcomes: Iterable[dict[Key, Any]], join: Join) -> int:
        """Continue with what holds after any one of `outcomes`, each a set of changes to the present state.

        Returns how many keys they concern.
        """
        paths = list(outcomes)
        keys: dict[Key, Any] = {}
        for path in paths:
            keys.update(path)
        present = self._data.get
        for key in keys:
            before = present(key, MISSING)
            values = [path.get(key, before) for path in paths]
            joined = first = values[0]
            for value in values:
                if value is not first:
                    joined = join(key, before, values)
                    break
            if joined is not MISSING:
                self.set(key, joined)
            elif before is not MISSING:
                self._log.append((key, before))
                del self._data[key]
        return len(keys)
