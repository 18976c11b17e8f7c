"""What a rule says: a place in the tree and a sentence, before the engine turns it into a Finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freezelint.findings import Generation, Severity
from freezelint.timeline.events import Site

if TYPE_CHECKING:
    from freezelint.fixes.editor import Editor, Repair

    #: Builds the repair of one report; None, or CannotRepair, where this place has none.
    Fixer = Callable[[Editor], Repair | None]


@dataclass(frozen=True, slots=True)
class Report:
    """One defect. `related` holds (sentence, place) pairs in the order in which a reader should meet them.

    `fix` is asked only once the finding is made, with an editor of the text that `site` is in.
    """

    site: Site
    message: str
    severity: Severity
    keras: Generation = "any"
    related: tuple[tuple[str, Site], ...] = ()
    fix: Fixer | None = None
