"""Meet every training call of a running program: judge it, and cut it to a few steps."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from freezelint.runtime import loops
from freezelint.runtime.engines import engine_for
from freezelint.runtime.engines import traces as tracing
from freezelint.runtime.imports import after_import
from freezelint.runtime.probes import Updates, watched_updates
from freezelint.runtime.session import Session, patch, place, training
from freezelint.runtime.watching import Baseline


class Cut:
    """A callback that ends `fit` after some steps; for a model not built before, it sets the baseline after
    the first.
    """

    _supports_tf_logs = True
    _chief_worker_only = None

    def __init__(self, session: Session, start: Baseline | None) -> None:
        self.session, self.start, self.steps, self.before = session, start, 0, 0
        self.model: Any = None
        self.inside: set[int] = set()

    def set_model(self, model: Any) -> None:
        self.model = model
        self.inside = {id(v) for v in model.trainable_variables} if model.built else set()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Take up what another callback did to the flags: before the first step it counts, later either is
        right.
        """
        now = {id(v) for v in self.model.trainable_variables} if self.start is not None else self.inside
        if self.start is None or now == self.inside:
            return
        if self.steps == 0:
            wanted = {id(j.weight.variable) for j in self.start.judged if j.weight.flag == "trainable"}
            self.start = self.session.judged_anew(self.start, (wanted - (self.inside - now)) | (now - self.inside))
        else:
            changed = now ^ self.inside
            judged = tuple(
                replace(j, expected="free") if id(j.weight.variable) in changed else j for j in self.start.judged
            )
            self.start = replace(self.start, judged=judged)
        self.inside = now

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.steps += 1
        if self.start is None:
            with engine_for(self.model).user_flags(self.model):
                self.start = self.session.baseline(self.model)
            self.before, self.inside = self.steps, {id(v) for v in self.model.trainable_variables}
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
        with training(session), _updates(model) as updates, tracing.used_traces() as traces:
            try:
                return original(model, *args, **kwargs)
            finally:  # also for the steps before an exception
                steps = cut.steps - cut.before
                if cut.start is not None and steps:
                    report = cut.start.report(name, updates, steps=steps, written=traces.written())
                    session.add(report, where)
                elif cut.steps:
                    session.unjudged[where] = f"{name} of {model.name} built the model in its only step"

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
            session.unjudged[where] = f"train_on_batch of {model.name} built the model in its only step"
            with training(session):
                return original(model, *args, **kwargs)
        if session.spent(key) and key in session.results:
            return session.results[key]
        start = session.baseline(model)
        with training(session), _updates(model) as updates, tracing.used_traces() as traces:
            session.results[key] = original(model, *args, **kwargs)
        session.add(start.report("train_on_batch", updates, steps=1, written=traces.written()), where)
        return session.results[key]

    return train_on_batch


def _hooks(session: Session) -> dict[str, Callable[[ModuleType], None]]:
    def trainer(owner: str) -> Callable[[ModuleType], None]:
        def hook(module: ModuleType) -> None:
            cls = getattr(module, owner)
            patch(session, cls, "fit", lambda f: around_fit(session, f, "fit"))
            patch(session, cls, "fit_generator", lambda f: around_fit(session, f, "fit_generator"))
            patch(session, cls, "train_on_batch", lambda f: around_train_on_batch(session, f))

        return hook

    return {
        "keras.src.backend.tensorflow.trainer": trainer("TensorFlowTrainer"),
        **{f"{root}.engine.training": trainer("Model") for root in ("keras.src", "tf_keras.src")},
        **loops.hooks(session),
    }


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
