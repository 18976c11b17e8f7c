"""What the verifier needs to know of one Keras: one module per generation, chosen from the model object
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast


class Engine(Protocol):
    """What each generation's module offers; see the docstrings there."""

    GENERATION: str
    APPLY: str

    def package(self, thing: Any) -> Any: ...
    def backend(self, model: Any) -> str: ...
    def own_variables(self, layer: Any) -> list[tuple[Any, bool]]: ...
    def native_path(self, variable: Any) -> str: ...
    def inner(self, variable: Any) -> Any: ...
    def flag_frozen(self, layer: Any, ancestors: tuple[Any, ...]) -> bool: ...
    def optimizer_classes(self, model: Any) -> list[Any]: ...
    def as_in_fit(self, model: Any) -> AbstractContextManager[None]: ...
    def user_flags(self, model: Any) -> AbstractContextManager[None]: ...
    def stale_flags(self, model: Any) -> str | None: ...
    def fit_iterator(self, model: Any, x: Any, y: Any, sample_weight: Any, batch_size: int | None) -> Any: ...
    def batch_iterator(self, model: Any, x: Any, y: Any, sample_weight: Any) -> Any: ...
    def new_train_function(self, model: Any) -> Callable[[Any], Any]: ...
    def feed(self, model: Any, function: Callable[[Any], Any], iterator: Any) -> Any: ...
    def first_inputs(self, batch: Any) -> Any: ...
    def steps_per_execution(self, model: Any) -> int: ...
    def global_state(self, model: Any) -> list[Any]: ...
    def accumulation_steps(self, optimizer: Any) -> int: ...
    def applied_list(self, optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[Any, Any]]: ...
    def with_pairs(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], pairs: list[tuple[Any, Any]]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]: ...


def engine_for(model: Any) -> Engine:
    """The engine of the Keras that `model` was made with, without importing any other Keras.

    Raises:
        TypeError: not a Keras model.
        NotImplementedError: Keras 3 on a backend other than TensorFlow.
    """
    modules = [(base.__module__, base.__name__) for base in type(model).__mro__]
    if any(m.endswith(".engine.training") and n == "Model" and m.split(".")[0] in _PACKAGES for m, n in modules):
        from freezelint.runtime.engines import keras2

        return cast(Engine, keras2)
    if any(m == "keras.src.models.model" and n == "Model" for m, n in modules):
        from freezelint.runtime.engines import keras3

        engine = cast(Engine, keras3)
        if engine.backend(model) != "tensorflow":
            raise NotImplementedError(
                f"the verifier runs Keras 3 on the TensorFlow backend only; this model runs on "
                f"{engine.backend(model)!r}. Set KERAS_BACKEND=tensorflow to verify it"
            )
        return engine
    raise TypeError(
        f"{type(model).__module__}.{type(model).__name__} is not a Keras model: pass a keras.Model or a tf_keras.Model"
    )


_PACKAGES = ("keras", "tf_keras")
