"""Meet every training call of a running program: judge it, and cut it to a few steps."""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from freezelint.runtime.engines import engine_for
from freezelint.runtime.engines import traces as tracing
from freezelint.runtime.expectation import Expectation, Weight, matches
from freezelint.runtime.imports import after_import
from freezelint.runtime.probes import Updates, watched_updates
from freezelint.runtime.report import Report
from freezelint.runtime.watching import Baseline, baseline

LIBRARIES = ("keras", "tf_keras", "tensorflow", "freezelint")


@dataclass
class Session:
    """What was met so far. `steps` is None for the real length; `inside` counts the training calls on the
    stack.
    """

    steps: int | None
    frozen: Sequence[str] = ()
    trainable: Sequence[str] = ()
    reports: list[Report] = field(default_factory=list)
    matched: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    inside: int = 0
    in_function: bool = False
    met: list[Any] = field(default_factory=list)
    counts: dict[Any, int] = field(default_factory=dict)
    results: dict[Any, Any] = field(default_factory=dict)
    functions: dict[Any, Any] = field(default_factory=dict)
    models: list[weakref.ref[Any]] = field(default_factory=list)
    step_start: dict[int, Baseline] = field(default_factory=dict)
    undo: list[Callable[[], None]] = field(default_factory=list)

    def live_models(self) -> list[Any]:
        return [model for ref in self.models if (model := ref()) is not None and model.built]

    def baseline(self, model: Any) -> Baseline:
        """Flags, patterns and bits of a model as they are now; patterns that match nothing here may match
        elsewhere.
        """
        start = baseline([model], None)
        weights = [one.weight for one in start.judged]
        self.paths.update(weight.path for weight in weights)
        still, moves = (self._matching(patterns, weights) for patterns in (self.frozen, self.trainable))
        if not still and not moves:
            return start
        return baseline([model], Expectation(still, moves))

    def _matching(self, patterns: Sequence[str], weights: Sequence[Weight]) -> list[str]:
        found = [pattern for pattern in patterns if any(matches(pattern, weight) for weight in weights)]
        self.matched.update(found)
        return found

    def spent(self, key: Any) -> bool:
        """Count one more step at `key`; True when it has had its share."""
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.steps is not None and self.counts[key] > self.steps

    def add(self, report: Report, place: tuple[str, int]) -> None:
        """Keep a report unless the same call said the same before."""
        report = replace(report, filename=place[0], line=place[1])
        said = [(r.filename, r.line, r.call, r.model, r.verdict, _said(r)) for r in self.reports]
        new = (report.filename, report.line, report.call, report.model, report.verdict, _said(report))
        if new not in said:
            self.reports.append(report)


def _said(report: Report) -> list[tuple[str, str, bool, str]]:
    return [(v.path, v.flag, v.moved, v.verdict) for v in report.variables]


def place() -> tuple[str, int]:
    """File and line of the nearest caller outside of Keras, TensorFlow and this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = str(frame.f_globals.get("__name__", ""))
        generated = frame.f_code.co_filename.startswith("<") or "__autograph_generated" in frame.f_code.co_filename
        if name.split(".", 1)[0] not in LIBRARIES and not generated and name not in ("contextlib", "functools"):
            break
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


class Cut:
    """A callback that ends `fit` after some steps; for a model not built before, it sets the baseline after
    the first.
    """

    _supports_tf_logs = True
    _chief_worker_only = None

    def __init__(self, session: Session, start: Baseline | None) -> None:
        self.session, self.start, self.steps, self.before = session, start, 0, 0
        self.model: Any = None

    def set_model(self, model: Any) -> None:
        self.model = model

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.steps += 1
        if self.start is None:
            with engine_for(self.model).user_flags(self.model):
                self.start = self.session.baseline(self.model)
            self.before = self.steps
        elif self.session.steps is not None and self.steps - self.before >= self.session.steps:
            self.model.stop_training = True

    def _implements_train_batch_hooks(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_implements"):
            return lambda: False
        if name.startswith("on_") or name == "set_params":
            return lambda *args, **kwargs: None
        raise AttributeError(name)


def around_fit(session: Session, original: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`fit` and `fit_generator`: one more callback that ends them, and a short validation."""

    @functools.wraps(original)
    def fit(model: Any, *args: Any, **kwargs: Any) -> Any:
        if session.inside:
            return original(model, *args, **kwargs)
        where = place()
        cut = Cut(session, session.baseline(model) if model.built else None)
        position = {"fit": 5, "fit_generator": 4}[name]
        args, kwargs = _with_callback(args, kwargs, cut, position)
        if session.steps is not None:
            kwargs = _short_validation(args, kwargs, name)
        with _training(session), _updates(model) as updates, tracing.used_traces() as traces:
            result = original(model, *args, **kwargs)
        if cut.start is not None:
            steps = max(1, cut.steps - cut.before)
            session.add(cut.start.report(name, updates, steps=steps, written=traces.written()), where)
        return result

    return fit


