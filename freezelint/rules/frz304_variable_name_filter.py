"""Variables are chosen by a layer's name in `v.name`, which Keras 3 does not put there.

## What it does

Reports filters such as `v.name not in ["dense/kernel:0"]`, `"encoder" in v.name`, `v.name.startswith("head/")`,
where the text can only match the long names of Keras 2.

## Why is this bad?

On Keras 2 `v.name` is `dense/kernel:0`. On Keras 3 it is `kernel`, for every layer; the long form is `v.path`.
The filter matches nothing: a list of what to leave out leaves nothing out and the frozen part trains, a list of
what to train is empty.

## What each Keras does

| engine | `v.name` | `v.path` | reported |
|---|---|---|---|
| Keras 2 | `dense/kernel:0` | does not exist | – |
| Keras 3 on any backend | `kernel` | `sequential/dense/kernel` | error |

## Example

```python
variables = [v for v in model.trainable_variables if "encoder/" not in v.name]
```

## Use instead

```python
variables = [v for v in model.trainable_variables if "encoder/" not in v.path]
```

or, for both generations, freeze the layer: `model.get_layer("encoder").trainable = False`.

## Fix

Unsafe, where Keras 3 is the declared or detected target: the filter looks at `v.path`. Otherwise only shown:
Keras 2 has no `path`.

## Not reported

- `v.path`.
- A variable's own name: `"bias" in v.name`, or a name that the program gives in `add_weight`.
- Variables of a `tf.Module`.
- Texts of which the walk cannot say that they are names of layers.

## Public reports

- [keras-team/keras-hub#1227](https://github.com/keras-team/keras-hub/issues/1227): names of weights that have lost
  the names of their layers

## References

- [Keras 3 migration guide](https://keras.io/guides/migrating_to_keras_3/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import variables as repairs
from freezelint.rules.report import Report
from freezelint.timeline import symbols
from freezelint.timeline.events import VariableUsed
from freezelint.timeline.keras import variables
from freezelint.timeline.values import Weight

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.machine import Machine


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Filters over `v.name` whose texts are all made for the names of Keras 2."""
    if "3" not in target.generations:
        return
    filters: dict[object, list[VariableUsed]] = {}
    for event in timeline.of(VariableUsed):
        if "name" in event.how:
            filters.setdefault(event.at.site.node, []).append(event)
    for events in filters.values():
        verdicts = [_is_long(timeline.machine, text, event) for event in events for text in _texts(timeline, event)]
        if True in verdicts and None not in verdicts:
            first = events[0]
            yield Report(
                first.at.site,
                f"`{first.text}` matches nothing on Keras 3: `name` is just `kernel` or `bias` there, the layer's name "
                "is in `path`",
                "error",
                "3",
                fix=repairs.by_path(
                    first.at.site, first.how, applicability="unsafe" if target.keras == "3" else "display"
                ),
            )


def _texts(timeline: Timeline, event: VariableUsed) -> tuple[str, ...]:
    """What the name is compared with; one that may match when it is not known."""
    known = isinstance(event.target, Weight) and variables.is_keras(timeline.machine, event.target)
    return (variables.texts(timeline.machine, event.other) if known else ()) or ("",)


def _is_long(machine: Machine, text: str, event: VariableUsed) -> bool | None:
    """Whether a text belongs to the long names of Keras 2: False when nobody knows, None when it may match a name."""
    if "/" in text or ":" in text:
        return None if event.how == "name re" and "|" in text else True
    own = symbols.WEIGHT_NAMES | machine.weight_names
    if any(text in name for name in own) or event.how in ("name.endswith", "name re"):
        return None
    if event.how in ("name in", "name =="):
        return text in machine.layer_names
    if any(text in name for name in machine.layer_names):
        return True
    known = machine.objects[getattr(event.target, "owner", 0)].keras
    return known and len(text) > 3 and any(text in name for name in symbols.DEFAULT_LAYER_NAMES)
