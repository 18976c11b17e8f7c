"""What was made of a text, kept while it may be needed again: in an editor, where a text changes a little each time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_V = TypeVar("_V")


class Kept(Generic[_V]):
    """Values by the text that they were made of, up to `most` characters: those not used for long go first."""

    def __init__(self, most: int, make: Callable[[str], _V]) -> None:
        self._most, self._make = most, make
        self._values: OrderedDict[tuple[str, int], _V] = OrderedDict()
        self._length = 0

    def get(self, text: str, occurrence: int = 0) -> _V:
        """The value of a text. Equal texts have values of their own where they are told apart by `occurrence`.

        What making one raises is raised, and nothing is kept.
        """
        key = text, occurrence
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        made = self._values[key] = self._make(text)
        self._length += len(text)
        while self._length > self._most and len(self._values) > 1:
            (gone, _), _ = self._values.popitem(last=False)
            self._length -= len(gone)
        return made
