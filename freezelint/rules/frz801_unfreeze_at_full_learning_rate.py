"""The base is un-frozen and trained at the learning rate of the first phase.

## What it does

Reports the second `compile()` of a model whose base was frozen in the first phase and is not any more, if its
learning rate is not smaller than that of the first.

## Why is this bad?

The rate of phase one is chosen for a new head with random weights. At that rate the first steps of phase two
change the pretrained weights so much that what they had learned is lost; ten to a hundred times less is usual.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the base trains at the full rate | warning |
| Keras 3 on any backend | the same | warning |

## Example

```python
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
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

- The learning rate is smaller, is a schedule, or is not known.
- The first phase froze nothing, or nothing of it is un-frozen.
- The two phases use optimizers of different kinds: their rates cannot be compared.

## Public reports

- [keras-team/keras#9940](https://github.com/keras-team/keras/issues/9940): training collapses once VGG16 is
  un-frozen, with every optimizer but one

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
from freezelint.timeline.events import FlagEntry
from freezelint.timeline.questions.phases import Phases, phases
from freezelint.timeline.questions.stale import nothing_trains

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Second compiles that un-freeze something and keep the learning rate."""
    seen: set[object] = set()
    for pair in phases(timeline):
        entry = _unfrozen(timeline, pair)
        if entry is None or pair.second.at.site.node in seen:
            continue
        seen.add(pair.second.at.site.node)
        yield Report(
            pair.second.at.site,
            f"{target_of(timeline, entry.key)} is un-frozen and trained at a learning rate of {pair.second_rate:g}, "
            f"after {pair.first_rate:g} for the head alone: fine-tuning needs a much smaller one",
            "warning",
            generation(target.generations, target),
            (("first phase", pair.first.at.site), ("un-frozen here", entry.write.at.site)),
        )


def _unfrozen(timeline: Timeline, pair: Phases) -> FlagEntry | None:
    """The newest flag that takes back a freeze of the first phase."""
    if pair.second_rate < pair.first_rate or pair.first.algorithm != pair.second.algorithm:
        return None
    if nothing_trains(timeline.machine, pair.first.model, pair.first.flags) is not None:
        return None
    frozen = {key for key, e in pair.first.flags.entries.items() if e.value is False and e.certain}
    freed = [
        entry
        for entry in pair.second.flags.entries.values()
        if entry.value is True and entry.certain and entry.write.at.order > pair.first.at.order and entry.write.text
        and any(old.key in frozen and old.value is False for old in (*entry.write.replaced, *_under(entry)))
    ]  # fmt: skip
    return max(freed, key=lambda e: e.write.at.order, default=None)


def _under(entry: FlagEntry) -> tuple[FlagEntry, ...]:
    return () if entry.write.under is None else (entry.write.under,)
