"""The traces of tf.functions: call only those that exist, make some that leave no mark, read what they write.

TensorFlow keeps a function's traces in a FunctionCache, asked on every call: the one place to meet them all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


class WouldTraceError(Exception):
    """A call would have made a new trace of the user's function."""


@dataclass
class Traces:
    """The concrete functions that one call used or made, outermost last."""

    concrete: list[Any] = field(default_factory=list)
    seconds: dict[int, Any] = field(default_factory=dict)

    def variables(self) -> list[Any]:
        return [v for concrete in self.concrete for v in concrete.graph.variables]

    def written(self) -> set[int] | None:
        """ids of the resource handles that any of the traces may write; None when there is no trace."""
        if not self.concrete:
            return None
        return set().union(*(_written_handles(concrete.graph) for concrete in self.concrete))


def _written_handles(graph: Any) -> set[int]:
    from tensorflow.python.framework import auto_control_deps_utils as deps

    outside = {id(inner): id(outer) for outer, inner in graph.captures}
    written: set[int] = set()
    for operation in graph.get_operations():
        _, writes = deps.get_read_write_resource_inputs(operation)
        written.update(outside[id(tensor)] for tensor in writes if id(tensor) in outside)
    return written


def _cache_class() -> Any:
    from tensorflow.core.function.polymorphism import function_cache

    return function_cache.FunctionCache


@contextlib.contextmanager
def only_existing_traces(used: Traces, before_call: Callable[[Any], None]) -> Iterator[None]:
    """Every tf.function called inside must find its trace in its cache, else WouldTraceError; nothing is
    traced.

    The traces that run are added to `used`; `before_call` is called with each before it runs.

    A trace with random operations whose counter lives in the compiled function (RandomUniform and kin) runs
    as a second instance of the same graph, because that counter cannot be put back.
    """
    cache = _cache_class()
    lookup = cache.lookup

    def find(self: Any, *args: Any, **kwargs: Any) -> Any:
        concrete = lookup(self, *args, **kwargs)
        if concrete is None:
            raise WouldTraceError
        used.concrete.append(concrete)
        before_call(concrete)
        if not hidden_random_state(concrete.graph):
            return concrete
        if id(concrete) not in used.seconds:
            used.seconds[id(concrete)] = _second_instance(concrete)
        return used.seconds[id(concrete)]

    cache.lookup = find
    try:
        yield
    finally:
        cache.lookup = lookup


@contextlib.contextmanager
def own_traces(on_trace: Callable[[Any], None]) -> Iterator[Traces]:
    """Record every trace made inside, and take them out of their caches afterwards.

    So a tf.function of the user's that our step is the first to call stays as untraced as it was. `on_trace`
    is called with each new concrete function before it first runs.
    """
    cache, made = _cache_class(), Traces()
    add, entries = cache.add, []

    def record(self: Any, fn: Any, *args: Any, **kwargs: Any) -> None:
        add(self, fn, *args, **kwargs)
        entries.append((self, fn, args, kwargs))
        made.concrete.append(fn)
        on_trace(fn)

    cache.add = record
    try:
        yield made
    finally:
        cache.add = add
        for store, fn, args, kwargs in entries:
            store.delete(fn.function_type, *args, **kwargs)


@contextlib.contextmanager
def used_traces() -> Iterator[Traces]:
    """Record the traces that calls inside use or make, and change nothing."""
    cache, used = _cache_class(), Traces()
    lookup, add = cache.lookup, cache.add

    def note(concrete: Any) -> None:
        if concrete is not None and not any(concrete is one for one in used.concrete):
            used.concrete.append(concrete)

    def find(self: Any, *args: Any, **kwargs: Any) -> Any:
        note(concrete := lookup(self, *args, **kwargs))
        return concrete

    def record(self: Any, fn: Any, *args: Any, **kwargs: Any) -> None:
        add(self, fn, *args, **kwargs)
        note(fn)

    cache.lookup, cache.add = find, record
    try:
        yield used
    finally:
        cache.lookup, cache.add = lookup, add


def only_trace(model: Any) -> Traces | None:
    """The trace of a model's train function if it has exactly one: then there is no doubt which runs."""
    function = getattr(model, "train_tf_function", None) or getattr(model, "train_function", None)
    if function is None:
        return None
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if _filled(cell)]
    found = [f for f in (function, *cells) if hasattr(f, "_list_all_concrete_functions")]
    concrete = {
        id(c.graph): c
        for f in found
        for c in f._list_all_concrete_functions()
        if any("iterator" in str(name).lower() for name in c.function_type.parameters)
    }
    signatures = {str(c.structured_input_signature) for c in concrete.values()}
    return Traces(list(concrete.values())) if len(signatures) == 1 else None


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 -- an empty cell raises
    except ValueError:
        return False
    return True


RANDOM_OPS = {"RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal", "RandomShuffle",
              "Multinomial", "RandomGammaGrad", "RandomGamma", "RandomPoisson", "RandomPoissonV2",
              "ParameterizedTruncatedNormal", "StatefulUniform"}  # fmt: skip


def hidden_random_state(graph: Any) -> bool:
    """True when the graph, or a function it calls, holds random operations that keep their own counter."""
    if any(operation.type in RANDOM_OPS for operation in graph.get_operations()):
        return True
    library = graph.as_graph_def().library
    return any(node.op in RANDOM_OPS for function in library.function for node in function.node_def)


def _second_instance(concrete: Any) -> Any:
    from tensorflow.python.eager.polymorphic_function import concrete_function

    make = concrete_function.ConcreteFunction.from_func_graph
    second = make(concrete.graph, concrete.function_type, concrete.function_def.attr)
    second._garbage_collector = concrete._garbage_collector  # the graph is the user's: never dismantle it
    return second
