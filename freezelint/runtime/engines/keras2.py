"""Keras 2: `tf_keras` (also as tf.keras under TF_USE_LEGACY_KERAS=1) and the Keras of TensorFlow 2.15.

A layer's flag gates its subtree when `trainable_variables` is computed. `compile` keeps all flags, and `fit`
and `train_on_batch` impose what it kept for their duration: only `compile` refreshes it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Callable, Iterator
from typing import Any

GENERATION = "2"
APPLY = "apply_gradients"


def root(model: Any) -> str:
    """The package that the model's Keras lives in: "tf_keras.src" or "keras.src"."""
    for base in type(model).__mro__:
        if base.__module__.endswith(".engine.training") and base.__name__ == "Model":
            return str(base.__module__.rsplit(".engine.training", 1)[0])
    raise TypeError(f"{type(model).__name__} is not a Keras 2 model")


def _module(model: Any, name: str) -> Any:
    return importlib.import_module(f"{root(model)}.{name}")


def package(thing: Any) -> Any:
    """The Keras that a model or an optimizer comes from: `tf_keras`, or the `keras` of TensorFlow 2.15."""
    tops = [base.__module__.split(".", 1)[0] for base in type(thing).__mro__]
    return importlib.import_module("tf_keras" if "tf_keras" in tops else "keras")


def backend(model: Any) -> str:
    return "tensorflow"


def own_variables(layer: Any) -> list[tuple[Any, bool]]:
    """The layer's own variables, each with True if it is state (created as not trainable)."""
    weights = [(v, False) for v in getattr(layer, "_trainable_weights", ())]
    return weights + [(v, True) for v in getattr(layer, "_non_trainable_weights", ())]


def native_path(variable: Any) -> str:
    return str(variable.name).split(":", 1)[0]


def inner(variable: Any) -> Any:
    """The tf.Variable itself; Keras 2 wraps none."""
    return variable


def flag_frozen(layer: Any, ancestors: tuple[Any, ...]) -> bool:
    """Whether a layer without weights counts as frozen: its own flag or that of any container above it."""
    return not all(getattr(one, "trainable", True) for one in (layer, *ancestors))


def optimizer_classes(model: Any) -> list[Any]:
    """The classes whose `apply_gradients` a program may call."""
    scaling = _module(model, "mixed_precision.loss_scale_optimizer")
    return [
        _module(model, "optimizers.optimizer").Optimizer,
        _module(model, "optimizers.legacy.optimizer_v2").OptimizerV2,
        scaling.LossScaleOptimizer,
        scaling.LossScaleOptimizerV3,
    ]


@contextlib.contextmanager
def as_in_fit(model: Any) -> Iterator[None]:
    """What `fit` sets up round its steps: the strategy, and the flags as they were at `compile`."""
    utils = _module(model, "engine.training_utils")
    with model.distribute_strategy.scope(), utils.RespectCompiledTrainableState(model):
        yield


@contextlib.contextmanager
def user_flags(model: Any) -> Iterator[None]:
    """Inside `fit`: the flags that the user had set before it, then the compile-time ones again.

    `fit` keeps them in a context manager on its own stack and nowhere else, so that one is looked for among
    the live objects. Outside of `fit`, or where nothing is stale, this changes nothing.
    """
    scope_type = _module(model, "engine.training_utils").RespectCompiledTrainableState
    scopes = [o for o in gc.get_objects() if type(o) is scope_type and o._model is model and o._should_set_trainable]
    if not scopes:
        yield
        return
    inside = model._get_trainable_state()
    model._set_trainable_state(scopes[0]._current_trainable_state)
    try:
        yield
    finally:
        model._set_trainable_state(inside)


def stale_flags(model: Any) -> str | None:
    """A sentence if flags were changed since `compile`, which `fit` will not see."""
    compiled = getattr(model, "_compiled_trainable_state", None) or {}
    live = model._get_trainable_state()
    names = [layer.name for layer, flag in compiled.items() if layer in live and live[layer] != flag]
    if not names:
        return None
    return (
        f"trainable was changed after compile() on {', '.join(sorted(names))}: on Keras 2 fit uses the flags "
        "of compile(). Call compile() again"
    )


def fit_iterator(model: Any, x: Any, y: Any, sample_weight: Any, batch_size: int | None) -> Any:
    """The iterator that `fit(x, y, shuffle=False)` would hand to the train function."""
    handler = _module(model, "engine.data_adapter").get_data_handler(
        x=x,
        y=y,
        sample_weight=sample_weight,
        batch_size=batch_size,
        shuffle=False,
        model=model,
        steps_per_execution=model._steps_per_execution,
    )
    return iter(handler._dataset)


def batch_iterator(model: Any, x: Any, y: Any, sample_weight: Any) -> Any:
    """The iterator that `train_on_batch(x, y)` would hand to the train function."""
    adapter = _module(model, "engine.data_adapter")
    return adapter.single_batch_iterator(model.distribute_strategy, x, y, sample_weight, None)


def new_train_function(model: Any) -> Callable[[Any], Any]:
    """A train function made by the model's own recipe; the caller puts `model.train_function` back."""
    return model.make_train_function(force=True)  # type: ignore[no-any-return]


def feed(model: Any, function: Callable[[Any], Any], iterator: Any) -> Any:
    """Call a new train function; it takes what it needs from the iterator."""
    return function(iterator)


def first_inputs(batch: Any) -> Any:
    return batch[0] if isinstance(batch, tuple) else batch


def steps_per_execution(model: Any) -> int:
    held = model._steps_per_execution
    return 1 if held is None else int(held.numpy())


def global_state(model: Any) -> list[Any]:
    """Keras' own globals: name counters per graph, the seed generator of legacy initializers."""
    module = _module(model, "backend")
    graph_names = module.PER_GRAPH_OBJECT_NAME_UIDS
    return [module._SEED_GENERATOR, *graph_names.values()]


def accumulation_steps(optimizer: Any) -> int:
    return int(getattr(optimizer, "gradient_accumulation_steps", None) or 1)


def applied_list(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(gradient, variable) pairs of one call `optimizer.apply_gradients(grads_and_vars)`."""
    return list(args[0] if args else kwargs["grads_and_vars"])


def with_pairs(
    args: tuple[Any, ...], kwargs: dict[str, Any], pairs: list[tuple[Any, Any]]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call's arguments with the pairs as a list: the user's may have been a `zip`, now used up."""
    if args:
        return (pairs, *args[1:]), kwargs
    return args, {**kwargs, "grads_and_vars": pairs}
