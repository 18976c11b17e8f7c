"""Whether a layer certainly is frozen in a training call, whichever generation runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.timeline.events import Compiled, FlagEntry, Flags, Trained
from freezelint.timeline.keras.flags import covering

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine


def freeze_of(machine: Machine, flags: Flags, id: int) -> FlagEntry | None:
    """The write that certainly freezes a layer in a snapshot, or None."""
    entry = covering(flags, machine, (id, ""))
    return entry if entry is not None and entry.value is False and entry.certain else None


def rests(machine: Machine, trained: Trained, id: int) -> bool:
    """Whether the layer is frozen in a training call, by the live flags and by those of the compile."""
    compiled = trained.compiled
    live = freeze_of(machine, trained.flags, id) is not None
    return live and isinstance(compiled, Compiled) and freeze_of(machine, compiled.flags, id) is not None
