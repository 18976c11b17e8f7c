"""FreezeGuard: a Keras callback that checks freezing while `fit` runs."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Literal

from freezelint.runtime.engines import engine_for
from freezelint.runtime.engines import traces as tracing
from freezelint.runtime.expectation import Expectation, resolve, weights
from freezelint.runtime.report import Report
from freezelint.runtime.snapshot import Snapshot
from freezelint.runtime.watching import Baseline


class FreezeGuard:
    """Check after the first batch of each `fit`, and at each epoch's end, that what is frozen stays.

        model.fit(x, y, callbacks=[FreezeGuard()])

    Works on both generations without importing either: it has the methods of a callback and no Keras base
    class. What is expected is what the flags said before `fit` (on Keras 2 `fit` imposes the flags of
    `compile`; the guard reads those that the user had set), with `expect` over them. A flag that another
    callback changes counts from the next epoch on. After the first batch all variables are judged; at an
    epoch's end those that must stay.

    `on_violation`: "raise" a FreezeViolation out of `fit`, "warn", or "collect" only. `reports` has every
    check.
    """

    _supports_tf_logs = True
    _chief_worker_only = None

    def __init__(
        self,
        *,
        on_violation: Literal["raise", "warn", "collect"] = "raise",
        expect: Expectation | None = None,
    ) -> None:
        if on_violation not in ("raise", "warn", "collect"):
            raise ValueError(f'on_violation={on_violation!r}: expected "raise", "warn" or "collect"')
        self.on_violation = on_violation
        self.expect = expect
        self.reports: list[Report] = []
        self.model: Any = None
        self.params: dict[str, Any] = {}
        self._intent: set[int] | None = None
        self._inside: set[int] | None = None
        self._baseline: Baseline | None = None
        self._first_batch = False

    @property
    def report(self) -> Report | None:
        """The last check."""
        return self.reports[-1] if self.reports else None

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params

    def set_model(self, model: Any) -> None:
        """Read what the user wants; Keras calls this before the first step of each `fit`."""
        self.model = model
        self._intent = self._inside = self._baseline = None
        self._read_intent()

    def on_train_begin(self, logs: Any = None) -> None:
        self._first_batch = True

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._first_batch = self._first_batch or self._flags_changed()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Hold the bits before the first batch, after all other callbacks have loaded what they load."""
        if batch == 0 and self._flags_changed():
            self._first_batch = True
        if self._first_batch and self._baseline is None:
            self._hold()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if not self._first_batch or self._baseline is None:
            return
        self._first_batch = False
        trace = None if self.model.run_eagerly else tracing.only_trace(self.model)
        self._check("after the first batch", None if trace is None else trace.written())
        self._keep_only_still()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._baseline is not None and not self._first_batch and self._baseline.judged:
            self._check(f"at the end of epoch {epoch + 1}", None, judge_nothing_moved=False)

    def on_train_end(self, logs: Any = None) -> None:
        self._baseline = None

    def _read_intent(self) -> None:
        if self.model is None or not self.model.built:
            return
        engine = engine_for(self.model)
        self._inside = {id(v) for v in self.model.trainable_variables}
        with engine.user_flags(self.model):
            self._intent = {id(v) for v in self.model.trainable_variables}

    def _flags_changed(self) -> bool:
        """Take up what another callback did to the flags since they were last read."""
        if self._intent is None:
            self._read_intent()
            return False
        assert self._inside is not None
        now = {id(v) for v in self.model.trainable_variables}
        if now == self._inside:
            return False
        self._intent = (self._intent - (self._inside - now)) | (now - self._inside)
        self._inside, self._baseline = now, None
        return True

    def _hold(self) -> None:
        if self._intent is None:
            self._read_intent()
        if self._intent is None:
            return  # not built before its first batch: the second one is the first that can be judged
        engine = engine_for(self.model)
        judged = tuple(resolve(self.expect, weights(engine, self.model, self._intent)))
        snapshot = Snapshot(engine.inner(one.weight.variable) for one in judged)
        self._baseline = Baseline(engine, (self.model,), judged, snapshot)

    def _keep_only_still(self) -> None:
        assert self._baseline is not None
        still = tuple(j for j in self._baseline.judged if j.expected == "still" or j.mask is not None)
        kept = {id(j.weight.variable) for j in still}
        gone = [j.weight.variable for j in self._baseline.judged if id(j.weight.variable) not in kept]
        self._baseline.snapshot.release(self._baseline.engine.inner(v) for v in gone)
        still = tuple(replace(j, expected="still" if j.expected == "still" else "free") for j in still)
        self._baseline = replace(self._baseline, judged=still)

    def _check(self, when: str, written: set[int] | None, *, judge_nothing_moved: bool = True) -> None:
        assert self._baseline is not None
        report = self._baseline.report(f"fit, {when},", None, steps=1, written=written)
        if not judge_nothing_moved:
            report = replace(report, verdict="failed" if report.offenders else "passed")
        self.reports.append(report)
        if report.verdict == "passed" or self.on_violation == "collect":
            return
        if self.on_violation == "raise":
            report.raise_for_violations()
        warnings.warn(report.to_table(only_offenders=True), stacklevel=2)

    # The rest of what Keras calls on a callback; this one has nothing to do there.
    def _nothing(self, *_: Any, **__: Any) -> None:
        return None

    on_batch_begin = on_batch_end = _nothing
    on_test_begin = on_test_end = on_test_batch_begin = on_test_batch_end = _nothing
    on_predict_begin = on_predict_end = on_predict_batch_begin = on_predict_batch_end = _nothing

    def _implements_train_batch_hooks(self) -> bool:
        return True

    def _implements_test_batch_hooks(self) -> bool:
        return False

    def _implements_predict_batch_hooks(self) -> bool:
        return False
