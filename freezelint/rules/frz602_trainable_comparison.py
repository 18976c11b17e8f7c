"""`trainable` is compared where it should be assigned.

## What it does

Reports an expression statement `layer.trainable == False`: the comparison is made and thrown away.

## Why is this bad?

One `=` too many. The line has no effect and the layer trains.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | no effect; the layer trains | error |
| Keras 3 on any backend | no effect; the layer trains | error |

## Example

```python
for layer in base.layers:
    layer.trainable == False
```

## Use instead

```python
for layer in base.layers:
    layer.trainable = False
```

## Fix

Unsafe, for it changes what trains: one `=`.

## Not reported

- Comparisons whose value is used: in `if`, `assert`, `filter`, a comprehension, a `print`.
- The last expression of a notebook cell: it is displayed.

## Public reports

No public report known.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.timeline.events import Compared

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """A comparison of the flag whose result nobody sees."""
    for event in timeline.of(Compared):
        if not event.displayed:
            yield Report(
                event.at.site,
                f"`{event.text}` compares and does not assign: nothing is frozen or un-frozen, write one `=`",
                "error",
                fix=flags.assigned(event.at.site),
            )
