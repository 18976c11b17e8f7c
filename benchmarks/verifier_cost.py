"""What the verifier costs, as ratios measured in one run: ResNet50 (weights=None, 224x224, batch 8), frozen,
head trained.

    python benchmarks/verifier_cost.py [--size 224] [--steps 50] [--rounds 3]

Prints JSON. Times, wall and CPU: `verify_step` over one plain `train_on_batch` that traces (medians of
interleaved rounds, each on a model compiled anew), and one epoch of `fit` with FreezeGuard over one without
(median of interleaved epochs on the same trace). Memory: the process's peak resident size after one plain
step and after `verify_step`, each in a process of its own, since a peak never falls.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def make(size: int) -> Any:
    import tensorflow as tf

    keras = tf.keras
    backbone = keras.applications.ResNet50(weights=None, include_top=False, pooling="avg", input_shape=(size, size, 3))
    backbone.trainable = False
    return keras.Sequential([keras.Input((size, size, 3)), backbone, keras.layers.Dense(10, activation="softmax")])


def compiled(model: Any) -> Any:
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def batches(size: int, steps: int) -> Any:
    import tensorflow as tf

    x = np.random.RandomState(0).rand(8, size, size, 3).astype("float32")
    y = np.arange(8) % 10
    return x, y, tf.data.Dataset.from_tensors((x, y)).repeat(steps)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds; the CPU's do not grow when others use the machine too."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def ratios(over: list[tuple[float, float]], under: list[tuple[float, float]]) -> dict[str, float]:
    """Median over median, of wall and of CPU seconds."""
    columns = ("wall", 0), ("cpu", 1)
    return {n: statistics.median(t[i] for t in over) / statistics.median(t[i] for t in under) for n, i in columns}


def high_water() -> int:
    """Peak resident bytes of this process. Linux only: ru_maxrss would count the parent before exec too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


def peak(what: str, size: int) -> int:
    """Peak resident bytes of a process that makes the model and runs one step, plain or verified."""
    from freezelint.runtime import verify_step

    model = compiled(make(size))
    x, y, _ = batches(size, 1)
    if what == "plain":
        model.train_on_batch(x, y)
    else:
        verify_step(model, x, y, batch_size=8)
    return high_water()


def measure(size: int, steps: int, rounds: int) -> dict[str, Any]:
    import tensorflow as tf

    from freezelint.runtime import FreezeGuard, verify_step

    model = make(size)
    x, y, dataset = batches(size, steps)
    compiled(model).train_on_batch(x, y)  # warm up the kernels and the allocator
    plain, verified = [], []
    for _ in range(rounds):
        plain.append(seconds(lambda: compiled(model).train_on_batch(x, y)))
        compiled(model)
        verified.append(seconds(lambda: verify_step(model, x, y, batch_size=8)))
    model.fit(dataset, verbose=0)
    alone, guarded = [], []
    for _ in range(rounds):
        alone.append(seconds(lambda: model.fit(dataset, verbose=0)))
        guarded.append(seconds(lambda: model.fit(dataset, verbose=0, callbacks=[FreezeGuard()])))
    command = [sys.executable, __file__, "--size", str(size), "--peak"]
    memory = {
        w: int(subprocess.run([*command, w], check=True, capture_output=True).stdout) for w in ("plain", "verify")
    }
    return {
        "tensorflow": tf.__version__,
        "generation": "3" if tf.keras.Model.__module__.startswith("keras.src.models") else "2",
        "size": size,
        "variables": len(model.weights),
        "train_on_batch_s": plain,
        "verify_step_s": verified,
        "verify_step_over_train_on_batch": ratios(verified, plain),
        "epoch_s": alone,
        "epoch_with_guard_s": guarded,
        "guard_over_plain": ratios(guarded, alone),
        "peak_bytes": memory,
        "memory_over_plain": memory["verify"] / memory["plain"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=224, help="image side in pixels")
    parser.add_argument("--steps", type=int, default=50, help="steps per epoch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peak", choices=["plain", "verify"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        print(peak(arguments.peak, arguments.size))
        return
    print(json.dumps(measure(arguments.size, arguments.steps, arguments.rounds), indent=2))


if __name__ == "__main__":
    main()
