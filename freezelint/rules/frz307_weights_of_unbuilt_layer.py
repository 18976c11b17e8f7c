"""A loop over the weights of a layer that has none yet.

## What it does

Reports loops and comprehensions over `layer.weights`, `layer.trainable_variables` and the like where the layer
has been made and has neither met an input nor been built.

## Why is this bad?

A layer makes its weights when it learns the shape of its input. Until then its lists are empty, the loop runs
zero times, and what it was to freeze or to leave out trains. Nothing is raised, except by a Sequential model on
Keras 2.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the list of a layer is empty; that of a Sequential raises `ValueError` | error |
| Keras 3 on any backend | the list is empty | error |

## Example

```python
hidden = layers.Dense(8)
for weight in hidden.weights:
    weight.trainable = False
```

## Use instead

```python
hidden = layers.Dense(8, trainable=False)
```

The flag of the layer also holds for weights that come later.

## Fix

Unsafe: a loop that does nothing but write the flag of each weight becomes the flag of the layer.

## Not reported

- A layer that was called, built, given its input shape, or put behind an `Input`.
- A layer that the walk lost sight of.

## Public reports

No public report known.

## References

- [Keras guide: making layers and models by subclassing](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.timeline.events import VariableUsed
from freezelint.timeline.values import Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Loops over the weights of something that is certainly not built."""
    seen: set[object] = set()
    for event in timeline.of(VariableUsed):
        if event.how != "each" or not isinstance(event.target, Weights) or event.at.site.node in seen:
            continue
        seen.add(event.at.site.node)
        owner = timeline.label(event.target.owner)
        yield Report(
            event.at.site,
            f"`{owner}` is not built yet and has no weights: the loop over `{event.target.path}` runs zero times; set "
            f"`{owner}.trainable`, or build it first",
            "error",
            target.keras or "any",
            fix=flags.layer_of_loop(event.at.site),
        )
