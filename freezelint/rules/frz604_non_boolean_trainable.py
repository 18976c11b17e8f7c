"""`trainable` is given a string or another value that is true although it reads as false.

## What it does

Reports `layer.trainable = "False"`, `"no"` and the like: values that are not booleans and count as true.

## Why is this bad?

A non-empty string is true, so the layer trains. It happens where flags come from a configuration file, the
command line or the environment.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the string is stored and counts as true: the layer trains | error |
| Keras 3 on any backend | `bool(value)` is True: the layer trains | error |

## Example

```python
layer.trainable = "False"
```

## Use instead

```python
layer.trainable = False
```

## Fix

Unsafe: `True` or `False`, by what the word says; a constant that is used once changes where it is defined.

## Not reported

- `0`, `None`, `[]` and `numpy.False_`: they do freeze, on both.
- `1` and `numpy.True_`.
- Values that cannot be known by reading the program.

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
from freezelint.timeline.events import FlagWritten
from freezelint.timeline.values import Const

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Strings and numbers other than 0 and 1 as the flag."""
    for event in timeline.of(FlagWritten):
        if not isinstance(event.raw, Const):
            continue
        value = event.raw.value
        if isinstance(value, str) or (isinstance(value, (int, float)) and value not in (0, 1)):
            result = "trainable" if value else "frozen"
            yield Report(
                event.at.site,
                f"`{event.text}` is set to {value!r}, which Keras takes as {result}; write True or False",
                "error",
                fix=flags.boolean(event.at.site, value),
            )
