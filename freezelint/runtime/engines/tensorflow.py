"""TensorFlow below Keras: variables and their replicas, bits, traces, devices.

Nothing here knows a Keras generation. TensorFlow is imported on first use, never on import of this module.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

# tf.bitcast takes none of these; their bits are compared through NumPy on the host instead.
HOST_ONLY = ("float8_", "float6_", "float4_", "int4", "uint4", "int2", "uint2")
NOT_COMPARABLE = ("string", "resource", "variant")
CHUNK = 1 << 24


def tf() -> Any:
    """The TensorFlow module. Raises ImportError that names the extra to install."""
    try:
        import tensorflow
    except ImportError as error:
        raise ImportError(
            "freezelint.runtime needs TensorFlow: pip install 'freezelint[verify]', or TensorFlow of your own choice"
        ) from error
    return tensorflow


def is_variable(value: object) -> bool:
    """True for tf.Variable and its distributed kin; a Keras 3 variable wraps one and is not one itself."""
    return isinstance(value, tf().Variable)


def components(variable: Any) -> tuple[Any, ...]:
    """The plain variables behind one: a distributed variable's replicas in order, else the variable itself."""
    inner = getattr(variable, "_variable", None)
    if inner is not None and is_variable(inner):  # Keras 2 AutoCastVariable
        variable = inner
    values = getattr(variable, "values", None)
    return tuple(values) if isinstance(values, (tuple, list)) else (variable,)


def read(component: Any) -> Any:
    """A tensor with the variable's present bits, which shares its buffer until somebody writes.

    TensorFlow copies on write as long as a reader holds the buffer (tested for every write path in
    tests/runtime/test_snapshot.py); a variable that a sparse kernel wrote once copies on read instead.
    """
    return component.read_value()


def same_buffer(left: Any, right: Any) -> bool:
    """True when both tensors lie in one host buffer: a held buffer is never written, so this proves equality."""
    if not left.device.endswith("CPU:0") or left.dtype.name in NOT_COMPARABLE:
        return False
    try:
        first, second = left._numpy(), right._numpy()
    except (AttributeError, TypeError, RuntimeError):
        return False
    if not first.shape or not first.size:
        return False  # a scalar comes as a copy, whose address says nothing
    return bool(first.__array_interface__["data"] == second.__array_interface__["data"])


def difference(held: Any, now: Any, mask: Any = None) -> Any:
    """Three float64 on the tensors' device: elements whose bits differ, those of them under `mask`, largest change.

    The largest change is the largest |now - held| among changed elements; NaN where no changed pair can be
    subtracted. Works in chunks, so the temporary memory stays small beside the tensors.
    """
    if held.dtype.name.startswith(HOST_ONLY):
        return _host_difference(held, now, mask)
    t = tf()
    left, right = (t.reshape(tensor, [-1]) for tensor in (held, now))
    flat_mask = None if mask is None else t.reshape(t.constant(mask, t.bool), [-1])
    size = int(left.shape[0])
    parts = [
        _chunk_difference(
            left[start : start + CHUNK],
            right[start : start + CHUNK],
            None if flat_mask is None else flat_mask[start : start + CHUNK],
        )
        for start in range(0, size, CHUNK)
    ]
    if not parts:
        return t.zeros([3], t.float64)
    table = t.stack(parts)
    return t.concat([t.reduce_sum(table[:, :2], axis=0), _nanmax(table[:, 2])[None]], axis=0)


def _nanmax(values: Any) -> Any:
    t = tf()
    usable = t.boolean_mask(values, t.math.logical_not(t.math.is_nan(values)))
    nan = t.constant(float("nan"), t.float64)
    return t.cond(t.size(usable) > 0, lambda: t.reduce_max(usable), lambda: nan)


def _bits(flat: Any) -> Any:
    t = tf()
    if flat.dtype == t.bool:
        return t.cast(flat, t.uint8)
    if flat.dtype.size == 16:
        return t.bitcast(flat, t.uint64)  # complex128: two words per element
    return t.bitcast(flat, {1: t.uint8, 2: t.uint16, 4: t.uint32, 8: t.uint64}[flat.dtype.size])


def _chunk_difference(left: Any, right: Any, mask: Any) -> Any:
    t = tf()
    unequal = t.not_equal(_bits(left), _bits(right))
    if unequal.shape.rank == 2:
        unequal = t.reduce_any(unequal, axis=1)
    changed = t.math.count_nonzero(unequal, dtype=t.int32)
    masked = t.math.count_nonzero(unequal & mask, dtype=t.int32) if mask is not None else t.constant(0)
    where = t.boolean_mask(left, unequal), t.boolean_mask(right, unequal)
    wide = t.complex128 if left.dtype.is_complex else t.float64
    before, after = (t.bitcast(p, t.int8) if p.dtype.is_quantized and p.dtype.size == 1 else p for p in where)
    largest = _nanmax(t.cast(t.abs(t.cast(after, wide) - t.cast(before, wide)), t.float64))
    return t.stack([t.cast(changed, t.float64), t.cast(masked, t.float64), largest])


def _host_difference(held: Any, now: Any, mask: Any) -> Any:
    import numpy as np

    left, right = held.numpy().reshape(-1), now.numpy().reshape(-1)
    unequal = left.view(np.uint8) != right.view(np.uint8)  # all of them take one byte per element in NumPy
    masked = 0 if mask is None else np.count_nonzero(unequal & np.asarray(mask, bool).reshape(-1))
    gaps = np.abs(right[unequal].astype(np.float64) - left[unequal].astype(np.float64))
    usable = gaps[~np.isnan(gaps)]
    largest = usable.max() if usable.size else float("nan")
    return tf().constant([np.count_nonzero(unequal), masked, largest], tf().float64)


def default_device(device: str) -> tuple[str, Any]:
    """The device name for the report, and the scope to run in.

    `auto` is the first GPU, else the CPU. No scope is opened where TensorFlow would place the step there anyway: a
    device scope is part of a trace's key, so it would hide the user's own trace.

    Raises:
        ValueError: `device="gpu"` and TensorFlow sees none, or an unknown name.
    """
    t = tf()
    gpus = t.config.list_logical_devices("GPU")
    if device == "gpu" and not gpus:
        raise ValueError(
            'device="gpu": TensorFlow sees no GPU (tf.config.list_logical_devices("GPU") is empty). '
            'Install a TensorFlow with CUDA and check the driver, or use device="auto" or device="cpu"'
        )
    if device not in ("auto", "gpu", "cpu"):
        raise ValueError(f'device={device!r}: expected "auto", "gpu" or "cpu"')
    if device == "cpu":
        return "CPU:0", t.device("/CPU:0") if gpus else contextlib.nullcontext()
    return ("GPU:0" if gpus else "CPU:0"), contextlib.nullcontext()


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
    """Every tf.function called inside must find its trace in its cache, else WouldTraceError; nothing is traced.

    The traces that run are added to `used`; `before_call` is called with each before it runs.

    A trace with random operations whose counter lives in the compiled function (RandomUniform and kin) runs as a
    second instance of the same graph, because that counter cannot be put back.
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

    So a tf.function of the user's that our step is the first to call stays as untraced as it was. `on_trace` is
    called with each new concrete function before it first runs.
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
    """The trace of a model's train function if it has exactly one, so that there is no doubt which one runs."""
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


def handles(variable: Any) -> Sequence[int]:
    """ids of the resource handles of a variable's replicas."""
    return [id(component.handle) for component in components(variable)]
