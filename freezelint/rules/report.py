"""What a rule says: a place in the tree and a sentence, before the engine turns it into a Finding."""

from __future__ import annotations

from dataclasses import dataclass

from freezelint.findings import Generation, Severity
from freezelint.timeline.events import Site


@dataclass(frozen=True, slots=True)
class Report:
    """One defect. `related` holds (sentence, place) pairs in the order in which a reader should meet them."""

    site: Site
    message: str
    severity: Severity
    keras: Generation = "any"
    related: tuple[tuple[str, Site], ...] = ()
