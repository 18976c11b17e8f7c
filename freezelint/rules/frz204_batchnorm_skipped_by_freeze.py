"""A freezing loop leaves the BatchNormalization layers trainable: the base drifts although it is frozen.

## What it does

Reports a loop that sets `trainable = False` on every layer but BatchNormalization, when the model is trained
afterwards with these layers in training mode.

## Why is this bad?

Everything around them stands still, and the moving statistics walk on with every batch, gamma and beta with
them: the frozen base computes something else after each step. The exception was meant for the opposite case.
When a base is *un-frozen*, its BatchNormalization layers are skipped so that they stay frozen.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | gamma, beta and the moving statistics move, all other weights of the base stay | warning |
| Keras 3 on any backend | the same | warning |

## Example

```python
for layer in base.layers:
    if not isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
```

## Use instead

```python
base.trainable = False
```

## Fix

Unsafe: the condition that leaves BatchNormalization out goes.

## Not reported

- BatchNormalization is set to True in so many words, in the other branch.
- The base is called with `training=False`, or never trained under.
- A loop that un-freezes all layers but BatchNormalization.
- A base of which it is not known that it holds BatchNormalization.

## Public reports

- [qubvel/segmentation_models#157](https://github.com/qubvel/segmentation_models/issues/157): why `encoder_freeze`
  freezes all layers but BatchNormalization
- [hunglc007/tensorflow-yolov4-tflite#265](https://github.com/hunglc007/tensorflow-yolov4-tflite/issues/265): a
  `freeze_all` that reaches the convolutions only

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras API: BatchNormalization layer](https://keras.io/api/layers/normalization_layers/batch_normalization/), on
  `trainable = False`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline import grouping
from freezelint.timeline.events import Compiled, FlagWritten, LayerCalled, Trained
from freezelint.timeline.keras.flags import above
from freezelint.timeline.keras.normalization import concerns, in_inference, moving

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Training calls under a freeze that stands in a branch for everything but BatchNormalization."""
    seen: set[object] = set()
    calls = timeline.by(LayerCalled, grouping.layer)
    for trained in timeline.of(Trained):
        if not isinstance(trained.compiled, Compiled):
            continue
        writes = [e.write for e in trained.flags.entries.values() if e.certain and e.write.text]
        skipping = {w for w in writes if w.value is False and concerns(timeline.machine, w) == -1}
        if any(w.value is not False and concerns(timeline.machine, w) == 1 for w in writes):
            continue
        for write in sorted(skipping, key=lambda w: w.at.order):
            node = write.at.site.node
            left = _left(timeline, trained, write, skipping)
            if node in seen or left is None or in_inference(calls, timeline.machine, left):
                continue
            seen.add(node)
            yield Report(
                write.at.site,
                "all layers but BatchNormalization are frozen: the statistics of these move with every batch, and "
                "the rest of the base no longer fits them; freeze them too",
                "warning",
                generation(target.generations, target),
                (("trained here", trained.at.site),),
                normalization.everything_frozen(write.at.site),
            )


def _left(timeline: Timeline, trained: Trained, write: FlagWritten, skipping: set[FlagWritten]) -> int | None:
    """What still moves in the object whose layers the loop froze, or in one that holds them directly."""
    machine = timeline.machine
    id, path = write.key
    tops = [id] if path else [i for i in above(machine, id) if i != id]
    inside = (top for top in tops if top in trained.flags.inside)
    found = (moving(machine, trained.flags, top, skipping) for top in inside)
    return next((one for one in found if one is not None), None)
