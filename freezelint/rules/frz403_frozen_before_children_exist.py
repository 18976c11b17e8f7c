"""A container is frozen before its layers exist, and Keras 3 trains them.

## What it does

Reports `trainable = False` on a model or layer that gets its sub-layers afterwards: as an argument of the
constructor, in the first lines of `__init__`, before `add()`. It speaks where another model holds the container
and is trained.

## Why is this bad?

Keras 3 hands the flag down to the variables at the moment of the write. What is created later is born trainable,
and the flag of the container that says False is not looked at when an outer model is trained.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the container's flag stands above its layers: they stay frozen | – |
| Keras 3 on any backend | the layers train, while `container.trainable` is False | error |

## Example

```python
class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.trainable = False
        self.dense = keras.layers.Dense(4)
```

## Use instead

```python
class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(4)
        self.trainable = False
```

## Fix

Unsafe: the freeze moves below the lines that give the object its layers; an argument becomes such a line.

## Not reported

- The freeze is the last statement of `__init__`, or comes when the model is complete.
- A layer without layers inside, such as `Dense(4, trainable=False)`.
- The late layers have no weights, or flags of their own.
- The container is the model that is fitted: nothing trains then, see FRZ404.

## Public reports

- [qubvel/classification_models#41](https://github.com/qubvel/classification_models/issues/41): `trainable=False`
  handed to the builder of a ResNet: its layers train

## References

- [Keras guide: making new layers and models via
  subclassing](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Trained
from freezelint.timeline.keras.flags import children, nested
from freezelint.timeline.symbols import MODEL_CLASSES, WEIGHTLESS

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Containers inside a trained model whose flag is older than their layers."""
    if "3" not in target.generations:
        return
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        if not isinstance(trained.compiled, Compiled):
            continue
        for entry in trained.flags.entries.values():
            node = entry.write.at.site.node
            if node in seen or not _too_early(timeline, trained, entry):
                continue
            seen.add(node)
            yield Report(
                entry.write.at.site,
                f"{target_of(timeline, entry.key)} is frozen before its layers exist: Keras 3 makes them trainable "
                "and trains them; freeze it when they are there",
                "error",
                generation(["3"], target),
                (("trained here", trained.at.site),),
                hierarchy.frozen_when_whole(entry.write.at.site),
            )


def _too_early(timeline: Timeline, trained: Trained, entry: FlagEntry) -> bool:
    machine, (id, path) = timeline.machine, entry.key
    if path or entry.value is not False or not entry.certain or not entry.write.text:
        return False
    if id == trained.model or not nested(machine, trained.model, id):
        return False
    argument = entry.write.text == "trainable=…"
    if argument and machine.objects[id].symbol not in MODEL_CLASSES:
        return False
    late = children(machine, id)[0 if argument else entry.write.held :]
    return any(
        not part.inside
        and machine.objects[part.id].keras
        and machine.objects[part.id].symbol not in WEIGHTLESS
        and not any(key[0] == part.id for key in trained.flags.entries)
        for part in late
    )
