"""The rows of a plan: what a training call will train, what stays still, and what is not known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from freezelint.target import Keras


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One training call that the program makes.

    `index` counts the training calls of the program in execution order, from 0. `repeats` says that the call stands
    in a loop whose number of passes is not followed: the rounds after the last one that is listed are like that one.
    `call` is `fit`, `train_on_batch`, `apply_gradients` ...; `cell` the 1-based code cell of a notebook, `line` the
    1-based line in the file or in that cell; `model` how the program names the model. `perhaps` says that the call
    stands in a branch that may not be taken: then there is no such call, and the next row is that of the next one.

    `trains`, `still` and `unknown` are disjoint lists of paths: layer names from the trained model inwards
    (`base/conv1`), then perhaps the weight's own name (`base/conv1/kernel`). A weight belongs to the longest path
    that is a prefix of its own; "" is the whole model. A name in angle brackets (`<Dense at line 12>`) stands for one
    that only Keras knows. `why` holds sentences.
    """

    index: int
    repeats: bool
    call: str
    filename: str
    cell: int | None
    line: int
    model: str
    trains: tuple[str, ...]
    still: tuple[str, ...]
    unknown: tuple[str, ...]
    why: tuple[str, ...]
    perhaps: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The row as `--output-format json` has it."""
        return {
            "index": self.index,
            "repeats": self.repeats,
            "perhaps": self.perhaps,
            "call": self.call,
            "filename": self.filename,
            "cell": self.cell,
            "line": self.line,
            "model": self.model,
            "trains": list(self.trains),
            "still": list(self.still),
            "unknown": list(self.unknown),
            "why": list(self.why),
        }

    def state_of(self, path: str) -> str | None:
        """`trains`, `still` or `unknown` for the weight at `path`; None when the plan does not speak of it."""
        found: tuple[int, str] | None = None
        for word in ("trains", "still", "unknown"):
            for prefix in getattr(self, word):
                if prefix == "" or path == prefix or path.startswith(prefix + "/"):
                    found = max(found or (-1, ""), (len(prefix), word))
        return None if found is None else found[1]


@dataclass(frozen=True, slots=True)
class Plan:
    """The training calls of one file for one generation of Keras; `notes` concern all of them."""

    keras: Keras
    calls: tuple[PlannedCall, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> str:
        """One object with the key `calls`; the generation and the notes stand beside it."""
        made = {"keras": self.keras, "notes": list(self.notes), "calls": [call.to_dict() for call in self.calls]}
        return json.dumps(made, indent=2, ensure_ascii=False)
