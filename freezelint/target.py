"""Which Keras a program runs on: the generation and the backend decide what a flag write does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Keras = Literal["2", "3"]
Backend = Literal["tensorflow", "jax", "torch"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is known of the target; None means that nothing tells, so either generation may go wrong.

    `keras_from` and `backend_from` say where the answer came from, in words for a person.
    """

    keras: Keras | None = None
    backend: Backend | None = None
    keras_from: str = "nothing tells"
    backend_from: str = "nothing tells"

    @property
    def generations(self) -> tuple[Keras, ...]:
        """The generations that a finding may hold for."""
        return ("2", "3") if self.keras is None else (self.keras,)
