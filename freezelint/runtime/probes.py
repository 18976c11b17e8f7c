"""What an optimizer was asked to update during a step, and whether its gradients said anything."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from freezelint.runtime.engines import Engine
from freezelint.runtime.engines import tensorflow as backend


@dataclass
class Applied:
    """One optimizer's update calls: the variables it was given, and per variable with a gradient a row of
    facts.

    `facts` is an int32 variable of shape [n, 3]: the gradient was not all zero, held inf or NaN, the call
    ran. None where the gradients could not be watched (several replicas). `rate` is the learning rate at the
    call.
    """

    optimizer: Any
    variables: list[Any]
    has_gradient: list[bool]
    facts: Any = None
    rate: float | None = None


@dataclass
class Updates:
    """All update calls seen while a step was traced, or run eagerly."""

    calls: list[Applied] = field(default_factory=list)

    def listed(self, variable: Any) -> list[tuple[Applied, int]]:
        """The calls that were given `variable`, with its place in each."""
        return [
            (call, index)
            for call in self.calls
            for index, one in enumerate(call.variables)
            if one is variable or getattr(one, "_value", None) is variable or getattr(variable, "_value", None) is one
        ]


# Updates beyond these add nothing to the causes of idle variables, and each holds a small variable.
MAX_CALLS = 64


@contextlib.contextmanager
def watched_updates(engine: Engine, model: Any, *, gradients: bool) -> Iterator[Updates]:
    """Record what the optimizers of the model's Keras are given inside, those made inside too.

    With `gradients`, a few reductions are added to the step that note whether each gradient is zero or not
    finite. An optimizer that another one wraps is not recorded: what the program calls counts.
    """
    updates, depth = Updates(), [0]
    originals = [(cls, vars(cls)[engine.APPLY]) for cls in engine.optimizer_classes(model) if engine.APPLY in vars(cls)]
    try:
        for cls, original in originals:
            setattr(cls, engine.APPLY, _recorder(engine, original, updates, gradients, depth))
        yield updates
    finally:
        for cls, original in originals:
            setattr(cls, engine.APPLY, original)


def _recorder(
    engine: Engine, original: Callable[..., Any], updates: Updates, gradients: bool, depth: list[int]
) -> Callable[..., Any]:
    @functools.wraps(original)
    def apply(optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        pairs = engine.applied_list(optimizer, args, kwargs)
        args, kwargs = engine.with_pairs(args, kwargs, pairs)
        if not depth[0] and len(updates.calls) < MAX_CALLS:
            with backend.tf().init_scope():
                rate = learning_rate(optimizer)
            facts = _facts([g for g, _ in pairs]) if gradients else None
            given = [v for _, v in pairs], [g is not None for g, _ in pairs]
            updates.calls.append(Applied(optimizer, *given, facts, rate))
        depth[0] += 1
        try:
            return original(optimizer, *args, **kwargs)
        finally:
            depth[0] -= 1

    return apply


def learning_rate(optimizer: Any) -> float | None:
    """The rate that the optimizer uses now, or None where it cannot be read."""
    try:
        rate = optimizer.learning_rate
        if callable(rate) and not hasattr(rate, "numpy"):
            rate = rate(optimizer.iterations)
        return float(rate.numpy() if hasattr(rate, "numpy") else rate)
    except (AttributeError, TypeError, ValueError, NotImplementedError):
        return None


def scheduled(optimizer: Any) -> bool:
    """True if the rate comes from a schedule, so that it may differ at the next step."""
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    rate = getattr(inner, "_learning_rate", None)
    if rate is None:
        rate = getattr(inner, "_hyper", {}).get("learning_rate")
    return any("Schedule" in base.__name__ for base in type(rate).__mro__)


def _facts(gradients: list[Any]) -> Any:
    t = backend.tf()
    rows = []
    for gradient in gradients:
        values = getattr(gradient, "values", gradient)
        if values is None:
            rows.append(t.constant([0, 0, 1]))
            continue
        values = t.convert_to_tensor(values)
        nonzero = t.reduce_any(t.not_equal(values, t.zeros([], values.dtype)))
        broken = t.logical_not(t.reduce_all(t.math.is_finite(values))) if values.dtype.is_floating else False
        rows.append(t.stack([t.cast(nonzero, t.int32), t.cast(broken, t.int32), 1]))
    from tensorflow.python.ops.resource_variable_ops import ResourceVariable

    # Made directly: a tf.function refuses variables that tf.Variable creates in its second trace.
    with t.init_scope():
        sink = ResourceVariable(t.zeros([len(gradients), 3], t.int32), trainable=False)
    if not t.executing_eagerly():  # a trace that the user keeps must keep this variable alive
        graph = t.compat.v1.get_default_graph()
        graph._freezelint_facts = (*getattr(graph, "_freezelint_facts", ()), sink)
    if rows:
        sink.assign(t.maximum(sink, t.stack(rows)))
    return sink
