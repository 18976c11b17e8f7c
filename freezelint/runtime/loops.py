"""Custom training loops: optimizers called by the program itself, eagerly or inside its own tf.function."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from freezelint.runtime.engines import Engine, keras2, keras3
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.expectation import Judged, Weight
from freezelint.runtime.judge import judge
from freezelint.runtime.probes import Applied, Updates
from freezelint.runtime.report import Report, overall
from freezelint.runtime.session import Session, patch, place, training
from freezelint.runtime.snapshot import Snapshot
from freezelint.runtime.verify import describe
from freezelint.runtime.watching import Baseline


@dataclass(frozen=True)
class Met:
    """One update call of the program's, and the bits that its variables had before."""

    engine: Engine
    call: Applied
    held: Snapshot


@dataclass(frozen=True)
class Compiled:
    """A tf.function of the program's that was called, what it was called with, and the updates it makes."""

    function: Any
    arguments: tuple[Any, ...]
    met: list[Met]


def hooks(session: Session) -> dict[str, Callable[[ModuleType], None]]:
    """What to patch for custom loops, by module."""

    def optimizer(engine: Any, *owners: str) -> Callable[[ModuleType], None]:
        def hook(module: ModuleType) -> None:
            for owner in owners:
                patch(session, getattr(module, owner), engine.APPLY, lambda f: _around_apply(session, engine, f))

        return hook

    def tape(module: ModuleType) -> None:
        patch(session, module.GradientTape, "__enter__", lambda f: _around_tape(session, f))

    def function(module: ModuleType) -> None:
        patch(session, module.Function, "__call__", lambda f: _around_function(session, f))

    keras_2: dict[str, Callable[[ModuleType], None]] = {}
    for root in ("keras.src", "tf_keras.src"):
        keras_2[f"{root}.optimizers.optimizer"] = _if_keras2(optimizer(keras2, "Optimizer"))
        keras_2[f"{root}.optimizers.legacy.optimizer_v2"] = optimizer(keras2, "OptimizerV2")
        keras_2[f"{root}.mixed_precision.loss_scale_optimizer"] = optimizer(
            keras2, "LossScaleOptimizer", "LossScaleOptimizerV3"
        )
    return {
        **keras_2,
        "keras.src.optimizers.base_optimizer": optimizer(keras3, "BaseOptimizer"),
        "keras.src.optimizers.loss_scale_optimizer": optimizer(keras3, "LossScaleOptimizer"),
        "tensorflow.python.eager.backprop": tape,
        "tensorflow.python.eager.polymorphic_function.polymorphic_function": function,
    }


def _if_keras2(hook: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    """Keras 3 has a module of the same name, whose class is the base of all its optimizers."""
    return lambda module: hook(module) if hasattr(module, "_BaseOptimizer") else None


def _around_apply(session: Session, engine: Engine, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def apply(optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        if session.inside:
            return original(optimizer, *args, **kwargs)
        pairs = engine.applied_list(optimizer, args, kwargs)
        args, kwargs = engine.with_pairs(args, kwargs, pairs)
        call = Applied(optimizer, [v for _, v in pairs], [g is not None for g, _ in pairs])
        met = Met(engine, call, Snapshot(engine.inner(v) for v in call.variables))
        if session.in_function or not backend.tf().executing_eagerly():
            session.met.append(met)
            with training(session):
                return original(optimizer, *args, **kwargs)
        where = place()
        key = ("apply", where, id(optimizer), tuple(id(v) for v in call.variables))
        if session.spent(key):
            return optimizer.iterations
        start = session.step_start or _hold_all(session, where)
        with training(session):
            result = original(optimizer, *args, **kwargs)
        _judge(session, start, [met], where)
        return result

    return apply


def _around_tape(session: Session, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def enter(tape: Any) -> Any:
        if not session.inside and not session.in_function and backend.tf().executing_eagerly():
            session.step_start = _hold_all(session, place())
        return original(tape)

    return enter


def _around_function(session: Session, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(function: Any, *args: Any, **kwargs: Any) -> Any:
        if session.inside or session.in_function or not backend.tf().executing_eagerly():
            return original(function, *args, **kwargs)
        trace = (id(function), *_objects(args), *_objects(tuple(kwargs.values())))
        before = session.functions.get(trace)
        if before is not None and not before.met:
            return original(function, *args, **kwargs)
        where = place()
        key = ("function", where, trace)
        if key in session.results and session.spent(key):
            return session.results[key]
        start, known = _hold_all(session, where), len(session.met)
        session.in_function = True
        try:
            result = original(function, *args, **kwargs)
        finally:
            session.in_function = False
        met = session.met[known:] or (before.met if before is not None else [])
        session.functions[trace] = Compiled(function, args, met)
        if met:
            session.results[key] = result
            session.counts.setdefault(key, 1)
            _judge(session, start, met, where)
        return result

    return call


def _objects(arguments: tuple[Any, ...]) -> list[int]:
    """ids of the arguments that a tf.function traces anew for: models, optimizers, functions, not data."""
    data = (int, float, str, bool, type(None))
    return [id(a) for a in arguments if not hasattr(a, "dtype") and not isinstance(a, data)]


def _hold_all(session: Session, where: tuple[str, int]) -> dict[int, Baseline]:
    return {id(model): session.baseline(model) for model in session.live_models(where)}


def _judge(session: Session, start: dict[int, Baseline], met: Sequence[Met], where: tuple[str, int]) -> None:
    """One report per model whose variables the optimizers were given, and one for those of no model."""
    updates = Updates([one.call for one in met])
    given = {id(v): v for call in updates.calls for v in call.variables}
    left = dict(given)
    for base in _owners(start, set(given)):
        judged = tuple(_only_given(one, set(given)) for one in base.judged)
        for one in judged:
            left.pop(id(one.weight.variable), None)
        session.add(replace(base, judged=judged).report("apply_gradients", updates, steps=1), where)
    for update in met:
        alone = [v for v in update.call.variables if id(v) in left]
        if alone:
            session.add(_of_no_model(update, alone, updates), where)


def _of_no_model(met: Met, variables: Sequence[Any], updates: Updates) -> Report:
    """Variables that no Keras model has: nothing freezes them, so they should move."""
    engine, inner = met.engine, [met.engine.inner(v) for v in variables]
    names = [engine.native_path(v) for v in variables]
    judged = [
        Judged(Weight(v, name, name, "", None, "trainable", False), "moves")
        for v, name in zip(variables, names, strict=True)
    ]
    found = judge(engine, judged, met.held.compare(inner), written=None, updates=updates, steps=1)
    where = describe(engine, met.call.optimizer, backend.default_device("auto")[0])
    return Report("apply_gradients", "variables of no model", 1, overall(found), found, where)


def _only_given(one: Judged, given: set[int]) -> Judged:
    """A loop may leave variables to another optimizer: what it was not given is free unless it must stay."""
    if one.expected == "moves" and id(one.weight.variable) not in given:
        return replace(one, expected="free")
    return one


def _owners(start: dict[int, Baseline], listed: set[int]) -> list[Baseline]:
    """The smallest model that has all the variables, else every outermost model that has some."""
    having = [
        (base, {id(one.weight.variable) for one in base.judged})
        for base in start.values()
        if any(id(one.weight.variable) in listed for one in base.judged)
    ]
    whole = [(base, ids) for base, ids in having if listed <= ids]
    if whole:
        return [min(whole, key=lambda pair: len(pair[1]))[0]]
    return [base for base, ids in having if not any(ids < other for _, other in having)]
