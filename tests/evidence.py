"""The header of a fixture: which facts it claims for which engine. The notation is described in fixtures/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

#: Keras 2; Keras 3 on TensorFlow, and on its other backends.
ENGINES = ("keras2", "keras3", "keras3-jax", "keras3-torch")
EVIDENCE = re.compile(r"# evidence\[(keras2|keras3(?:-jax|-torch)?)\](?: ([\w.]+(?:\[-?\d+\])?))?: (.+)")

#: What a program trains with that only TensorFlow has: Keras 3 on another backend cannot run it.
TENSORFLOW_ONLY = re.compile(r"\b(?:GradientTape|tf\.function|tf\.Variable|tf\.Module|tf\.stop_gradient|compat\.v1)\b")

DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True)
class Fact:
    """One line of evidence: `subject` is a dotted name, perhaps with a method and a call number."""

    engine: str
    subject: str
    claim: str


def read_facts(text: str) -> list[Fact]:
    """The evidence lines of a fixture, in order."""
    found = (EVIDENCE.fullmatch(line.strip()) for line in text.splitlines())
    return [Fact(m[1], m[2] or "model", m[3].strip()) for m in found if m]


def facts_for(text: str, engine: str) -> list[Fact] | None:
    """What a fixture claims for an engine; None when its program is for TensorFlow, or says that it cannot run there.

    What holds for Keras 3 on TensorFlow holds for another backend too, unless lines for that backend say otherwise.
    """
    facts = read_facts(text)
    own = [fact for fact in facts if fact.engine == engine]
    if any(fact.claim.startswith(DOES_NOT_APPLY) for fact in own):
        return None
    if own or not engine.startswith("keras3-"):
        return own
    if TENSORFLOW_ONLY.search(text):
        return None
    return [fact for fact in facts if fact.engine == "keras3"]
