"""Whether a loop needs another pass: only if the one before left something that the body would see.

A body that tells of no event and binds nothing but unknown things does the same once more. Most loops over files, rows
and numbers are such loops, and there are more of them in programs than loops that train.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from freezelint.timeline.machine import Machine
from freezelint.timeline.store import MISSING, Key
from freezelint.timeline.values import Const, Ref, Unknown

#: What unknown code does to the objects that it gets; it does the same to them a second time.
_FORGOTTEN = frozenset({"forgotten", "flags", "compiled", "traced", "optimizer", "unbuilt", "stepped", "halted"})
#: What is in an object. One that the pass made itself is another one the next time.
_CONTENTS = frozenset({"attr", "entry", "items", "open"})
_BINDINGS = frozenset({"name", "attr", "entry"})


class Pass:
    """One pass of a loop, from its beginning on."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._mark = machine.store.mark()
        self._told = self._events()
        self._objects, self._scope = len(machine.objects), machine.new_scope()
        self._consulted = len(machine.consulted)

    def settles(self) -> bool:
        """Whether the next pass would do what this one did, now that it is over."""
        machine = self._machine
        if machine.detail is not None or self._told != self._events():
            return False
        consulted = frozenset(machine.consulted[self._consulted :])
        return all(self._is_dull(key, before, consulted) for key, before in machine.store.since(self._mark))

    def _events(self) -> tuple[int, int, int]:
        machine = self._machine
        return machine.order, len(machine.events), len(machine.yields[-1]) if machine.yields else 0

    def _is_dull(self, key: Key, before: Any, consulted: frozenset[int]) -> bool:
        """Whether nobody who reads `key` in the next pass can tell that it was set."""
        kind, owner = key[:2]
        if kind in _FORGOTTEN:
            return True
        if kind == "name" and owner > self._scope:  # of a function that ended
            return True
        if kind in _CONTENTS and owner >= self._objects:
            return True
        if kind in ("entry", "open") and owner in consulted:
            return False
        if kind == "attr" and before is MISSING:  # its class may have told what it is
            return False
        return kind == "open" or (kind in _BINDINGS and self._is_blank(before, self._machine.store.get(key)))

    def _is_blank(self, before: Any, now: Any) -> bool:
        """Whether nothing is known of a value that was known no better before."""
        if now == before:
            return True
        if isinstance(now, Const):
            return before is MISSING
        was_unknown = before is MISSING or isinstance(before, Unknown) or self._is_opaque(before)
        return was_unknown and (isinstance(now, Unknown) or (self._is_opaque(now) and self._is_new(now)))

    def _is_opaque(self, value: Any) -> TypeGuard[Ref]:
        return isinstance(value, Ref) and self._machine.object(value).kind == "opaque"

    def _is_new(self, value: Ref) -> bool:
        """Whether the pass made it, from nothing that was there before, and nothing was put into it."""
        parent = self._machine.object(value).parent
        from_before = parent is not None and parent < self._objects
        return value.id >= self._objects and not from_before and not self._machine.contents.get(value.id)
