"""What a file's own text tells of the Keras it runs on: an API that only one generation has.

Each mark was checked against Keras 2.15 and Keras 3.15 as installed: in one of them it exists, in the other
it raises. Names that both have (`keras.saving`, `tf.keras`' `ImageDataGenerator`) tell nothing: not here.
"""

from __future__ import annotations

import re
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


_KERAS = r"\b(?:tf\.|tensorflow\.)?keras\."
_OPTIMIZERS = r"(?:Adam|SGD|RMSprop|Adagrad|Adadelta|Adamax|Nadam|Ftrl)"
_DECISIVE = {
    "import tf_keras": r"^\s*(?:import|from) tf_keras\b",
    "TF_USE_LEGACY_KERAS": r"^[^#\n]*\bTF_USE_LEGACY_KERAS['\"]\s*(?:\]\s*=|,)\s*['\"](?:1|[Tt]rue)['\"]",
}
_TWO = {
    "tensorflow.python.keras": r"^\s*(?:import|from) tensorflow\.python\.keras\b",
    "tensorflow.contrib": r"^\s*(?:import|from) tensorflow\.contrib\b|^[^#\n]*\btf\.contrib\.",
    "keras.layers.core": r"^\s*(?:import|from) (?:tensorflow\.)?keras\.layers\."
    r"(?:core|merge|normalization|convolutional|advanced_activations|recurrent|embeddings|wrappers|pooling"
    r"|experimental)\b",
    "keras.engine": r"^\s*(?:import|from) keras\.(?:engine|objectives|optimizer_v2|optimizers\.adam_v2)\b",
    "np_utils": r"^\s*(?:import|from) (?:tensorflow\.)?keras\.utils[. ](?:import )?"
    r"(?:np_utils|vis_utils|generic_utils)\b",
    "scikit_learn wrapper": r"^\s*(?:import|from) (?:tensorflow\.)?keras\.wrappers\.scikit_learn\b",
    "fit_generator": r"^[^#\n]*\w\.(?:fit|evaluate|predict)_generator\(",
    "nb_epoch": r"^[^#\n]*\bnb_epoch\s*=[^=]",
    "optimizer(lr=)": rf"^[^#\n]*\b(?:optimizers\.)?{_OPTIMIZERS}\(\s*lr\s*=",
    "optimizers.legacy": rf"^[^#\n]*{_KERAS}optimizers\.legacy\b",
}
_THREE_NAMES = r"(?:ops|random|distribution|dtype_policies|quantizers|tree|Variable|Operation|StatelessScope)"
_THREE = {
    "keras.ops": rf"^[^#\n]*{_KERAS}{_THREE_NAMES}\b",
    "from keras import ops": rf"^\s*from (?:tensorflow\.)?keras import [^#\n]*\b{_THREE_NAMES}\b",
    "TFSMLayer": r"^[^#\n]*\bTFSMLayer\(",
    "keras_hub": r"^\s*(?:import|from) keras_hub\b",
}
_BACKEND = re.compile(
    r"^[^#\n]*\bKERAS_BACKEND['\"]\s*(?:\]\s*=|,)\s*['\"](tensorflow|jax|torch)['\"]", re.MULTILINE
)


def _compiled(marks: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.MULTILINE) for name, pattern in marks.items()}


_DECISIVE_MARKS, _TWO_MARKS, _THREE_MARKS = _compiled(_DECISIVE), _compiled(_TWO), _compiled(_THREE)


def _first(marks: dict[str, re.Pattern[str]], text: str) -> str | None:
    """The line of the first mark that the text has, as a person finds it again."""
    for pattern in marks.values():
        match = pattern.search(text)
        if match:
            row = text.count("\n", 0, match.end()) + 1
            return f"the file's own line: {text.splitlines()[row - 1].strip()[:70]}"
    return None


def read(text: str) -> Marks:
    """What a program's text tells; marks of both generations together tell nothing."""
    backend = _BACKEND.search(text)
    chosen: Backend | None = backend[1] if backend else None  # type: ignore[assignment]
    chosen_from = f"the file sets KERAS_BACKEND to {chosen}" if chosen else ""
    decisive = _first(_DECISIVE_MARKS, text)
    if decisive:
        return Marks("2", decisive, True, chosen, chosen_from)
    two, three = _first(_TWO_MARKS, text), _first(_THREE_MARKS, text)
    if chosen in ("jax", "torch") and not two:
        return Marks("3", three or chosen_from, False, chosen, chosen_from)
    if two and not three:
        return Marks("2", two, False, chosen, chosen_from)
    if three and not two:
        return Marks("3", three, False, chosen, chosen_from)
    return Marks(backend=chosen, backend_from=chosen_from)
