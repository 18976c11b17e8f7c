"""Only the input of a functional model is frozen.

## What it does

Reports `model.layers[0].trainable = False`, or a loop over `model.layers[:1]`, where the model is a functional one
or a network of `keras.applications`, and no other flag of it is ever set.

## Why is this bad?

The first layer of a functional model is its `InputLayer`. It has no weights, so the write freezes nothing, and the
layer that was meant, the first one with weights, trains.

## What each Keras does

| engine | functional model | Sequential | reported |
|---|---|---|---|
| Keras 2 | `layers[0]` is the `InputLayer` | `layers[0]` is the first real layer | warning |
| Keras 3 on any backend | the same | the same | warning |

## Example

```python
model = keras.Model(inputs, outputs)
model.layers[0].trainable = False
```

## Use instead

```python
model = keras.Model(inputs, outputs)
model.get_layer("embedding").trainable = False
```

## Fix

Unsafe: the layer after the input is taken.

## Not reported

- A Sequential model, or one of which the program does not show how it is made.
- Other flags of the model are set as well.

## Public reports

No public report known.

## References

- [Keras: the functional API](https://keras.io/guides/functional_api/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import FlagWritten
from freezelint.timeline.keras.flags import above, below
from freezelint.timeline.symbols import is_application

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """A freeze of the first layer of a functional model that is the only flag written there."""
    machine = timeline.machine
    seen: set[object] = set()
    writes = list(timeline.of(FlagWritten))
    for write in writes:
        model = _only_input(timeline, write)
        node = write.at.site.node
        if model is None or node in seen or write.value is not False:
            continue
        near = {*below(machine, model), *above(machine, model)}
        if any(other.at.site.node is not node and other.key[0] in near for other in writes):
            continue
        seen.add(node)
        yield Report(
            write.at.site,
            f"{target_of(timeline, write.key)} is the input of a functional model: it has no weights, and this "
            "freezes nothing",
            "warning",
            generation(target.generations, target),
            fix=hierarchy.next_layer(write.at.site),
        )


def _only_input(timeline: Timeline, write: FlagWritten) -> int | None:
    """The functional model whose input layer is all that the write reaches."""
    id, path = write.key
    this = timeline.machine.objects[id]
    first = not path and this.path == "layers[0]" and this.parent is not None
    owner = this.parent if first else id if path in ("layers[:1]", "layers[0:1]") else None
    if owner is None:
        return None
    model = timeline.machine.objects[owner]
    functional = model.symbol == "keras.Model" or is_application(model.symbol)
    return owner if functional and model.cls is None else None
