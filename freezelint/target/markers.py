"""What a file's own text tells of the Keras it runs on: an API that only one generation has.

Each mark was checked against Keras 2.15 and Keras 3.15 as installed: in one of them it exists, in the other
it raises. Names that both have (`keras.saving`, `tf.keras`' `ImageDataGenerator`) tell nothing: not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Keras = Literal["2", "3"]
Backend = Literal["tensorflow", "jax", "torch"]


@dataclass(frozen=True, slots=True)
class Marks:
    """What one text tells. A `decisive` mark chooses among what the project installs."""

    keras: Keras | None = None
    keras_from: str = ""
    decisive: bool = False
    backend: Backend | None = None
    backend_from: str = ""


# The literal first: the search then goes from one to the next.
_KERAS = r"keras\.(?<=\bkeras\.)"
_OPTIMIZERS = r"(?:Adam|SGD|RMSprop|Adagrad|Adadelta|Adamax|Nadam|Ftrl)"
_IMPORT = r"^[ \t]*(?:import|from) "
_THREE_NAMES = r"(?:ops|random|distribution|dtype_policies|quantizers|tree|Variable|Operation|StatelessScope)"

# A literal that must occur, which is quick to look for, and the pattern that decides.
_DECISIVE = (
    ("tf_keras", rf"{_IMPORT}tf_keras\b"),
    ("TF_USE_LEGACY_KERAS", r"TF_USE_LEGACY_KERAS['\"]\s*(?:\]\s*=|,)\s*['\"](?:1|[Tt]rue)['\"]"),
)
_TWO = (
    ("tensorflow.python.keras", rf"{_IMPORT}tensorflow\.python\.keras\b"),
    ("contrib", rf"{_IMPORT}tensorflow\.contrib\b|\btf\.contrib\."),
    (
        "keras.layers.",
        rf"{_IMPORT}(?:tensorflow\.)?keras\.layers\.(?:core|merge|normalization|convolutional"
        r"|advanced_activations|recurrent|embeddings|wrappers|pooling|experimental)\b",
    ),
    ("keras.", rf"{_IMPORT}keras\.(?:engine|objectives|optimizer_v2|optimizers\.adam_v2)\b"),
    (
        "_utils",
        rf"{_IMPORT}(?:tensorflow\.)?keras\.utils[. ](?:import )?(?:np_utils|vis_utils|generic_utils)\b",
    ),
    ("scikit_learn", rf"{_IMPORT}(?:tensorflow\.)?keras\.wrappers\.scikit_learn\b"),
    ("_generator(", r"\w\.(?:fit|evaluate|predict)_generator\("),
    ("nb_epoch", r"\bnb_epoch\s*=[^=]"),
    ("lr", rf"\b{_OPTIMIZERS}\(\s*lr\s*="),
    ("optimizers.legacy", rf"{_KERAS}optimizers\.legacy\b"),
)
_THREE = (
    ("keras.", rf"{_KERAS}{_THREE_NAMES}\b"),
    ("keras import", rf"^[ \t]*from (?:tensorflow\.)?keras import [^#\n]*\b{_THREE_NAMES}\b"),
    ("TFSMLayer", r"\bTFSMLayer\("),
    ("keras_hub", rf"{_IMPORT}keras_hub\b"),
)
_BACKEND = (("KERAS_BACKEND", r"KERAS_BACKEND['\"]\s*(?:\]\s*=|,)\s*['\"](tensorflow|jax|torch)['\"]"),)

Table = tuple[tuple[str, str], ...]


def _search(marks: Table, text: str) -> re.Match[str] | None:
    """The first match of the first mark that the text has outside comments."""
    for needle, pattern in marks:
        if needle in text:
            for match in _matches(needle, pattern, text):
                if "#" not in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]:
                    return match
    return None


def _matches(needle: str, pattern: str, text: str) -> Iterator[re.Match[str]]:
    """Where a mark is; what begins a line, as imports do, is looked for in the few lines with the needle."""
    mark = re.compile(pattern, re.MULTILINE)
    if not pattern.startswith("^"):
        yield from mark.finditer(text)
        return
    end = 0
    while (found := text.find(needle, end)) >= 0:
        start, end = text.rfind("\n", 0, found) + 1, text.find("\n", found)
        end = len(text) if end < 0 else end
        yield from mark.finditer(text, start, end)


def _first(marks: Table, text: str) -> str | None:
    """The line of the first mark that the text has, as a person finds it again."""
    match = _search(marks, text)
    if match is None:
        return None
    line = text[text.rfind("\n", 0, match.end()) + 1 :].partition("\n")[0]
    return f"the file's own line: {line.strip()[:70]}"


def read(text: str) -> Marks:
    """What a program's text tells; marks of both generations together tell nothing."""
    backend = _search(_BACKEND, text)
    chosen: Backend | None = backend[1] if backend else None  # type: ignore[assignment]
    chosen_from = f"the file sets KERAS_BACKEND to {chosen}" if chosen else ""
    decisive = _first(_DECISIVE, text)
    if decisive:
        return Marks("2", decisive, True, chosen, chosen_from)
    two, three = _first(_TWO, text), _first(_THREE, text)
    if chosen in ("jax", "torch") and not two:
        return Marks("3", three or chosen_from, False, chosen, chosen_from)
    if two and not three:
        return Marks("2", two, False, chosen, chosen_from)
    if three and not two:
        return Marks("3", three, False, chosen, chosen_from)
    return Marks(backend=chosen, backend_from=chosen_from)
