"""Fine-tuning un-freezes a pretrained base together with its BatchNormalization layers.

## What it does

Reports the statement that sets a base, or a slice of it, to `trainable = True` after it was trained under while
frozen, when the base holds BatchNormalization and nothing keeps those layers frozen or in inference mode.

## Why is this bad?

A BatchNormalization layer that is not frozen runs in training mode in `fit()`: it normalises with the mean and
variance of each small batch and moves its stored statistics towards them. What the pretraining learned is
overwritten in a few steps, also at a tiny learning rate, because the statistics do not go through the
optimizer. Accuracy often drops at the start of the second phase, and validation differs from training.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the moving statistics move, unless the base is called with `training=False` | warning |
| Keras 3 on any backend | the moving statistics move; about `training=False` see FRZ202 | warning |

## Example

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Use instead

```python
base.trainable = True
for layer in base.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: a loop below the flag freezes the BatchNormalization layers again.

## Not reported

- A base that holds no BatchNormalization (VGG, ConvNeXt), or of which that is not known.
- The BatchNormalization layers are frozen again, or perhaps are: a condition on the layer that is not known.
- The base is called with `training=False`: it works in the `call` of a subclass, and on Keras 2; for
  functional models on Keras 3 see FRZ202.
- A slice that ends before the last BatchNormalization of a known application.
- A model that trains from random weights, and parts of a GAN that are frozen and released in turns.

## Public reports

- [keras-team/keras#20285](https://github.com/keras-team/keras/issues/20285): the guide's fine-tuning, followed step
  by step: after the un-freezing BatchNormalization runs in training mode

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow tutorial: transfer learning and
  fine-tuning](https://www.tensorflow.org/tutorials/images/transfer_learning)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline import grouping
from freezelint.timeline.events import (
    BranchSkipped,
    Compiled,
    FlagEntry,
    FlagWritten,
    LayerCalled,
    Trained,
    WeightsGiven,
)
from freezelint.timeline.keras.flags import children
from freezelint.timeline.keras.normalization import application, in_inference, moving, pretrained, skipped_by_keras3
from freezelint.timeline.questions.stale import blame

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Training calls after a freeze was taken back from something whose BatchNormalization now moves."""
    calls = timeline.by(LayerCalled, grouping.layer)
    found: dict[object, tuple[Trained, FlagEntry, int]] = {}
    for trained in timeline.of(Trained):
        for entry in trained.flags.entries.values():
            if entry.write.at.site.node in found or not _released(trained, entry):
                continue
            base = _base(timeline, trained, entry)
            if base is not None and not in_inference(calls, timeline.machine, base):
                found[entry.write.at.site.node] = (trained, entry, base)
    for trained, entry, found_in in found.values():
        what = target_of(timeline, entry.key)
        generations = {g for g in target.generations if g == "2" or not skipped_by_keras3(entry.write, target.backend)}
        if not generations:
            continue
        yield Report(
            blame(timeline, entry.write, [e.write for _, e, _ in found.values()], trained),
            f"{what} is un-frozen with its BatchNormalization layers: they run in training mode now and their "
            "moving statistics leave the values of the pretraining; freeze these layers again after this line",
            "warning",
            generation(generations, target),
            (("trained here", trained.at.site),),
            _fix(timeline, entry.write, found_in),
        )


def _fix(timeline: Timeline, write: FlagWritten, base: int) -> Fixer | None:
    """The BatchNormalization layers are frozen again, where they are layers of what was un-frozen itself."""
    own = base == write.key[0] or any(part.id == base for part in children(timeline.machine, write.key[0]))
    return normalization.batchnorm_frozen_again(write) if own else None


def _released(trained: Trained, entry: FlagEntry) -> bool:
    """Whether the write took a freeze back, and the model was compiled with it."""
    write, compiled = entry.write, trained.compiled
    if entry.value is not True or not entry.certain or " if " in entry.key[1] or not write.text:
        return False
    if not isinstance(compiled, Compiled) or trained.trace == "unknown":
        return False
    held = compiled.flags.entries.get(entry.key)
    return held is not None and held.write is write and _freeze(write) is not None


def _freeze(write: FlagWritten) -> FlagWritten | None:
    """The freeze that a write takes back."""
    before = [e for e in (write.under, *write.replaced) if e is not None and e.value is False and e.certain]
    return max((e.write for e in before), key=lambda w: w.at.order, default=None)


def _base(timeline: Timeline, trained: Trained, entry: FlagEntry) -> int | None:
    """What moves although it was learned before, trained under while frozen and is never frozen again."""
    write, freeze = entry.write, _freeze(entry.write)
    found = moving(timeline.machine, trained.flags, entry.key[0])
    if found is None or freeze is None or entry.key[0] not in trained.flags.inside:
        return None
    if entry.key[0] == trained.model and not application(timeline.machine, found):
        return None
    trainings = timeline.by(Trained, grouping.inside).get(found, ())
    if not any(freeze.at.order < t.at.order < write.at.order for t in trainings):
        return None
    if any(write.at.order < s.at.order < trained.at.order for s in timeline.of(BranchSkipped)):
        return None
    writes = timeline.by(FlagWritten, grouping.flag).get(entry.key, ())
    if any(w.value is not True and w.at.order > trained.at.order for w in writes):
        return None
    given = timeline.by(WeightsGiven, grouping.target)
    return found if pretrained(given, trainings, timeline.machine, found, freeze.at.order) else None
