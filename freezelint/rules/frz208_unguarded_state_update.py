"""A layer of the program's own updates its state in `call` without asking whether it is frozen.

## What it does

Reports the `assign` to a variable made with `trainable=False` in the `call` of a custom layer that is frozen
when its model trains, when `call` never looks at `self.trainable`.

## Why is this bad?

The flag of a layer keeps its variables out of the gradient. It does not keep `call` from running, and what
`call` assigns by hand moves in every training step: running means, counters, codebooks. Layers of the library
ask `self.trainable` before they update; a custom one has to do it, too.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the variable moves although the layer is frozen | warning |
| Keras 3 on any backend | the same | warning |

## Example

```python
def call(self, inputs, training=None):
    if training:
        self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(inputs, 0))
    return inputs - self.mean
```

## Use instead

```python
def call(self, inputs, training=None):
    if training and self.trainable:
        self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(inputs, 0))
    return inputs - self.mean
```

## Fix

Unsafe: the update asks `self.trainable` first.

## Not reported

- `call` looks at `self.trainable`.
- The layer is not frozen, or another training call has it un-frozen.
- The frozen part is called with `training=False` in the `call` of a subclass.

## Public reports

No public report known.

## References

- [Keras guide: making new layers and models via
  subclassing](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline import grouping
from freezelint.timeline.events import LayerCalled, StateAssigned, Trained
from freezelint.timeline.keras.normalization import in_inference
from freezelint.timeline.questions.resting import freeze_of, rests

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Assignments in the `call` of layers that are frozen in every training call that has them."""
    trainings = list(timeline.of(Trained))
    calls = timeline.by(LayerCalled, grouping.layer)
    seen: set[object] = set()
    for assigned in timeline.of(StateAssigned):
        node, id = assigned.at.site.node, assigned.layer
        holding = [t for t in trainings if id in t.flags.inside]
        if assigned.guarded or node in seen or not holding or in_inference(calls, timeline.machine, id):
            continue
        entry = freeze_of(timeline.machine, holding[0].flags, id)
        if entry is None or not all(rests(timeline.machine, t, id) for t in holding):
            continue
        seen.add(node)
        yield Report(
            assigned.at.site,
            f"this runs in training also while {target_of(timeline, entry.key)} is frozen: the state of the layer "
            "moves; ask `self.trainable` first",
            "warning",
            generation(target.generations, target),
            (("frozen here", entry.write.at.site), ("trained here", holding[0].at.site)),
            normalization.guarded(assigned.at.site),
        )
