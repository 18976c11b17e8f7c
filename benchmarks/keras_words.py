"""What Keras itself says about the bad programs of fixtures/: an exception, a warning about weights, or nothing.

    python benchmarks/keras_words.py                      Keras 3 on TensorFlow
    TF_USE_LEGACY_KERAS=1 python benchmarks/keras_words.py  Keras 2 (tf_keras)

Runs each bad program of one file whose marks hold for that generation. Python warnings, and what TensorFlow, absl
and Keras log at the level of a warning or above, are read; a sentence counts when it speaks of weights, variables,
gradients or `trainable`. Prints one row per answer and how many programs have it; `--each` names the programs.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import re
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
MARK = re.compile(r"# expect(?:\[([\w, -]+)\])?: FRZ|; expect\[([\w, -]+)\]: FRZ")
ABOUT = re.compile(r"weight|variable|gradient|trainable", re.IGNORECASE)


class Heard(logging.Handler):
    """Keeps the sentences of one program."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences.append(record.getMessage())


def marked_for(text: str, engine: str) -> bool:
    """Whether a mark of the program holds for the generation."""
    named = [only or other for only, other in MARK.findall(text)]
    return any(not names or engine in names.split(", ") for names in named)


def answer(path: Path, tf: Any, heard: Heard) -> tuple[str, str]:
    """What Keras answers to one program: "raises", "warns" or "silent", and its words."""
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(0)
    heard.sentences.clear()
    error = None
    sys.path.insert(0, str(path.parent))
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), {"__name__": "__main__"})
        except Exception as raised:
            error = raised
    sys.path.remove(str(path.parent))
    if error is not None:
        return "raises", type(error).__name__
    said = [sentence for sentence in [*heard.sentences, *(str(w.message) for w in caught)] if ABOUT.search(sentence)]
    return ("warns", " ".join(said[0].split())[:60]) if said else ("silent", "")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--each", action="store_true", help="name every program with its answer")
    options = parser.parse_args()
    import tensorflow as tf

    version = sys.modules[tf.keras.Model.__module__.partition(".")[0]].__version__
    heard = Heard()
    for name in ("tensorflow", "absl", "keras", "tf_keras"):
        logging.getLogger(name).addHandler(heard)
    programs = [
        path
        for path in sorted(FIXTURES.glob("*/bad_*.py"))
        if marked_for(path.read_text(encoding="utf-8"), f"keras{version[0]}")
    ]
    answers: Counter[tuple[str, str]] = Counter()
    for path in programs:
        found = answer(path, tf, heard)
        answers[found] += 1
        if options.each:
            print(f"{found[0]}  {path.relative_to(FIXTURES)}  {found[1]}", flush=True)
    print(f"Keras {version}, {len(programs)} bad programs")
    for (kind, words), count in sorted(answers.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"| {kind} | {words or '–'} | {count} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
