"""A slice of a base is frozen although all of it is: the rest was meant to train.

## What it does

Reports a loop that freezes some layers of a base, for instance `base.layers[:-10]`, when the base as a whole
was frozen before and is not set to True in between.

## Why is this bad?

Freezing the first layers says that the last ones are to be fine-tuned. They are frozen too: the earlier
write put False on the base and on everything in it, and the loop takes nothing back. The run is the feature
extraction of phase one with the learning rate of phase two.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | nothing in the base trains | error |
| Keras 3 on any backend | nothing in the base trains | error |

## Example

```python
base.trainable = False
for layer in base.layers[:-10]:
    layer.trainable = False
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-10]:
    layer.trainable = False
```

## Fix

Unsafe: the parent is un-frozen above the loop.

## Not reported

- The base is set to True before the loop.
- The other layers are set to True: see FRZ401.
- The loop runs over all the layers.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow tutorial: transfer learning and
  fine-tuning](https://www.tensorflow.org/tutorials/images/transfer_learning)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, FlagWritten, Trained

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """A slice frozen under a parent that was frozen just before and still is when the model is compiled."""
    seen: set[object] = set()
    for event in timeline.events:
        if not isinstance(event, (Compiled, Trained)):
            continue
        for entry in event.flags.entries.values():
            parent = _parent(timeline, event, entry)
            node = entry.write.at.site.node
            if parent is None or node in seen:
                continue
            seen.add(node)
            what = target_of(timeline, entry.key)
            yield Report(
                entry.write.at.site,
                f"{what} is frozen although {target_of(timeline, parent.key)} already is: the layers outside the "
                "slice were meant to train and do not; set the parent to True first",
                "error",
                generation(target.generations, target),
                (("frozen here", parent.write.at.site), ("compiled here", event.at.site)),
                hierarchy.parent_enabled(entry.write.at.site),
            )


def _parent(timeline: Timeline, event: Compiled | Trained, entry: FlagEntry) -> FlagEntry | None:
    """The flag of the whole that makes freezing this slice pointless, if nothing was un-frozen since."""
    write = entry.write
    under = write.under
    if entry.value is not False or not _is_slice(timeline, entry.key[1]):
        return None
    if under is None or under.value is not False or not under.certain or under.key not in _whole(write):
        return None
    still = event.flags.entries.get(under.key)
    if still is None or still.write is not under.write:
        return None
    later = (e for e in event.flags.entries.values() if e.write.at.order > under.write.at.order)
    return None if any(e.value is not False for e in later) else still


def _is_slice(timeline: Timeline, path: str) -> bool:
    """`layers[:-10]`, or the arm of an `if i < 10` inside a loop over the layers."""
    whole, *arms = path.split(" if #")
    if not arms:
        return whole.startswith("layers[")
    return whole == "layers" and all(int(arm) in timeline.machine.ordered for arm in arms)


def _whole(write: FlagWritten) -> set[tuple[int, str]]:
    return {(write.key[0], ""), (write.key[0], "layers")}
