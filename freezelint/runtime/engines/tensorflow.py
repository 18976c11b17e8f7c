"""TensorFlow below Keras: variables and their replicas, bits, devices.

Nothing here knows a Keras generation. TensorFlow is imported on first use, never on import of this module.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
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
            "freezelint.runtime needs TensorFlow: pip install 'freezelint[verify]', or one of your own"
        ) from error
    return tensorflow


def is_variable(value: object) -> bool:
    """True for tf.Variable and its distributed kin; a Keras 3 variable wraps one and is not one itself."""
    return isinstance(value, tf().Variable)


def components(variable: Any) -> tuple[Any, ...]:
    """The plain variables behind one: a distributed variable's replicas in order, else just it."""
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
    """True when both tensors lie in one host buffer, which is never written: proof of equality."""
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
    """Three float64 on the tensors' device: elements whose bits differ, those of them under `mask`, largest
    change.

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

    `auto` is the first GPU, else the CPU. No scope is opened where TensorFlow would place the step there
    anyway: a device scope is part of a trace's key, so it would hide the user's own trace.

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


def handles(variable: Any) -> Sequence[int]:
    """ids of the resource handles of a variable's replicas."""
    return [id(component.handle) for component in components(variable)]
