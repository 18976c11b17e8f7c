"""A model's flag is written after the flags of its layers, which it overrides.

## What it does

Reports `model.trainable = ...` after layers inside that model were frozen or un-frozen one by one, with no
write to those layers afterwards.

## Why is this bad?

Writing a model's flag writes it on everything inside. The careful choice of layers made just before is lost:
the frozen ones train. On Keras 3 with TensorFlow there is a catch on top: a write of the value that the flag
already has is skipped, so the very same line does nothing there and un-freezes everything on JAX, torch and
Keras 2. That bites in the second phase of fine-tuning as well: where the layers were frozen one by one, the
model's flag never was False, and setting it to True un-freezes nothing.

## What each Keras does

| engine | `model.trainable = True`, already True | `model.trainable = True`, was False | reported |
|---|---|---|---|
| Keras 2 | un-freezes everything inside | un-freezes everything inside | error |
| Keras 3 on TensorFlow | skipped: the layers keep their flags | un-freezes everything inside | error or warning |
| Keras 3 on JAX and torch | un-freezes everything inside | un-freezes everything inside | error |

## Example

```python
for layer in base.layers[:-2]:
    layer.trainable = False
base.trainable = True
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-2]:
    layer.trainable = False
```

## Fix

Unsafe: the parent's flag moves above those that it undoes; where these were trained with, it becomes a loop
over the layers.

## Not reported

- The layers are set again after the parent.
- The second phase of fine-tuning, where the un-freezing is meant and works: on Keras 3 with TensorFlow when
  the model's own flag was False, on the others in any case.
- A write to another model.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.findings import Severity
from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, only, target_of
from freezelint.timeline.events import Compiled, FlagEntry, FlagWritten, Trained

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """A write to a parent that overrides what its layers were just given, and is in force when it counts."""
    seen: set[object] = set()
    for event in timeline.events:
        if not isinstance(event, (Compiled, Trained)):
            continue
        for entry in event.flags.entries.values():
            write = entry.write
            if write.at.site.node in seen or entry.key[1] != "" or entry.value is None:
                continue
            lost = _overridden(write)
            if lost is None or _set_again(event, write):
                continue
            sentences = _sentences(timeline, target, write, lost)
            if sentences:
                seen.add(write.at.site.node)
                yield _report(timeline, target, event, write, lost, sentences)


def _overridden(write: FlagWritten) -> FlagEntry | None:
    """The last flag below the parent with the opposite value."""
    lost = [e for e in write.replaced if e.key != write.key and e.certain and e.value is (not write.value)]
    return max(lost, key=lambda e: e.write.at.order, default=None)


def _set_again(event: Compiled | Trained, write: FlagWritten) -> bool:
    return any(
        e.key[0] in event.flags.inside and e.write.at.order > write.at.order for e in event.flags.entries.values()
    )


def _sentences(timeline: Timeline, target: Target, write: FlagWritten, lost: FlagEntry) -> dict[str, str]:
    """What happens per generation; nothing where the write does what it seems to do on purpose."""
    used = any(
        isinstance(e, (Compiled, Trained)) and lost.write.at.order < e.at.order < write.at.order
        for e in timeline.events
    )
    what, parent = target_of(timeline, lost.key), target_of(timeline, write.key)
    undone = f"it {'un-freezes' if write.value else 'freezes'} {what} again"
    found = {}
    if not used:
        found["2"] = undone
    own = next((e.value for e in write.replaced if e.key == write.key), True)
    fresh = timeline.machine.objects[write.key[0]].fresh
    if own is write.value and (fresh or any(e.key == write.key for e in write.replaced)):
        kept = "frozen" if write.value else "trainable"
        if target.backend not in ("jax", "torch"):
            found["3"] = (
                f"the flag of {parent} already is {write.value}, so the line is skipped on TensorFlow and {what} stays "
                f"{kept} (JAX and torch do not skip it)"
            )
        elif not used:
            found["3"] = undone
    elif not used:
        found["3"] = undone
    return {g: s for g, s in found.items() if g in target.generations}


def _report(
    timeline: Timeline,
    target: Target,
    event: Compiled | Trained,
    write: FlagWritten,
    lost: FlagEntry,
    sentences: dict[str, str],
) -> Report:
    skipped = all("skipped" in s for s in sentences.values())
    severity: Severity = "warning" if skipped else "error"
    before = "frozen here" if lost.value is False else "un-frozen here"
    done = "trained here" if isinstance(event, Trained) else "compiled here"
    return Report(
        write.at.site,
        f"{target_of(timeline, write.key)} is set to {write.value} after {target_of(timeline, lost.key)} was set to "
        f"{lost.value}: {only(sentences, target)}",
        severity,
        generation(sentences, target),
        ((before, lost.write.at.site), (done, event.at.site)),
        _fix(timeline, write, lost),
    )


def _fix(timeline: Timeline, write: FlagWritten, lost: FlagEntry) -> Fixer:
    """The write goes above those that it undoes; where these were used, it was meant for every layer."""
    between = (e for e in timeline.events if lost.write.at.order < e.at.order < write.at.order)
    if any(isinstance(event, (Compiled, Trained)) for event in between):
        return hierarchy.each_layer_instead(write.at.site)
    return hierarchy.moved_above(write.at.site, lost.write.at.site)
