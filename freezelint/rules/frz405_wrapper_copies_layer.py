"""The flag is set on a layer after `Bidirectional` took its copies.

## What it does

Reports `trainable` set on a layer that was given to `Bidirectional` before, if the layer itself is in no model.

## Why is this bad?

`Bidirectional(layer)` reads the configuration of the layer and makes two layers of its own from it. The original
belongs to nothing that trains: freezing it leaves both directions trainable, un-freezing it leaves both frozen.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the copies keep the flag that the layer had when it was wrapped | error |
| Keras 3 on any backend | the same | error |

## Example

```python
recurrent = keras.layers.GRU(8)
model = keras.Sequential([keras.layers.Bidirectional(recurrent), keras.layers.Dense(1)])
recurrent.trainable = False
```

## Use instead

```python
both_ways = keras.layers.Bidirectional(keras.layers.GRU(8))
model = keras.Sequential([both_ways, keras.layers.Dense(1)])
both_ways.trainable = False
```

## Fix

Unsafe: the flag of the wrapper is written.

## Not reported

- The flag is set on the wrapper, on `wrapper.forward_layer`, or on the layer before it is wrapped.
- The layer is called by itself as well.
- `TimeDistributed` and other wrappers: they keep the layer itself.

## Public reports

No public report known.

## References

- [Keras: the `Bidirectional` layer](https://keras.io/api/layers/recurrent_layers/bidirectional/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import deed, generation, target_of
from freezelint.timeline.events import FlagWritten, Trained

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Writes to the original of a copied layer, in programs that train the wrapper later."""
    machine = timeline.machine
    seen: set[object] = set()
    for write in timeline.of(FlagWritten):
        copy = machine.copied.get(write.key[0])
        node = write.at.site.node
        if copy is None or write.key[1] or write.at.order <= copy.order or write.value is None or node in seen:
            continue
        held = {part.id for part in machine.store.get(("parents", write.key[0]), ())} - {copy.wrapper}
        later = (t for t in timeline.of(Trained) if t.at.order > write.at.order and copy.wrapper in t.flags.inside)
        trained = next(later, None)
        if held or write.key[0] in machine.used or write.key[0] in machine.reweighted or trained is None:
            continue
        seen.add(node)
        yield Report(
            write.at.site,
            f"{target_of(timeline, write.key)} is {deed(write)} after `Bidirectional` made its own copies of it: the "
            "copies keep the flag that it had then; set the flag of the wrapper",
            "error",
            generation(target.generations, target),
            (("copied here", copy.site), ("trained here", trained.at.site)),
            hierarchy.wrapper_instead(write.at.site, copy.site, trained.at.site),
        )
