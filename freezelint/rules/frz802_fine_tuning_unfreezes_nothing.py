"""A second phase at a smaller learning rate trains the same layers as the first.

## What it does

Reports a freeze that is still in force when the model is compiled for the second time, with a smaller learning
rate, and trained again, if no flag was written between the two compiles.

## Why is this bad?

A second `compile()` with a learning rate of 1e-5 after a frozen first phase is fine-tuning, and what makes it
fine-tuning is that the base is un-frozen before it. Without that line the head alone goes on, at a rate at
which it hardly moves.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the base stays frozen in both phases | warning |
| Keras 3 on any backend | the same | warning |

## Example

```python
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(x, y)
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Use instead

```python
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Not reported

- Some flag is written between the two compiles.
- The learning rate is the same, larger, or not known.
- Nothing is frozen, or all of the model is.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow tutorial: transfer learning and
  fine-tuning](https://www.tensorflow.org/tutorials/images/transfer_learning)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import FlagEntry, FlagWritten
from freezelint.timeline.questions.phases import Phases, frozen, phases
from freezelint.timeline.questions.stale import nothing_trains

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Phases whose second half goes on with the flags of the first."""
    seen: set[object] = set()
    for pair in phases(timeline):
        entry = _still_frozen(timeline, pair)
        if entry is None or entry.write.at.site.node in seen:
            continue
        seen.add(entry.write.at.site.node)
        model = timeline.label(pair.second.model)
        yield Report(
            entry.write.at.site,
            f"{target_of(timeline, entry.key)} is frozen here and still is when `{model}` is compiled again for "
            f"fine-tuning ({pair.second_rate:g} after {pair.first_rate:g}): the second phase trains no layer more "
            "than the first",
            "warning",
            generation(target.generations, target),
            (("first phase", pair.first.at.site), ("compiled again here", pair.second.at.site)),
        )


def _still_frozen(timeline: Timeline, pair: Phases) -> FlagEntry | None:
    """The newest freeze of the second phase, if the two phases have the same flags."""
    if pair.second_rate >= pair.first_rate:
        return None
    if nothing_trains(timeline.machine, pair.second.model, pair.second.flags) is not None:
        return None
    start, end = pair.first.at.order, pair.trained.at.order
    if any(start < write.at.order < end for write in timeline.of(FlagWritten)):
        return None  # also when it missed its layer: that is another rule's finding
    then, now = frozen(pair.first), frozen(pair.second)
    if {key: e.write for key, e in then.items()} != {key: e.write for key, e in now.items()}:
        return None
    certain = [e for e in now.values() if e.value is False and e.certain and e.write.text]
    if any(e.value for e in pair.second.flags.entries.values()):
        return None
    return max(certain, key=lambda e: e.write.at.order, default=None)
