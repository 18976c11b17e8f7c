"""Held bits stay whatever writes the variable, and every change of bits is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.snapshot import Snapshot


def start(tf: Any) -> Any:
    return tf.Variable(np.arange(1000, dtype="float32").reshape(100, 10))


def adam(tf: Any, v: Any) -> None:
    slots = [tf.Variable(tf.zeros_like(v)).handle for _ in range(2)]
    tf.raw_ops.ResourceApplyAdam(
        var=v.handle, m=slots[0], v=slots[1], beta1_power=0.9, beta2_power=0.9, lr=0.1, beta1=0.9, beta2=0.99,
        epsilon=1e-7, grad=tf.ones_like(v),
    )  # fmt: skip


def compiled(body: Callable[[Any, Any], Any], jit: bool) -> Callable[[Any, Any], Any]:
    return lambda tf, v: tf.function(lambda: body(tf, v), jit_compile=jit)()


def slice_assign(tf: Any, v: Any) -> Any:
    return v[2:3].assign(tf.fill((1, 10), 7.0))


def add(tf: Any, v: Any) -> Any:
    return v.assign_add(tf.ones_like(v))


WRITES: dict[str, Callable[[Any, Any], Any]] = {
    "assign": lambda tf, v: v.assign(v + 1),
    "assign_add": add,
    "assign_sub": lambda tf, v: v.assign_sub(tf.ones_like(v)),
    "scatter_update": lambda tf, v: v.scatter_update(tf.IndexedSlices(tf.ones((1, 10)), [3])),
    "scatter_add": lambda tf, v: v.scatter_add(tf.IndexedSlices(tf.ones((1, 10)), [3])),
    "scatter_nd_update": lambda tf, v: v.scatter_nd_update([[1]], tf.ones((1, 10))),
    "batch_scatter_update": lambda tf, v: v.batch_scatter_update(
        tf.IndexedSlices(tf.ones((100, 1)), np.full((100, 1), 3))
    ),
    "slice assign": slice_assign,
    "ResourceApplyAdam": adam,
    "ResourceApplyGradientDescent": lambda tf, v: tf.raw_ops.ResourceApplyGradientDescent(
        var=v.handle, alpha=0.1, delta=tf.ones_like(v)
    ),
    "ResourceApplyKerasMomentum": lambda tf, v: tf.raw_ops.ResourceApplyKerasMomentum(
        var=v.handle, accum=tf.Variable(tf.zeros_like(v)).handle, lr=0.1, grad=tf.ones_like(v), momentum=0.9
    ),
    "ResourceSparseApplyAdagradV2": lambda tf, v: tf.raw_ops.ResourceSparseApplyAdagradV2(
        var=v.handle, accum=tf.Variable(tf.ones_like(v)).handle, lr=0.1, epsilon=1e-7, grad=tf.ones((1, 10)),
        indices=[3],
    ),
    "in a tf.function": compiled(add, False),
    "XLA assign": compiled(lambda tf, v: v.assign(v * 2 + 1), True),
    "XLA assign_add": compiled(add, True),
    "XLA slice assign": compiled(slice_assign, True),
}  # fmt: skip


@pytest.mark.parametrize("was_sparse", [False, True])
@pytest.mark.parametrize("path", WRITES)
def test_what_is_held_survives_every_write_path(tf: Any, path: str, was_sparse: bool) -> None:
    variable = start(tf)
    if was_sparse:  # a sparse kernel turns the variable's copy-on-read mode on for good
        variable.scatter_update(tf.IndexedSlices(tf.ones((1, 10)), [5]))
    before = variable.numpy().copy()
    snapshot = Snapshot([variable])
    assert snapshot.compare([variable])[id(variable)][0].elements == 0
    WRITES[path](tf, variable)
    after = variable.numpy().copy()
    held = snapshot.held[id(variable)][0].tensor
    assert held.numpy().tobytes() == before.tobytes()
    (change,) = snapshot.compare([variable])[id(variable)]
    assert change.elements == np.count_nonzero(before.view("uint32") != after.view("uint32")) > 0
    assert change.largest == np.abs(after.astype("float64") - before).max()
    snapshot.put_back()
    assert variable.numpy().tobytes() == before.tobytes()


def test_an_unwritten_variable_costs_nothing(tf: Any) -> None:
    variable = start(tf)
    snapshot = Snapshot([variable])
    assert backend.same_buffer(snapshot.held[id(variable)][0].tensor, backend.read(variable))


def changed(tf: Any, before: Any, after: Any) -> Any:
    variable = tf.Variable(before)
    snapshot = Snapshot([variable])
    variable.assign(after)
    (change,) = snapshot.compare([variable])[id(variable)]
    return change


def test_one_ulp_in_one_of_ten_million(tf: Any) -> None:
    before = np.random.RandomState(0).rand(10_000_000).astype("float32")
    after = before.copy()
    after[7_654_321] = np.nextafter(after[7_654_321], np.float32(2))
    change = changed(tf, before, after)
    assert change.elements == 1
    assert change.largest == float(after[7_654_321]) - float(before[7_654_321]) > 0


def test_two_rows_swapped(tf: Any) -> None:
    before = np.arange(12, dtype="float32").reshape(4, 3)
    assert changed(tf, before, before[[0, 2, 1, 3]]).elements == 6


def test_minus_zero_for_zero(tf: Any) -> None:
    change = changed(tf, np.zeros(3, "float32"), np.array([0, -0.0, 0], "float32"))
    assert (change.elements, change.largest) == (1, 0.0)


def test_nan_that_stays_nan_is_no_change(tf: Any) -> None:
    before = np.array([1, np.nan, np.inf], "float32")
    assert changed(tf, before, before.copy()).elements == 0


def test_nan_with_another_payload_is_a_change(tf: Any) -> None:
    before = np.array([0x7FC00000], "uint32").view("float32")
    after = np.array([0x7FC00001], "uint32").view("float32")
    change = changed(tf, before, after)
    assert change.elements == 1
    assert np.isnan(change.largest)


def test_a_change_to_nan_does_not_hide_the_largest(tf: Any) -> None:
    change = changed(tf, np.zeros(3, "float32"), np.array([np.nan, 2, 0], "float32"))
    assert (change.elements, change.largest) == (2, 2.0)


@pytest.mark.parametrize("dtype", ["int32", "int64", "int8", "uint8", "uint16", "bool", "float16", "float64"])
@pytest.mark.parametrize("shape", [(), (5,)])
def test_dtypes_and_scalars(tf: Any, dtype: str, shape: tuple[int, ...]) -> None:
    before = np.zeros(shape, dtype)
    after = before.copy()
    after[(1,) if shape else ()] = 1
    change = changed(tf, before, after)
    assert (change.elements, change.largest) == (1, 1.0)
    assert changed(tf, before, before.copy()).elements == 0


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn", "float8_e5m2", "int4"])
def test_dtypes_of_ml_dtypes(tf: Any, dtype: str) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    before = np.ones(4, getattr(ml_dtypes, dtype))
    after = before.copy()
    after[2] = 2
    change = changed(tf, before, after)
    assert (change.elements, change.largest) == (1, 1.0)
    assert changed(tf, before, before.copy()).elements == 0


def test_complex(tf: Any) -> None:
    for dtype in ("complex64", "complex128"):
        before = np.array([1 + 1j, 2], dtype)
        change = changed(tf, before, np.array([1 + 1j, 2 + 3j], dtype))
        assert (change.elements, change.largest) == (1, 3.0)


def test_more_than_one_chunk(tf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "CHUNK", 4)
    before = np.zeros(10, "float32")
    after = before.copy()
    after[[3, 4, 9]] = [1, np.nan, -5]
    change = changed(tf, before, after)
    assert (change.elements, change.largest) == (3, 5.0)


def test_masks_count_only_their_elements(tf: Any) -> None:
    variable = tf.Variable(np.zeros((2, 2), "float32"))
    snapshot = Snapshot([variable])
    variable.assign([[1, 1], [0, 0]])
    mask = np.array([[True, False], [True, True]])
    (change,) = snapshot.compare([variable], {id(variable): mask})[id(variable)]
    assert (change.elements, change.masked) == (2, 1)


def test_strings_are_named_as_not_comparable_and_put_back(tf: Any) -> None:
    variable = tf.Variable(["a"])
    snapshot = Snapshot([variable])
    variable.assign(["b"])
    (change,) = snapshot.compare([variable])[id(variable)]
    assert not change.comparable
    assert change.elements is None
    snapshot.put_back()
    assert variable.numpy().tolist() == [b"a"]


def test_replicas_are_compared_one_by_one(tf: Any, strategy: Any) -> None:
    with strategy.scope():
        variable = tf.Variable([1.0, 2.0])
    snapshot = Snapshot([variable])
    variable.values[1].assign([1.0, 3.0])
    assert [c.elements for c in snapshot.compare([variable])[id(variable)]] == [0, 1]
    snapshot.put_back()
    assert variable.values[1].numpy().tolist() == [1.0, 2.0]
