"""Keras 3 on the TensorFlow backend, as measured on 3.15.1.

Flags are pushed down onto every variable; `model.trainable_variables` is empty if the fitted model's own flag
is False, else all variables whose flag is True. They are read when a step is traced.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

GENERATION = "3"
APPLY = "apply"


def package(thing: Any) -> Any:
    return importlib.import_module("keras")


def backend(model: Any) -> str:
    return str(package(model).backend.backend())


def own_variables(layer: Any) -> list[tuple[Any, bool]]:
    """The layer's own variables, each with True if it is state (created as not trainable)."""
    weights = [(v, False) for v in getattr(layer, "_trainable_variables", ())]
    return weights + [(v, True) for v in getattr(layer, "_non_trainable_variables", ())]


def native_path(variable: Any) -> str:
    return str(getattr(variable, "path", None) or variable.name)


def inner(variable: Any) -> Any:
    """The tf.Variable (or distributed one) that holds the values."""
    value = getattr(variable, "_value", None)
    return variable if value is None else value


def flag_frozen(layer: Any, ancestors: tuple[Any, ...]) -> bool:
    """Whether a layer without weights counts as frozen: only its own flag does, containers do not gate."""
    return not layer.trainable


def optimizer_classes(model: Any) -> list[Any]:
    """The classes whose `apply` a program may call."""
    names = {"base_optimizer": "BaseOptimizer", "loss_scale_optimizer": "LossScaleOptimizer"}
    modules = {name: importlib.import_module(f"keras.src.optimizers.{name}") for name in names}
    return [getattr(modules[name], owner) for name, owner in names.items()]


@contextlib.contextmanager
def as_in_fit(model: Any) -> Iterator[None]:
    """What `fit` sets up round its steps: nothing, the live flags count."""
    yield


def user_flags(model: Any) -> contextlib.AbstractContextManager[None]:
    """Inside `fit` the live flags are the user's own."""
    return contextlib.nullcontext()


def stale_flags(model: Any) -> str | None:
    """Keras 3 reads the flags when it traces: nothing that `compile` kept is imposed."""
    return None


def fit_iterator(model: Any, x: Any, y: Any, sample_weight: Any, batch_size: int | None) -> Any:
    """The iterator that `fit(x, y, shuffle=False)` would hand to the train function."""
    trainer = importlib.import_module("keras.src.backend.tensorflow.trainer")
    epoch = trainer.TFEpochIterator(
        x=x,
        y=y,
        sample_weight=sample_weight,
        batch_size=batch_size,
        shuffle=False,
        distribute_strategy=model.distribute_strategy,
        steps_per_execution=model.steps_per_execution,
    )
    if hasattr(model, "_maybe_symbolic_build"):
        model._maybe_symbolic_build(iterator=epoch)
    epoch.reset()
    return iter(epoch._get_iterator())


def batch_iterator(model: Any, x: Any, y: Any, sample_weight: Any) -> Any:
    """The iterator that `train_on_batch(x, y)` would hand to the train function."""
    return iter([(x, y, sample_weight)])


def new_train_function(model: Any) -> Callable[[Any], Any]:
    """A train function made by the model's own recipe; the caller puts `model.train_function` back."""
    model.make_train_function(force=True)
    return model.train_function  # type: ignore[no-any-return]


def feed(model: Any, function: Callable[[Any], Any], iterator: Any) -> Any:
    """Call a new train function on the next batches, as `train_on_batch` does: that traces the step once.

    On a tf.data iterator Keras traces it inside a second function, which doubles the cost and changes nothing
    in the step. Raises StopIteration at the end of the data.
    """
    if not type(model).make_train_function.__module__.startswith("keras."):
        return function(iterator)
    batches = list(itertools.islice(iterator, steps_per_execution(model)))
    if not batches:
        raise StopIteration
    return function(iter(batches))


def first_inputs(batch: Any) -> Any:
    return batch[0] if isinstance(batch, tuple) else batch


def steps_per_execution(model: Any) -> int:
    return int(model.steps_per_execution)


def global_state(model: Any) -> list[Any]:
    """Keras' own globals: name counters, the global seed generator, scopes."""
    state = importlib.import_module("keras.src.backend.common.global_state")
    return [state.GLOBAL_STATE_TRACKER]


def accumulation_steps(optimizer: Any) -> int:
    inner_optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    return int(getattr(inner_optimizer, "gradient_accumulation_steps", None) or 1)


def applied_list(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(gradient, variable) pairs of one call `optimizer.apply(grads, trainable_variables=None)`."""
    grads = list(args[0] if args else kwargs["grads"])
    variables = args[1] if len(args) > 1 else kwargs.get("trainable_variables")
    return list(zip(grads, optimizer._trainable_variables if variables is None else list(variables), strict=False))


def with_pairs(
    args: tuple[Any, ...], kwargs: dict[str, Any], pairs: list[tuple[Any, Any]]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call's arguments unchanged: `apply` takes lists, which reading does not use up."""
    return args, kwargs
