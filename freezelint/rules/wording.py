"""How rules name things: layers, flags, generations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezelint.findings import Generation
from freezelint.timeline.events import FlagKey, FlagWritten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from freezelint.target import Target
    from freezelint.timeline import Timeline


def target_of(timeline: Timeline, key: FlagKey) -> str:
    """The layers of a flag, as a reader would name them."""
    id, path = key
    label = timeline.label(id)
    if not path:
        return f"`{label}`"
    path, narrowed, _ = path.partition(" if ")
    return f"some of `{label}.{path}`" if narrowed else f"`{label}.{path}`"


def deed(write: FlagWritten) -> str:
    """Frozen or un-frozen."""
    return "frozen" if write.value is False else "un-frozen"


def generation(found: Iterable[str], target: Target) -> Generation:
    """The `keras` of a finding that holds for the generations `found`."""
    names = sorted(found)
    if len(names) == 1 and target.keras is None:
        return "2" if names[0] == "2" else "3"
    if target.keras is not None:
        return target.keras
    return "any"


def only(sentences: dict[str, str], target: Target) -> str:
    """One sentence of what happens, from a sentence per generation: equal ones are said once."""
    said = list(dict.fromkeys(sentences.values()))
    if len(said) == 1 and (len(sentences) == 2 or target.keras is not None):
        return said[0]
    return "; ".join(f"on Keras {name} {sentence}" for name, sentence in sorted(sentences.items()))
