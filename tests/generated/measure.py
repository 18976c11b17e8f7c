"""Run one generated program under the verifier and say what moved, call by call and weight by weight."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import linecache
import os
import sys
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from freezelint.runtime.intercept import intercepted
from freezelint.runtime.report import BELOW_PRECISION, UNKNOWN, ZERO_GRADIENT, Report, VariableReport
from freezelint.runtime.session import Session

FILENAME = "generated_program.py"
COLLECT = 20  # programs between two searches for garbage


@dataclass(frozen=True)
class Weight:
    """A weight after one call. `idle` says that the step updates it but its gradient or the update was nothing."""

    path: str
    moved: bool
    idle: bool


@dataclass(frozen=True)
class Call:
    """One training call as the verifier met it; `layers` are the paths of all layers of its model."""

    call: str
    line: int
    model: str
    weights: tuple[Weight, ...]
    layers: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """As the state file has it: paths by what happened."""
        moved, still, idle = ([w.path for w in self.weights if _kind(w) == kind] for kind in ("moved", "still", "idle"))
        place = {"call": self.call, "line": self.line, "model": self.model}
        return {**place, "moved": moved, "still": still, "idle": idle, "layers": sorted(self.layers)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Call:
        weights = [
            Weight(p, kind == "moved", kind == "idle") for kind in ("moved", "still", "idle") for p in data[kind]
        ]
        return cls(data["call"], data["line"], data["model"], tuple(weights), frozenset(data["layers"]))


def _kind(weight: Weight) -> str:
    return "moved" if weight.moved else "idle" if weight.idle else "still"


@dataclass(frozen=True)
class Outcome:
    """What running a program showed: its calls, and the exception that ended it at `line`, if any."""

    calls: tuple[Call, ...]
    error: str = ""
    line: int = 0

    def to_dict(self) -> dict[str, Any]:
        return {"calls": [call.to_dict() for call in self.calls], "error": self.error, "line": self.line}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Outcome:
        return cls(tuple(Call.from_dict(call) for call in data["calls"]), data["error"], data["line"])


@dataclass
class Recorder(Session):
    """A session of the verifier that cuts nothing and keeps every call, also those that say the same again."""

    namespace: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def add(self, report: Report, place: tuple[str, int]) -> None:
        weights = tuple(Weight(v.path, v.moved, not v.moved and _updated(v)) for v in report.variables)
        model = next((m for m in self._models() if m.name == report.model), None)
        layers = frozenset() if model is None else frozenset(_layer_paths(model, ""))
        self.calls.append(Call(report.call, place[1], report.model, weights, layers))

    def live_models(self, where: tuple[str, int]) -> list[Any]:
        """All models of a generated program are global variables."""
        return [model for model in self._models() if model.built]

    def _models(self) -> list[Any]:
        found = {id(v): v for v in self.namespace.values() if hasattr(v, "train_function")}
        return list(found.values())


def _updated(weight: VariableReport) -> bool:
    """Whether the step updates a weight that did not move: the trace writes it, or eagerly its gradient was nothing.

    With a trace that was there before, the verifier knows no gradients: then what the trace writes is the answer.
    """
    if weight.updated is None:
        return weight.cause in (ZERO_GRADIENT, BELOW_PRECISION)
    return weight.updated and weight.cause in (None, ZERO_GRADIENT, BELOW_PRECISION, UNKNOWN)


def _layer_paths(layer: Any, prefix: str) -> Iterator[str]:
    for child in layer._flatten_layers(include_self=False, recursive=False):
        yield f"{prefix}{child.name}"
        yield from _layer_paths(child, f"{prefix}{child.name}/")


class Bench:
    """A warm TensorFlow of one generation, in which programs run one after another."""

    def __init__(self, generation: str) -> None:
        self.tf = _tensorflow(generation)
        keras = sys.modules[self.tf.keras.Model.__module__.partition(".")[0]]
        self.engine = f"Keras {keras.__version__} on TensorFlow {self.tf.__version__}"
        self._generation = generation
        self._ran = 0

    def run(self, text: str) -> Outcome:
        """Execute a program from a fresh state of Keras."""
        self._fresh()
        module = types.ModuleType("__main__")
        session = Recorder(steps=None, namespace=module.__dict__)
        code = compile(text, FILENAME, "exec", dont_inherit=True)
        linecache.cache[FILENAME] = (len(text), None, text.splitlines(keepends=True), FILENAME)  # for AutoGraph
        with _quiet(), _compared_on_the_host(), intercepted(session):
            try:
                exec(code, module.__dict__)
            except Exception as error:
                line = next((number for name, number in _lines(error) if name == FILENAME), 0)
                message = (str(error).strip().splitlines() or [""])[-1].strip()
                return Outcome(tuple(session.calls), f"{type(error).__name__}: {message}"[:200], line)
        return Outcome(tuple(session.calls))

    def _fresh(self) -> None:
        """Names are counted from the start again. Garbage is searched for now and then, and not in the libraries."""
        options = {"free_memory": False} if self._generation == "3" else {}
        self.tf.keras.backend.clear_session(**options)
        self._ran += 1
        if self._ran % COLLECT == 0:
            gc.collect()
        if self._ran == COLLECT:
            gc.freeze()
            gc.disable()


def _lines(error: BaseException) -> Iterator[tuple[str, int]]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _compared_on_the_host() -> Iterator[None]:
    """The same bits, compared by NumPy: for tensors of a few floats that takes a tenth of the time."""
    from freezelint.runtime.engines import tensorflow as backend

    original = backend.difference
    backend.difference = _difference
    try:
        yield
    finally:
        backend.difference = original


def _difference(held: Any, now: Any, mask: Any = None) -> Any:
    import numpy as np

    left, right = held.numpy().reshape(-1), now.numpy().reshape(-1)
    width = f"u{left.dtype.itemsize}"
    unequal = left.view(width) != right.view(width)
    gap = float(np.max(np.abs(right[unequal] - left[unequal]), initial=0.0))
    return np.array([np.count_nonzero(unequal), 0, gap])


def _tensorflow(generation: str) -> Any:
    """TensorFlow with the Keras of one generation.

    Raises:
        SystemExit: this environment has another one.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    if generation == "2" and importlib.util.find_spec("tf_keras"):
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf

    version = sys.modules[tf.keras.Model.__module__.partition(".")[0]].__version__
    if version[0] != generation:
        raise SystemExit(f"this environment has Keras {version}, not Keras {generation}")
    tf.get_logger().setLevel("ERROR")
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    return tf
