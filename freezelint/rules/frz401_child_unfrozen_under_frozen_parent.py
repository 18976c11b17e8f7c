"""A layer is un-frozen inside a model that itself stays frozen.

## What it does

Reports `layer.trainable = True` where the layer sits in a model whose own flag is False and is not set back
to True before training.

## Why is this bad?

A model's flag stands above those of its layers. When the fitted model's flag is False nothing trains at all,
on any Keras, however many of its layers say True. When the frozen model is nested in the fitted one, the two
generations disagree: Keras 2 keeps the layer frozen, Keras 3 trains it while `base.trainable_variables` is
empty.

## What each Keras does

| engine | fitted model is frozen | a base nested in it is frozen | reported |
|---|---|---|---|
| Keras 2 | nothing trains | the un-frozen layer stays frozen | error |
| Keras 3 on TensorFlow | nothing trains, one warning | trains; `base.trainable_variables` is `[]` | error or warning |
| Keras 3 on JAX | nothing trains | it trains | error or warning |
| Keras 3 on torch | nothing trains, one warning | it trains | error or warning |

## Example

```python
base.trainable = False
base.layers[-1].trainable = True
model.compile(optimizer="adam", loss="mse")
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-1]:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
```

## Fix

Unsafe: the parent is un-frozen and each of its layers frozen above the line that un-freezes some of them.

## Not reported

- The parent is set to True before training.
- The layer is frozen again before training.
- The un-frozen layer belongs to another model.

## Public reports

- [keras-team/keras#14600](https://github.com/keras-team/keras/issues/14600): the last block of VGG16 is un-frozen and
  the summary shows no trainable parameter
- [keras-team/keras#18092](https://github.com/keras-team/keras/issues/18092): a maintainer explains it for Keras 2
- [GantMan/nsfw_model#33](https://github.com/GantMan/nsfw_model/issues/33): a hundred epochs of fine-tuning and the
  predictions are those of before

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.findings import Severity
from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, only, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Trained
from freezelint.timeline.keras.flags import nested

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """A True below a False that is still in force when the model is compiled or trains."""
    seen: set[object] = set()
    for event in timeline.events:
        if not isinstance(event, (Compiled, Trained)):
            continue
        for child, parent in _pairs(timeline, event):
            node = child.write.at.site.node
            if node in seen:
                continue
            seen.add(node)
            yield _report(timeline, target, event, child, parent)


def _pairs(timeline: Timeline, event: Compiled | Trained) -> Iterator[tuple[FlagEntry, FlagEntry]]:
    entries = event.flags.entries
    for child in entries.values():
        under = child.write.under
        if child.value is not True or not child.certain or under is None or under.value is not False:
            continue
        parent = entries.get((under.key[0], ""))
        if parent is None or parent.value is not False or not parent.certain:
            continue
        if parent.key == child.key or parent.write.at.order > child.write.at.order:
            continue
        if parent.key[0] == event.model or nested(timeline.machine, event.model, parent.key[0]):
            yield child, parent


def _report(
    timeline: Timeline, target: Target, event: Compiled | Trained, child: FlagEntry, parent: FlagEntry
) -> Report:
    what, holder = target_of(timeline, child.key), target_of(timeline, parent.key)
    if parent.key[0] == event.model:
        happens = "nothing of the model trains"
        severity: Severity = "error"
    else:
        sentences = {
            "2": f"{what} stays frozen",
            "3": f"{what} trains, while `trainable_variables` of {holder} is empty",
        }
        happens = only({g: sentences[g] for g in target.generations}, target)
        severity = "error" if "2" in target.generations else "warning"
    done = "trained here" if isinstance(event, Trained) else "compiled here"
    return Report(
        child.write.at.site,
        f"{what} is un-frozen, but {holder} itself is still frozen: {happens}",
        severity,
        generation(target.generations, target),
        (("frozen here", parent.write.at.site), (done, event.at.site)),
        hierarchy.parent_first(child.write.at.site, parent.write.at.site),
    )
