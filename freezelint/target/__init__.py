"""Which Keras a program runs on: the generation and the backend decide what a flag write does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from freezelint import observed

if TYPE_CHECKING:
    from freezelint.target.markers import Marks

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


def detect(
    *,
    keras_version: str = "auto",
    backend: str = "auto",
    keras_origin: str = "setting keras-version",
    backend_origin: str = "setting backend",
    directory: str | None = None,
    text: str = "",
) -> Target:
    """Find the target: the setting, else the dependencies of the project around `directory`, else the `text`.

    A file that asks for Keras 2 by name (`import tf_keras`, `TF_USE_LEGACY_KERAS`) has it whatever else the
    project installs, so that stands before the dependencies. `keras_origin` and `backend_origin` say where a
    setting that is not "auto" was made.
    """
    from freezelint.target import markers

    marks = markers.read(text)
    keras, keras_from = _keras(keras_version, keras_origin, directory, marks)
    if backend != "auto":
        return Target(keras, backend, keras_from, backend_origin)  # type: ignore[arg-type]
    if keras == "2":
        return Target(keras, "tensorflow", keras_from, "Keras 2 runs on TensorFlow only")
    if marks.backend:
        return Target(keras, marks.backend, keras_from, marks.backend_from)
    return Target(keras, None, keras_from, "nothing tells")


def _keras(setting: str, origin: str, directory: str | None, marks: Marks) -> tuple[Keras | None, str]:
    """The generation, and in words where it came from."""
    from freezelint.target import project

    if setting != "auto":
        return setting, origin  # type: ignore[return-value]
    if marks.decisive:
        return marks.keras, marks.keras_from
    answer = None
    if directory is not None:
        answer = project.ask(directory)
        observed.asked(directory, "target", "", 0, answer and f"{answer.keras} {answer.origin}")
    if answer and answer.keras:
        return answer.keras, answer.origin
    if marks.keras:
        return marks.keras, marks.keras_from
    return None, answer.origin if answer else "nothing tells"
