"""verify_step: one real step of the model's own training, compared exactly, and everything put back."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from freezelint.runtime.engines import Engine, engine_for
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.engines import traces as tracing
from freezelint.runtime.expectation import Expectation, Judged, resolve, weights
from freezelint.runtime.judge import judge
from freezelint.runtime.probes import Updates, watched_updates
from freezelint.runtime.report import Answer, Report, overall
from freezelint.runtime.report import Engine as EngineReport
from freezelint.runtime.rollback import World, everything_put_back

Device = Literal["auto", "gpu", "cpu"]


@dataclass(frozen=True)
class Step:
    """What one verification runs: the model, its data, and how often."""

    engine: Engine
    model: Any
    x: Any
    y: Any
    sample_weight: Any
    batch_size: int | None
    steps: int

    def iterator(self, via: str) -> Any:
        if via == "fit":
            return self.engine.fit_iterator(self.model, self.x, self.y, self.sample_weight, self.batch_size)
        return self.engine.batch_iterator(self.model, self.x, self.y, self.sample_weight)


def verify_step(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    steps: int = 1,
    expect: Expectation | None = None,
    batch_size: int | None = None,
    sample_weight: Any = None,
    device: Device = "auto",
    restore: bool = True,
) -> Report:
    """Run the model's own compiled training step for real, say what moved, and put everything back.

    The data go through the same pipeline as `fit(x, y, batch_size=batch_size, shuffle=False)`: arrays,
    tensors, dicts of them, or a tf.data.Dataset. Where the model has a trace already that `fit` would use on
    these data, that function is called as it is (`report.existing`), and a fresh trace in a function of our
    own answers beside it (`report.fresh`): they differ when a flag was changed after the trace. The user's
    train function is neither made, nor retraced, nor dropped.

    Put back bit for bit, also when the step raises or is interrupted: every variable that the model, its
    optimizer, loss, metrics and random layers reach, the attributes of those objects (so slots that the step
    created are gone again), and the random state of Python, NumPy and TensorFlow. Not put back: lookup
    tables, the position of a tf.data pipeline that shuffles, and what only foreign objects hold; the report's
    notes name those found.

    Args:
        steps: how many training steps to run; gradient accumulation over n steps needs n.
        expect: what must stay and what must move; the flags as they are now decide the rest.
        device: "auto" is the first GPU if there is one, else the CPU; the report names it.
        restore: False leaves the model after the step of the trace that the next fit uses.

    Raises:
        ValueError: the model is not compiled, `device="gpu"` without a GPU, or the data are a generator,
        which
            could not be put back.
        UnmatchedError: an expectation that matches no variable.
        Exception: whatever the step itself raises, when no trace gives an answer.
    """
    engine = engine_for(model)
    _require(model, x, steps, restore)
    device_name, scope = backend.default_device(device)
    step = Step(engine, model, x, y, sample_weight, batch_size, steps)
    notes: list[str] = []
    with scope, _built(step, notes, restore):
        if (stale := engine.stale_flags(model)) is not None:
            notes.append(stale)
        judged = resolve(expect, weights(engine, model))
        existing, fresh, error = _answers(step, judged, restore, notes)
        if existing is None and error is not None:
            raise error
    chosen = existing or fresh
    return Report(
        call="verify_step",
        model=model.name,
        steps=steps,
        verdict=chosen.verdict,
        variables=chosen.variables,
        engine=describe(engine, model, device_name),
        existing=existing,
        fresh=fresh,
        difference=tuple(_difference(existing, fresh)),
        notes=tuple(notes),
    )


def _require(model: Any, x: Any, steps: int, restore: bool) -> None:
    if not getattr(model, "compiled", getattr(model, "_is_compiled", False)) or model.optimizer is None:
        raise ValueError(
            f"{model.name} is not compiled, so it has no training step to verify: call model.compile(...), "
            "or use freezelint.runtime.watch(model) round your own training code"
        )
    if x is None:
        raise ValueError("verify_step needs data: pass x and y, or a tf.data.Dataset as x")
    if steps < 1:
        raise ValueError(f"steps={steps}: at least one step is needed")
    if restore and (inspect.isgenerator(x) or (hasattr(x, "__next__") and not hasattr(x, "shape"))):
        raise ValueError(
            "x is a generator: a batch taken from it can not be put back. Pass arrays or a tf.data.Dataset, "
            "for example one batch from next(x)"
        )


@contextlib.contextmanager
def _built(step: Step, notes: list[str], restore: bool) -> Iterator[None]:
    """A model that is not built yet is built for the step, by a call on a batch, and is unbuilt again after
    it.
    """
    if step.model.built:
        yield
        return
    with everything_put_back(step.engine, [step.model]) as world:
        batch = step.model.distribute_strategy.experimental_local_results(next(iter(step.iterator("fit"))))[0]
        step.model(step.engine.first_inputs(batch), training=False)
        notes.append("the model was not built: it was built for this step and is unbuilt again")
        yield
        world.keep = not restore


def _answers(
    step: Step, judged: Sequence[Judged], restore: bool, notes: list[str]
) -> tuple[Answer | None, Answer, Exception | None]:
    """The existing trace's answer, if it has one, and the fresh one's, with the exception that it raised."""
    eager = bool(step.model.run_eagerly)
    function = step.model.train_function
    if eager:
        notes.append("run_eagerly=True: there is no trace, the flags count at every step")
        return None, *_fresh(step, judged, notes, restore=restore, trace="eager")[:2]
    if function is None:
        notes.append("the model has no trace yet: the next fit will make one, and it will do what the fresh trace did")
        return None, *_fresh(step, judged, notes, restore=restore)[:2]
    fresh, error, updates = _fresh(step, judged, notes, restore=True)
    existing = None
    for via in ("fit", "train_on_batch"):
        existing = _existing(step, judged, function, via, updates, restore)
        if existing is not None:
            break
    if existing is None:
        notes.append(
            "the trace that exists was made for another input signature (batch shape or dtype): "
            "the next fit on these data will trace anew, as the fresh trace did"
        )
    elif existing.via != "fit":
        notes.append("fit has no trace for these data, train_on_batch has: the existing answer is its answer")
    return existing, fresh, error


def _fresh(
    step: Step, judged: Sequence[Judged], notes: list[str], *, restore: bool, trace: str = "fresh"
) -> tuple[Answer, Exception | None, Updates]:
    """The answer of a train function of our own, made by the model's own recipe."""
    engine, model = step.engine, step.model
    updates = Updates()
    with everything_put_back(engine, [model]) as world:
        notes.extend(f"{thing} can not be compared or put back" for thing in world.unrestorable)
        one_replica = model.distribute_strategy.num_replicas_in_sync == 1
        with engine.as_in_fit(model), tracing.own_traces(lambda fn: _hold_captured(world, fn)) as traces:
            try:
                with _train_function_kept(model):
                    function = engine.new_train_function(model)
                with watched_updates(engine, model, gradients=one_replica) as updates:
                    ran = _run(step, lambda iterator: engine.feed(model, function, iterator), "fit")
            except Exception as error:
                return _failed(trace, error), error, updates
        answer = _judged(step, judged, world, traces.written(), updates, trace, "fit", ran)
        world.keep = not restore
        return answer, None, updates


