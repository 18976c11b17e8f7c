"""`trainable` is written on a list of layers instead of on each layer.

## What it does

Reports `model.layers.trainable = ...`, `model.layers[:k].trainable = ...` and the same on a list that the
program made or that a model keeps as an attribute.

## Why is this bad?

A list has no `trainable`. On a plain list the line raises `AttributeError`. A list that a model or layer
keeps as an attribute is wrapped by Keras and takes the attribute: Keras 2 freezes the layers in it, Keras 3
ignores the write.

## What each Keras does

| engine | `model.layers[:k]` or a plain list | a list kept in `self.blocks` | reported |
|---|---|---|---|
| Keras 2 | `AttributeError` | freezes the layers in the list | error |
| Keras 3 on any backend | `AttributeError` | nothing is frozen, nothing is said | error |

## Example

```python
model.layers[:10].trainable = False
```

## Use instead

```python
for layer in model.layers[:10]:
    layer.trainable = False
```

## Fix

Unsafe: a loop over the layers; for a list of variables, the flag of their layer.

## Not reported

- One layer by index: `model.layers[0].trainable = False`.
- On Keras 2, a list that a model keeps as an attribute.

## Public reports

No public report known.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import Written
from freezelint.timeline.values import Items, Ref, Selection, Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """`trainable` set on a list of layers or variables."""
    for event in timeline.of(Written):
        if event.name != "trainable" or not _is_list(timeline, event):
            continue
        tracked = isinstance(event.target, Ref) and event.keras
        if not tracked:
            happens = "which has no such attribute: this raises AttributeError and freezes nothing"
        elif "3" in target.generations:
            happens = "which Keras 3 accepts and ignores (Keras 2 freezes what is in it)"
        else:
            continue
        yield Report(
            event.at.site,
            f"`{event.text}` is set on a list, {happens}; write a loop over its layers",
            "error",
            generation(["3"], target) if tracked else target.keras or "any",
            fix=flags.each_layer(event.at.site),
        )


def _is_list(timeline: Timeline, event: Written) -> bool:
    if isinstance(event.target, Ref):
        return timeline.machine.object(event.target).kind == "list"
    return isinstance(event.target, (Selection, Weights, Items))
