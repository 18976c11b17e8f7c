"""A loop that sets flags runs over a selection of layers that holds none.

## What it does

Reports the write in a loop over layers that provably runs zero times, or behind a condition that no layer of
the model meets: `model.layers[:-5]` on a model of four layers, `base.layers[720:]` on a VGG16,
`layers[-10:0]`, a name that no layer has.

## Why is this bad?

An empty slice is no error. Nothing is frozen, or nothing is un-frozen, and training goes on as if the loop was
not there. Mostly the base counts as one layer of the outer model, whose own list is short; or the number comes
from another network.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | no flag is written | error |
| Keras 3 on any backend | no flag is written | error |

## Example

```python
model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)])
for layer in model.layers[:-5]:
    layer.trainable = False
```

## Use instead

```python
model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)])
for layer in base.layers[:-5]:
    layer.trainable = False
```

## Fix

Unsafe, for a slice such as `[-2:0]` only: it becomes `[-2:]`.

## Not reported

- A model whose number of layers the program does not show.
- A loop in a function that matches layers on another call.
- `layers[:0]`: freezing none on purpose.

## Public reports

No public report known.

## References

- [Keras: `Model.layers`](https://keras.io/api/models/model/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import BranchSkipped, FlagWritten, Missed

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Flags that a loop sets on no layer, on none of its runs."""
    hit = {write.at.site.node for write in timeline.of(FlagWritten)}
    hit |= {skipped.at.site.node for skipped in timeline.of(BranchSkipped)}  # FRZ206 says more
    for missed in timeline.of(Missed):
        node = missed.at.site.node
        if node in hit:
            continue
        hit.add(node)
        yield Report(
            missed.at.site,
            f"`{timeline.label(missed.owner)}.{missed.path}` holds no layer: this line never runs, and no flag is set",
            "error",
            generation(target.generations, target),
            fix=hierarchy.open_slice(missed.at.site),
        )
