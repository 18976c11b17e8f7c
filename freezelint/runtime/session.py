"""What `freezelint verify` has met of a running program so far."""

from __future__ import annotations

import contextlib
import gc
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from freezelint.runtime.expectation import Expectation, Weight, matches, resolve, weights
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
    unjudged: dict[tuple[str, int], str] = field(default_factory=dict)
    scanned: set[tuple[str, int]] = field(default_factory=set)
    step_start: dict[int, Baseline] = field(default_factory=dict)
    undo: list[Callable[[], None]] = field(default_factory=list)

    def live_models(self, where: tuple[str, int]) -> list[Any]:
        """The models there are, built ones only; looked for anew where the program is for the first time."""
        if where not in self.scanned:
            self.scanned.add(where)
            self.models = [weakref.ref(model) for model in _models_alive()]
        return [model for ref in self.models if (model := ref()) is not None and model.built]

    def baseline(self, model: Any) -> Baseline:
        """Flags, patterns and bits of a model as they are now."""
        return self.judged_anew(baseline([model], None))

    def judged_anew(self, start: Baseline, trainable: set[int] | None = None) -> Baseline:
        """The same bits, judged by other flags; patterns that match nothing in this model may match
        elsewhere.
        """
        found = weights(start.engine, start.models[0], trainable)
        self.paths.update(weight.path for weight in found)
        still, moves = (self._matching(patterns, found) for patterns in (self.frozen, self.trainable))
        return replace(start, judged=tuple(resolve(Expectation(still, moves), found)))

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


def _models_alive() -> list[Any]:
    """All Keras models among the live objects. Keras reads the signatures of what makes them, so that is not
    hooked.
    """
    kinds: dict[type, bool] = {}
    found = []
    for thing in gc.get_objects():
        kind = type(thing)
        if kind not in kinds:
            kinds[kind] = any(base.__name__ == "Model" and "keras" in base.__module__ for base in kind.__mro__)
        if kinds[kind]:
            found.append(thing)
    return found


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


@contextlib.contextmanager
def training(session: Session) -> Iterator[None]:
    """Within the block calls belong to the training call on the stack and are not met again."""
    session.inside += 1
    try:
        yield
    finally:
        session.inside -= 1


def patch(session: Session, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace `owner.name`, once, until the session ends."""
    original = vars(owner).get(name)
    if original is None or hasattr(original, "_freezelint"):
        return
    replacement = make(original)
    replacement._freezelint = True
    setattr(owner, name, replacement)
    session.undo.append(lambda: setattr(owner, name, original))
