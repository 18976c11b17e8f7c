"""A frozen model comes back from `TFSMLayer` with all its weights trainable.

## What it does

Reports `keras.layers.TFSMLayer(path)` where the program exported a model to that path, some of it was frozen
then, and a model that holds the layer is trained.

## Why is this bad?

The layer makes every variable of the exported program trainable that TensorFlow could train, and the export does
not write down which of them Keras had frozen. What was a fixed feature extractor trains with the new head.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | has no `TFSMLayer`: `AttributeError` | – |
| Keras 3 on TensorFlow | every weight of the layer trains, those that were frozen too | error |
| Keras 3 on JAX | does not apply: `TFSMLayer` raises `NotImplementedError` | – |
| Keras 3 on torch | does not apply: `TFSMLayer` is TensorFlow's, and the export there failed | – |

## Example

```python
base.trainable = False
base.export("features")
features = keras.layers.TFSMLayer("features", call_endpoint="serve")
model = keras.Sequential([keras.Input((224, 224, 3)), features, keras.layers.Dense(10)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
base.trainable = False
base.export("features")
features = keras.layers.TFSMLayer("features", call_endpoint="serve", trainable=False)
model = keras.Sequential([keras.Input((224, 224, 3)), features, keras.layers.Dense(10)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: the layer is made with `trainable=False`.

## Not reported

- The layer is made with `trainable=False`, or its flag is written before the training.
- Nothing was frozen when the model was exported, or another program exported it.
- The layer is only used for inference.
- `load_model`: it brings the flags of the layers back.

## Public reports

No public report known.

## References

- [Keras: TFSMLayer](https://keras.io/api/layers/backend_specific_layers/tfsm_layer/)
- [Keras: `Model.export`](https://keras.io/api/models/model_saving_apis/export/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import definitions
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry
from freezelint.timeline.keras.flags import above, below, value_in
from freezelint.timeline.questions.copies import trained_copies
from freezelint.timeline.saving_events import Saved
from freezelint.timeline.symbols import WEIGHTLESS

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Layers made from an exported model that was frozen in part, which train."""
    if "3" not in target.generations:
        return
    machine = timeline.machine
    for copied, trained in trained_copies(timeline):
        entry = _frozen(timeline, copied.saved)
        if copied.form != "layer" or entry is None or not machine.objects[copied.model].fresh:
            continue
        compiled = trained.compiled
        if not isinstance(compiled, Compiled) or value_in(compiled.flags, machine, (copied.model, "")) is not True:
            continue
        yield Report(
            copied.at.site,
            f"{target_of(timeline, entry.key)} was frozen when it was exported, and `TFSMLayer` makes every weight "
            "trainable again: it trains here; make the layer with `trainable=False`",
            "error",
            generation(["3"], target),
            (
                ("frozen here", entry.write.at.site),
                ("exported here", copied.saved.at.site),
                ("trained here", trained.at.site),
            ),
            definitions.argument_added(copied.at.site.node, "trainable=False", "Make the layer with `trainable=False`"),
        )


def _frozen(timeline: Timeline, saved: Saved) -> FlagEntry | None:
    """The newest flag that certainly froze some of the model when it was exported."""
    machine = timeline.machine
    if saved.how != "export":
        return None
    near = {*below(machine, saved.model), *above(machine, saved.model)}
    found = [
        entry
        for entry in saved.flags.entries.values()
        if entry.value is False and entry.certain and entry.key[0] in near
        and machine.objects[entry.key[0]].symbol not in WEIGHTLESS
    ]  # fmt: skip
    return max(found, key=lambda e: e.write.at.order, default=None)
