"""watch: judge what any code does to models, and assert_frozen: one line for a test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from freezelint.runtime.engines import Engine, engine_for
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.expectation import Expectation, Judged, Selector, resolve, weights_of
from freezelint.runtime.judge import judge
from freezelint.runtime.probes import Updates, watched_updates
from freezelint.runtime.report import Report, overall
from freezelint.runtime.snapshot import Snapshot
from freezelint.runtime.verify import Device, describe, verify_step


@dataclass(frozen=True)
class Baseline:
    """Models, what is expected of them, and the bits they had."""

    engine: Engine
    models: tuple[Any, ...]
    judged: tuple[Judged, ...]
    snapshot: Snapshot

    def report(self, call: str, updates: Updates | None, *, steps: int, written: set[int] | None = None) -> Report:
        """Compare with now."""
        inner = [self.engine.inner(one.weight.variable) for one in self.judged]
        masks = {id(v): one.mask for v, one in zip(inner, self.judged, strict=True) if one.mask is not None}
        changes = self.snapshot.compare(inner, masks)
        variables = judge(self.engine, self.judged, changes, written=written, updates=updates, steps=steps)
        return Report(
            call=call,
            model=", ".join(model.name for model in self.models),
            steps=steps,
            verdict=overall(variables),
            variables=variables,
            engine=describe(self.engine, self.models[0], backend.default_device("auto")[0]),
        )


def baseline(models: Sequence[Any], expectation: Expectation | None) -> Baseline:
    """Flags, expectations and bits of some models as they are now.

    Raises:
        UnmatchedError: an expectation that matches nothing.
        ValueError: a model without variables, or models of two generations.
    """
    engines = [engine_for(model) for model in models]
    if len({engine.GENERATION for engine in engines}) > 1:
        raise ValueError("the models belong to two generations of Keras: watch them one by one")
    for model in models:
        if not model.built:
            raise ValueError(f"{model.name} has no variables yet: build it, or call it on a batch, before watching it")
    judged = tuple(resolve(expectation, weights_of(list(zip(engines, models, strict=True)))))
    return Baseline(engines[0], tuple(models), judged, Snapshot(engines[0].inner(j.weight.variable) for j in judged))


class Watched:
    """What `watch` gives: a context manager whose `report` is None until its block ends."""

    def __init__(
        self, models: Sequence[Any], expectation: Expectation, on_violation: Literal["raise", "collect"]
    ) -> None:
        self.report: Report | None = None
        self.on_report: Callable[[Report], None] | None = None
        self._models, self._expectation, self._on_violation = models, expectation, on_violation
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Watched:
        self._start = baseline(self._models, self._expectation)
        updates = watched_updates(self._start.engine, self._models[0], gradients=_one_replica(self._models))
        self._updates = self._stack.enter_context(updates)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        __tracebackhide__ = True
        self._stack.close()
        if kind is not None:
            return
        optimizers = [call.optimizer for call in self._updates.calls]
        steps = max((sum(one is other for other in optimizers) for one in optimizers), default=0)
        self.report = self._start.report("watch", self._updates, steps=steps)
        if self.on_report is not None:
            self.on_report(self.report)
        if self._on_violation == "raise":
            self.report.raise_for_violations()


def watch(
    model_or_models: Any,
    *,
    frozen: Sequence[Selector] = (),
    trainable: Sequence[Selector] = (),
    masks: Any = (),
    expect: Expectation | None = None,
    on_violation: Literal["raise", "collect"] = "raise",
) -> Watched:
    """Judge what a block of code does to one model or several: custom loops, GANs, `fit`, anything.

        with watch(model, frozen=["backbone/**"]) as seen:
            my_custom_loop()
        print(seen.report.to_table())

    Runs no step of its own and puts nothing back. What is expected is read on entry: the flags, with
    `frozen`, `trainable` and `masks` (see `Expectation`) over them, or all of it from `expect`. With several
    models the paths begin with the model's name.

    Raises:
        FreezeViolation: on exit, unless everything is as expected or `on_violation="collect"`. An exception
        of
            the block itself goes through untouched.
        UnmatchedError: on entry, a selector that matches nothing.
        ValueError: on entry, a model without variables.
    """
    models = list(model_or_models) if isinstance(model_or_models, (list, tuple)) else [model_or_models]
    if expect is not None and (frozen or trainable or masks):
        raise ValueError("pass either expect or frozen, trainable and masks")
    if on_violation not in ("raise", "collect"):
        raise ValueError(f'on_violation={on_violation!r}: expected "raise" or "collect"')
    return Watched(models, expect or Expectation(frozen, trainable, masks), on_violation)


def _one_replica(models: Sequence[Any]) -> bool:
    return all(m.distribute_strategy.num_replicas_in_sync == 1 for m in models)


def assert_frozen(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    frozen: Sequence[Selector] = (),
    trainable: Sequence[Selector] = (),
    steps: int = 1,
    batch_size: int | None = None,
    sample_weight: Any = None,
    device: Device = "auto",
) -> Report:
    """Run one real training step, put everything back, and fail unless what is frozen stayed and the rest
    moved.

        def test_backbone_stays(model, batch):
            assert_frozen(model, *batch, frozen=["backbone/**"])

    Raises:
        FreezeViolation: with the table of offenders. Otherwise as `verify_step`.
    """
    __tracebackhide__ = True
    report = verify_step(
        model, x, y, steps=steps, expect=Expectation(frozen, trainable), batch_size=batch_size,
        sample_weight=sample_weight, device=device,
    )  # fmt: skip
    return report.raise_for_violations()
