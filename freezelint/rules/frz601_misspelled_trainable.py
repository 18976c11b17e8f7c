"""A misspelt attribute is written where `trainable` was meant.

## What it does

Reports an assignment to `trainble`, `Trainable`, `is_trainable`, `frozen` and the like on a Keras layer or
model.

## Why is this bad?

Keras objects are Python objects and take any attribute. The line raises nothing and freezes nothing.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | a new attribute appears; the layer trains | error |
| Keras 3 on any backend | a new attribute appears; the layer trains | error |

## Example

```python
base.trainble = False
```

## Use instead

```python
base.trainable = False
```

## Fix

Unsafe, for it changes what trains: `trainable` is written; `frozen` and `freeze` take the opposite value along.

## Not reported

- Attributes of your own classes that read them.
- Objects that are not Keras layers or models.

## Public reports

- [ayulockin/SwAV-TF#13](https://github.com/ayulockin/SwAV-TF/pull/13): `base_model.trainabe = True`, found by a
  reader

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.timeline import symbols
from freezelint.timeline.events import Written
from freezelint.timeline.values import Ref, Selection

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Attributes that look like the flag and are not."""
    for event in timeline.of(Written):
        if not isinstance(event.target, (Ref, Selection)):
            continue
        misspelled = event.name in symbols.MISSPELLINGS
        if misspelled or (event.keras and event.name in symbols.LOOKALIKES):
            yield Report(
                event.at.site,
                f"`{event.text}` is not the flag `trainable`: Keras accepts any attribute name, and nothing is frozen "
                "or un-frozen",
                "error",
                fix=flags.renamed(event.at.site),
            )
