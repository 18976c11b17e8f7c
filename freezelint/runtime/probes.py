"""What an optimizer was asked to update during a step, and whether its gradients said anything."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from freezelint.runtime.engines import Engine
from freezelint.runtime.engines import tensorflow as backend


@dataclass
class Applied:
    """One optimizer's update calls: the variables it was given, and per variable with a gradient a row of facts.

    `facts` is an int32 variable of shape [n, 3]: the gradient was not all zero, held inf or NaN, the call ran.
    None where the gradients could not be watched (several replicas).
    """

    optimizer: Any
    variables: list[Any]
    has_gradient: list[bool]
    facts: Any = None


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


@contextlib.contextmanager
def watched_updates(engine: Engine, optimizers: list[Any], *, gradients: bool) -> Iterator[Updates]:
    """Record what each optimizer is given inside. The optimizers' own attributes are put back.

    With `gradients`, a few reductions are added to the step that note whether each gradient is zero or not finite.
    """
    updates = Updates()
    try:
        for optimizer in optimizers:
            original = getattr(optimizer, engine.APPLY)
            optimizer.__dict__[engine.APPLY] = _recorder(engine, optimizer, original, updates, gradients)
        yield updates
    finally:
        for optimizer in optimizers:
            optimizer.__dict__.pop(engine.APPLY, None)


def live_optimizers(is_optimizer: Callable[[Any], bool]) -> list[Any]:
    """Every optimizer object that is alive, found among all live objects."""
    kinds: dict[type, bool] = {}
    found = []
    for thing in gc.get_objects():
        kind = type(thing)
        if kind not in kinds:
            kinds[kind] = hasattr(kind, "apply_gradients") and is_optimizer(thing)
        if kinds[kind]:
            found.append(thing)
    return found


# Updates beyond these add nothing to the causes of idle variables, and each holds a small variable.
MAX_CALLS = 64


def _recorder(
    engine: Engine, optimizer: Any, original: Callable[..., Any], updates: Updates, gradients: bool
) -> Callable[..., Any]:
    def apply(*args: Any, **kwargs: Any) -> Any:
        pairs = engine.applied_list(optimizer, args, kwargs)
        args, kwargs = engine.with_pairs(args, kwargs, pairs)
        call = Applied(optimizer, [v for _, v in pairs], [g is not None for g, _ in pairs])
        if len(updates.calls) >= MAX_CALLS:
            return original(*args, **kwargs)
        if gradients:
            call.facts = _facts([g for g, _ in pairs])
        updates.calls.append(call)
        return original(*args, **kwargs)

    return apply


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
