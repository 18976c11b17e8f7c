"""BatchNormalization is frozen with the statistics that it was born with.

## What it does

Reports the statement that freezes BatchNormalization layers of a model which the program writes out itself
and trains, when no training call of the program ever trains these layers and nothing is loaded.

## Why is this bad?

A frozen BatchNormalization layer runs in inference mode: it subtracts the moving mean and divides by the square
root of the moving variance. In a layer that never trained these are 0 and 1, and they stay so: the layer
passes its input through, for as long as the model lives, and the network trains without normalisation.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the moving mean stays 0, the moving variance 1 | warning |
| Keras 3 on any backend | the same | warning |

## Example

```python
model = keras.Sequential(
    [
        keras.layers.Dense(64),
        keras.layers.BatchNormalization(trainable=False),
        keras.layers.Dense(1),
    ]
)
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
model = keras.Sequential(
    [
        keras.layers.Dense(64),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(1),
    ]
)
```

## Fix

Unsafe: the argument `trainable=False` or the statement goes; none inside a loop and for whole bases.

## Not reported

- The program loads or sets weights, or reads a model from disk.
- Another training call, before or after, has the layers un-frozen: two-phase fine-tuning, a GAN.
- Everything is frozen: see FRZ404.
- An application: see FRZ409.

## Public reports

No public report known.

## References

- [Keras API: BatchNormalization layer](https://keras.io/api/layers/normalization_layers/batch_normalization/), on
  `trainable = False`
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Flags, Trained, WeightsGiven
from freezelint.timeline.keras.flags import covering
from freezelint.timeline.keras.normalization import born_here
from freezelint.timeline.questions.stale import nothing_trains

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """BatchNormalization of the program's own making that is frozen in every training call."""
    if any(True for _ in timeline.of(WeightsGiven)) or timeline.machine.reads_models:
        return
    seen: set[object] = set()
    calls = list(timeline.of(Trained))
    for trained in calls:
        if any(frame.name.startswith("test") for frame in trained.at.frames):
            continue
        if nothing_trains(timeline.machine, trained.model, trained.flags) is not None:
            continue
        for id in sorted(trained.flags.inside):
            entry = _frozen(timeline, trained.flags, id) if born_here(timeline.machine, id) else None
            if entry is None or entry.write.at.site.node in seen or not _always(timeline, calls, id):
                continue
            seen.add(entry.write.at.site.node)
            yield Report(
                entry.write.at.site,
                f"{target_of(timeline, entry.key)} is frozen and no part of the program trains or loads its "
                "BatchNormalization: it normalises with mean 0 and variance 1 for ever",
                "warning",
                generation(target.generations, target),
                (("trained here", trained.at.site),),
                normalization.never_frozen(entry.write.at.site) if entry.key == (id, "") else None,
            )


def _frozen(timeline: Timeline, flags: Flags, id: int) -> FlagEntry | None:
    entry = covering(flags, timeline.machine, (id, ""))
    return entry if entry is not None and entry.value is False and entry.certain else None


def _always(timeline: Timeline, calls: list[Trained], id: int) -> bool:
    """Whether the layer is frozen in every training call that has it, by the live flags and by the compiled ones."""
    for trained in calls:
        if id not in trained.flags.inside:
            continue
        if not isinstance(trained.compiled, Compiled) or _frozen(timeline, trained.flags, id) is None:
            return False
        if _frozen(timeline, trained.compiled.flags, id) is None:
            return False
    return True