def _existing(
    step: Step,
    judged: Sequence[Judged],
    function: Callable[[Any], Any],
    via: str,
    updates: Updates,
    restore: bool,
) -> Answer | None:
    """The answer of the user's own train function, or None where these data would make it trace anew."""
    with everything_put_back(step.engine, [step.model]) as world, step.engine.as_in_fit(step.model):
        traces = tracing.Traces()

        def call(iterator: Any) -> None:
            with tracing.only_existing_traces(traces, lambda fn: _hold_captured(world, fn)):
                function(iterator)

        try:
            ran = _run(step, call, via)
        except tracing.WouldTraceError:
            return None
        except Exception as error:
            return _failed("existing", error, via)
        answer = _judged(step, judged, world, traces.written(), updates, "existing", via, ran)
        world.keep = not restore
        return answer


def _run(step: Step, function: Callable[[Any], Any], via: str) -> int:
    """Call the train function until at least `step.steps` steps ran; returns how many did."""
    step.model.reset_metrics()
    each = step.engine.steps_per_execution(step.model) if via == "fit" else 1
    exhausted = (StopIteration, backend.tf().errors.OutOfRangeError)
    iterator, ran, fresh = step.iterator(via), 0, True
    while ran < step.steps:
        try:
            function(iterator)
        except exhausted as error:
            if fresh and via == "fit":
                raise ValueError("the data hold not one batch: there is no step to run") from error
            iterator, fresh = step.iterator(via), True
            continue
        ran, fresh = ran + each, via != "fit"
        if via != "fit":
            iterator = step.iterator(via)
    return ran


@contextlib.contextmanager
def _train_function_kept(model: Any) -> Iterator[None]:
    names = ("train_function", "train_tf_function")
    kept = {name: vars(model)[name] for name in names if name in vars(model)}
    try:
        yield
    finally:
        for name in names:
            vars(model).pop(name, None)
        vars(model).update(kept)


def _hold_captured(world: World, concrete: Any) -> None:
    """Hold variables that a trace reaches and the walk did not, before the trace first runs."""
    for variable in concrete.graph.variables:
        world.snapshot.hold(variable)


def _judged(
    step: Step, judged: Sequence[Judged], world: World, written: set[int] | None, updates: Updates | None,
    trace: str, via: str, ran: int,
) -> Answer:  # fmt: skip
    inner = [step.engine.inner(one.weight.variable) for one in judged]
    masks = {id(v): one.mask for v, one in zip(inner, judged, strict=True) if one.mask is not None}
    changes = world.snapshot.compare(inner, masks)
    variables = judge(step.engine, judged, changes, written=written, updates=updates, steps=ran)
    return Answer(trace, via, overall(variables), variables)


def _failed(trace: str, error: Exception, via: str = "fit") -> Answer:
    first = str(error).strip().splitlines()[0] if str(error).strip() else ""
    return Answer(trace, via, "failed", (), f"{type(error).__name__}: {first}"[:300])


def _difference(existing: Answer | None, fresh: Answer) -> Iterator[str]:
    """Name, in sentences, what a fresh trace does differently from the one that exists."""
    if existing is None or existing.error:
        return
    if fresh.error:
        yield (
            f"with the trace that your next {existing.via} will use: {existing.verdict}; "
            f"with a fresh trace the step fails: {fresh.error}"
        )
        return
    pairs = list(zip(existing.variables, fresh.variables, strict=True))
    for old, new in pairs:
        if old.moved != new.moved:
            words = {True: "moves", False: "stays"}
            yield (
                f"{old.path}: {words[old.moved]} with the trace that your next {existing.via} will use, "
                f"{words[new.moved]} with a fresh trace. Call compile() to have the flags read again"
            )


def describe(engine: Engine, thing: Any, device: str) -> EngineReport:
    """The versions and the device that a report names, for a model or an optimizer."""
    policy = getattr(thing, "dtype_policy", None)
    return EngineReport(
        keras=str(getattr(engine.package(thing), "__version__", "unknown")),
        generation=engine.GENERATION,
        backend="tensorflow",
        tensorflow=str(backend.tf().__version__),
        device=device,
        precision=str(getattr(policy, "name", None) or "float32"),
    )