def _with_callback(
    args: tuple[Any, ...], kwargs: dict[str, Any], cut: Cut, position: int
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    given: Any = args[position] if len(args) > position else kwargs.get("callbacks")
    if hasattr(given, "append") and hasattr(given, "set_model"):  # a CallbackList
        given.append(cut)
        cut.set_model(given.model)
        return args, kwargs
    callbacks = [*(given if isinstance(given, (list, tuple)) else [given] if given else []), cut]
    if len(args) > position:
        return (*args[:position], callbacks, *args[position + 1 :]), kwargs
    return args, {**kwargs, "callbacks": callbacks}


def _short_validation(args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> dict[str, Any]:
    """One step of validation. With arrays a batch size must be named, or one step takes them whole."""
    if kwargs.get("validation_steps") is None and (kwargs.get("validation_data") or kwargs.get("validation_split")):
        kwargs = {**kwargs, "validation_steps": 1}
        data = kwargs.get("validation_data")
        arrays = data is None or (isinstance(data, (tuple, list)) and hasattr(data[0], "shape"))
        if name == "fit" and arrays and kwargs.get("validation_batch_size") is None:
            kwargs["validation_batch_size"] = kwargs.get("batch_size") or 32
    return kwargs


@contextlib.contextmanager
def _training(session: Session) -> Iterator[None]:
    session.inside += 1
    try:
        yield
    finally:
        session.inside -= 1


def _updates(model: Any) -> contextlib.AbstractContextManager[Updates]:
    """What the optimizers are given during the call."""
    one_replica = model.distribute_strategy.num_replicas_in_sync == 1
    return watched_updates(engine_for(model), model, gradients=one_replica)


def around_train_on_batch(session: Session, original: Callable[..., Any]) -> Callable[..., Any]:
    """`train_on_batch`: the first calls at each place are judged, the rest give the last result again."""

    @functools.wraps(original)
    def train_on_batch(model: Any, *args: Any, **kwargs: Any) -> Any:
        if session.inside:
            return original(model, *args, **kwargs)
        where = place()
        flags = tuple(layer.trainable for layer in model._flatten_layers())
        key = ("train_on_batch", id(model), where, flags)
        if not model.built:
            with _training(session):
                return original(model, *args, **kwargs)
        if session.spent(key) and key in session.results:
            return session.results[key]
        start = session.baseline(model)
        with _training(session), _updates(model) as updates, tracing.used_traces() as traces:
            session.results[key] = original(model, *args, **kwargs)
        session.add(start.report("train_on_batch", updates, steps=1, written=traces.written()), where)
        return session.results[key]

    return train_on_batch


def patch(session: Session, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace `owner.name`, once, until the session ends."""
    original = vars(owner).get(name)
    if original is None or hasattr(original, "_freezelint"):
        return
    replacement = make(original)
    replacement._freezelint = True
    setattr(owner, name, replacement)
    session.undo.append(lambda: setattr(owner, name, original))


def _hooks(session: Session) -> dict[str, Callable[[ModuleType], None]]:
    from freezelint.runtime import loops

    def trainer(owner: str) -> Callable[[ModuleType], None]:
        def hook(module: ModuleType) -> None:
            cls = getattr(module, owner)
            patch(session, cls, "fit", lambda f: around_fit(session, f, "fit"))
            patch(session, cls, "fit_generator", lambda f: around_fit(session, f, "fit_generator"))
            patch(session, cls, "train_on_batch", lambda f: around_train_on_batch(session, f))

        return hook

    def layer(module: ModuleType) -> None:
        patch(session, module.Layer, "__init__", lambda f: _registering(session, f))

    return {
        "keras.src.backend.tensorflow.trainer": trainer("TensorFlowTrainer"),
        "keras.src.layers.layer": layer,
        **{f"{root}.engine.training": trainer("Model") for root in ("keras.src", "tf_keras.src")},
        **{f"{root}.engine.base_layer": layer for root in ("keras.src", "tf_keras.src")},
        **loops.hooks(session),
    }


def _registering(session: Session, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if hasattr(type(self), "train_step"):
            session.models.append(weakref.ref(self))

    return init


@contextlib.contextmanager
def intercepted(session: Session) -> Iterator[Session]:
    """Within the block every training call is met, in whichever Keras the program imports."""
    with after_import(_hooks(session)):
        try:
            yield session
        finally:
            for undo in reversed(session.undo):
                undo()


def script_directory(script: Path) -> str:
    """What Python puts first on `sys.path` for a script."""
    return str(script.resolve().parent)
