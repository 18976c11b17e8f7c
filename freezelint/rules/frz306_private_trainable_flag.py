"""The flag is written through a private attribute: `layer._trainable`, `layer._trainable_weights`.

## What it does

Reports writes to `_trainable`, `_trainable_weights`, `_non_trainable_weights` and `_trainable_variables` of Keras
layers, models and variables, from outside of their class.

## Why is this bad?

These are the places where a generation of Keras happens to keep its state. `layer._trainable = False` freezes on
Keras 2 and does nothing on Keras 3; emptied lists take weights out of training, and out of what is saved. The
flag of a variable is obeyed by both, and lost when the model is saved or cloned.

## What each Keras does

| engine | `layer._trainable` | `layer._trainable_weights = []` | `variable._trainable` | reported |
|---|---|---|---|---|
| Keras 2 | freezes this layer, not those inside | takes its weights out of the layer | a fit leaves it out | warning |
| Keras 3 on any backend | nothing; on the fitted model nothing trains | nothing | freezes it | error or warning |

## Example

```python
model.layers[0]._trainable = False
```

## Use instead

```python
model.layers[0].trainable = False
```

## Fix

Unsafe: `trainable` of the layer is written.

## Not reported

- A class that writes to its own attribute.
- Objects that are not Keras's.

## Public reports

- [keras-team/keras#12296](https://github.com/keras-team/keras/issues/12296): `kernel._trainable = False` in a layer
  of the program's own
- [strongio/keras-elmo#10](https://github.com/strongio/keras-elmo/issues/10): `_trainable_weights` is written because
  the public list cannot be

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.rules.wording import only
from freezelint.timeline import symbols
from freezelint.timeline.events import Trained, Written
from freezelint.timeline.values import Ref, Selection, Weight

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_LAYER = {
    "2": "this works by accident, for this layer and none inside it",
    "3": "this has no effect on what trains",
}
_VARIABLE = "this works by accident, and is lost on save and clone"


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Private attributes of Keras objects that hold the flag or the lists."""
    fitted = {event.model for event in timeline.of(Trained)}
    for event in timeline.of(Written):
        if event.name not in symbols.PRIVATE_FLAGS or event.text.startswith("self._"):
            continue
        if isinstance(event.target, Weight):
            happens, wrong = _VARIABLE, False
        elif isinstance(event.target, Ref) and event.target.id in fitted and event.keras:
            happens, wrong = "this works by accident", False
        elif isinstance(event.target, (Ref, Selection)) and event.keras:
            happens, wrong = only({g: _LAYER[g] for g in target.generations}, target), "3" in target.generations
        else:
            continue
        yield Report(
            event.at.site,
            f"`{event.text}` is private to Keras: {happens}; set `trainable` of the layer",
            "error" if wrong else "warning",
            target.keras or "any",
            fix=_fix(event),
        )


def _fix(event: Written) -> Fixer:
    """The public flag of the layer."""
    if isinstance(event.target, Weight):
        return flags.layer_of_weight(event.at.site, attribute=event.name)
    return flags.renamed(event.at.site) if event.name == "_trainable" else flags.emptied(event.at.site)
