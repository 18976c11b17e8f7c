"""Hold the plan of a fixture against what moved when it ran: `python tests/run_fixtures.py --plan`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freezelint.plan import Plan, PlannedCall, plan_text

#: Moving statistics move in the forward pass, which an eager loop runs outside of `apply_gradients`.
STATISTICS = ("moving_mean", "moving_variance")


#: Networks with random weights in inference mode give features of exactly zero for these small images: a weight that
#: is updated from them keeps its bits (FACTS X8), so that nothing is measured behind such a network.
SILENT = "MobileNet("


@dataclass
class Tally:
    """Training calls and weights so far: `weights` counts the words of the plan, `wrong` are disagreements.

    `silent` weights should train and did not move, in programs where nothing reaches them.
    """

    calls: int = 0
    silent: int = 0
    weights: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def summary(self, engine: str) -> str:
        """The last line of a run."""
        words = ", ".join(f"{self.weights[word]} {word}" for word in ("trains", "still", "unknown", "unlisted"))
        total = max(sum(self.weights.values()), 1)
        share = f"{100 * (self.weights['unknown'] + self.weights['unlisted']) / total:.1f} % not predicted"
        return (
            f"{engine}: plan of {self.calls} training calls: {words} ({share}), "
            f"{self.silent} behind features of zero, {len(self.wrong)} disagreements"
        )


def compare(path: Path, recorder: Any, generation: str, tally: Tally) -> list[str]:
    """The disagreements between the plan of a fixture and its run, in sentences; counts go to the tally."""
    text = path.read_text(encoding="utf-8")
    plan = plan_text(text, str(path), keras="2" if generation == "2" else "3")
    wrong: list[str] = []
    seen: Counter[tuple[int, str]] = Counter()
    for call in recorder.calls:
        rows = _rows(plan, call, seen)
        if not rows:
            if call.method in ("fit", "train_on_batch", "apply_gradients"):
                wrong.append(f"line {call.line}: {call.method} is not in the plan")
            continue
        if call.raised:
            continue
        for row, model in ((row, _model(row, call, recorder)) for row in rows):
            if model is None:
                continue
            tally.calls += 1
            found = _weights(row, call, model, tally)
            silent = [sentence for sentence in found if SILENT in text and sentence.endswith("trains, stayed")]
            tally.silent += len(silent)
            wrong += [sentence for sentence in found if sentence not in silent]
    tally.wrong += [f"{path.name}: {sentence}" for sentence in wrong]
    return wrong


def _rows(plan: Plan, call: Any, seen: Counter[tuple[int, str]]) -> list[PlannedCall]:
    """The rows of a measured call: the n-th of its line, in a loop the last one stands for all later ones."""
    key = (call.line, call.method if call.method in ("fit", "train_on_batch") else "apply_gradients")
    indexes = sorted({r.index for r in plan.calls if (r.line, r.call) == key})
    rows = [[r for r in plan.calls if r.index == index] for index in indexes]
    number = seen[key]
    seen[key] += 1
    if number < len(rows):
        return rows[number]
    return rows[-1] if rows and rows[-1][-1].repeats else []


def _model(row: PlannedCall, call: Any, recorder: Any) -> int | None:
    """The measured model that a row speaks of."""
    if row.call in ("fit", "train_on_batch"):
        return next(iter(call.before), None)
    names = row.model.split(".")
    value = recorder.namespace.get(names[0])
    for name in names[1:]:
        value = getattr(value, name, None)
    return id(value) if id(value) in call.before else None


def _weights(row: PlannedCall, call: Any, model: int, tally: Tally) -> list[str]:
    before, after = call.before[model], call.after[model]
    wrong = []
    for label in after:
        if label.endswith(STATISTICS) and call.method == "apply_gradients":
            continue
        word = row.state_of(label) or "unlisted"
        tally.weights[word] += 1
        # Keras 2 has no weights before the first call of a model that nobody built.
        if label not in before or word not in ("trains", "still"):
            continue
        moved = before[label] != after[label]
        if moved is not (word == "trains"):
            wrong.append(f"line {row.line} {row.call} of {row.model}: {label} {word}, {'moved' if moved else 'stayed'}")
    return wrong
