"""`trainable_variables` or `trainable_weights` is assigned, or the returned copy is changed.

## What it does

Reports `model.trainable_variables = [...]`, `layer.trainable_weights = []`, and `clear()`, `pop()`,
`remove()` on what these properties return.

## Why is this bad?

Both are read-only properties that build a new list at every access. Assigning raises `AttributeError`;
changing the list changes a copy, and every weight goes on training.

## What each Keras does

| engine | assigning | changing the returned list | reported |
|---|---|---|---|
| Keras 2 | `AttributeError` | no effect | error |
| Keras 3 on any backend | `AttributeError` | no effect | error |

## Example

```python
base.trainable_variables.clear()
```

## Use instead

```python
base.trainable = False
```

## Fix

Unsafe: an emptied list becomes `trainable = False`. None for other edits of the list.

## Not reported

- A list of your own made from it: `variables = list(model.trainable_variables)`, which may be filtered or
  changed.
- Reading.

## Public reports

- [ajgallego/DANN#1](https://github.com/ajgallego/DANN/issues/1): the `AttributeError` in a gradient reversal layer
- [michetonu/gradient_reversal_keras_tf#8](https://github.com/michetonu/gradient_reversal_keras_tf/issues/8): the same
  in another one

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.timeline import symbols
from freezelint.timeline.events import MethodCalled, Written
from freezelint.timeline.values import Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Assignments to the lists of trainable variables, and edits of the copy that they return."""
    for event in timeline.events:
        if isinstance(event, Written) and event.keras and event.name in symbols.READ_ONLY_LISTS:
            yield Report(
                event.at.site,
                f"`{event.text}` cannot be assigned: this raises AttributeError; set `trainable` on layers instead",
                "error",
                fix=flags.emptied(event.at.site),
            )
        elif isinstance(event, MethodCalled) and isinstance(event.target, Weights) and event.statement and event.keras:
            path = event.target.path
            if path in symbols.READ_ONLY_LISTS:
                yield Report(
                    event.at.site,
                    f"`{path}` is a copy that is made at each access: `{event.name}` changes the copy, and what trains "
                    "stays the same; set `trainable` on layers instead",
                    "error",
                    fix=flags.emptied(event.at.site),
                )
