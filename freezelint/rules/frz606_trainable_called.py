"""`trainable` is called like a method, or `freeze()` is called, which no layer has.

## What it does

Reports `layer.trainable(False)`, `layer.freeze()`, `layer.unfreeze()` and `layer.set_trainable(False)` on a
Keras layer or model that does not define them.

## Why is this bad?

`trainable` is a boolean, so calling it raises `TypeError`; the methods do not exist and raise
`AttributeError`. In a branch that seldom runs, the mistake waits for the run that needs it.

## What each Keras does

| engine | `layer.trainable(False)` | `layer.freeze()` | reported |
|---|---|---|---|
| Keras 2 | `TypeError` | `AttributeError` | error |
| Keras 3 on any backend | `TypeError` | `AttributeError` | error |

## Example

```python
base.freeze()
```

## Use instead

```python
base.trainable = False
```

## Fix

Unsafe: an assignment to `trainable`.

## Not reported

- A class of your own that defines `freeze` or `set_trainable`.
- A function of that name that takes the model as an argument.

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
from freezelint.timeline import symbols
from freezelint.timeline.events import MethodCalled
from freezelint.timeline.values import Ref

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Methods for freezing that Keras objects do not have."""
    for event in timeline.of(MethodCalled):
        if not event.keras or not isinstance(event.target, Ref) or event.name in symbols.TORCH_METHODS:
            continue
        if event.name == "trainable":
            happens = "`trainable` is a bool and no method: this raises TypeError; assign to it"
        else:
            happens = f"Keras has no method `{event.name}`: this raises AttributeError; assign to `trainable`"
        yield Report(event.at.site, f"`{event.text}`: {happens}", "error", fix=flags.called(event.at.site))
