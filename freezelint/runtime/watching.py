"""watch: judge what any code does to models, and assert_frozen: one line for a test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from freezelint.runtime.engines import Engine, engine_for
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.expectation import Expectation, Judged, Selector, resolve, weights_of
from freezelint.runtime.judge import judge
from freezelint.runtime.probes import Updates, watched_updates
from freezelint.runtime.report import Report, overall
from freezelint.runtime.snapshot import Snapshot
from freezelint.runtime.verify import Device, describe, verify_step


@dataclass
class Watched:
    """What `watch` yields: `report` is None until the block ends."""

    report: Report | None = field(default=None)


@dataclass(frozen=True)
class Baseline:
    """Models, what is expected of them, and the bits they had."""

    engine: Engine
    models: tuple[Any, ...]
    judged: tuple[Judged, ...]
    snapshot: Snapshot

    def report(
        self, call: str, updates: Updates | None, *, steps: int, written: set[int] | None = None
    ) -> Report:
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
            raise ValueError(
                f"{model.name} has no variables yet: build it, or call it on a batch, before watching it"
            )
    judged = tuple(resolve(expectation, weights_of(list(zip(engines, models, strict=True)))))
    return Baseline(
        engines[0], tuple(models), judged, Snapshot(engines[0].inner(j.weight.variable) for j in judged)
    )


@contextlib.contextmanager
def watch(
    model_or_models: Any,
    *,
    frozen: Sequence[Selector] = (),
    trainable: Sequence[Selector] = (),
    masks: Any = (),
    expect: Expectation | None = None,
    on_violation: Literal["raise", "collect"] = "raise",
) -> Iterator[Watched]:
    """Judge what the block does to one model or several: custom loops, GANs, `fit`, anything.

        with watch(model, frozen=["backbone/**"]) as seen:
            my_custom_loop()
        print(seen.report.to_table())

    Runs no step of its own and puts nothing back. What is expected is read on entry: the flags, with
    `frozen`, `trainable` and `masks` (see `Expectation`) over them, or all of it from `expect`. With several
    models the paths begin with the model's name.

    Raises:
        FreezeViolation: on exit, unless everything is as expected or `on_violation="collect"`. An exception
        of the
            block itself goes through untouched.
        UnmatchedError: a selector that matches nothing.
    """
    models = list(model_or_models) if isinstance(model_or_models, (list, tuple)) else [model_or_models]
    if expect is not None and (frozen or trainable or masks):
        raise ValueError("pass either expect or frozen, trainable and masks")
    start = baseline(models, expect or Expectation(frozen, trainable, masks))
    seen = Watched()
    with watched_updates(start.engine, models[0], gradients=_one_replica(models)) as updates:
        yield seen
    steps = max((sum(c.optimizer is o.optimizer for c in updates.calls) for o in updates.calls), default=0)
    seen.report = start.report("watch", updates, steps=steps)
    if on_violation == "raise":
        seen.report.raise_for_violations()


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
    report = verify_step(
        model, x, y, steps=steps, expect=Expectation(frozen, trainable), batch_size=batch_size,
        sample_weight=sample_weight, device=device,
    )  # fmt: skip
    return report.raise_for_violations()
