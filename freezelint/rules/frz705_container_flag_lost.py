"""A copy of a model trains the layers that only the flag of their container had frozen.

## What it does

Reports `clone_model` and `load_model` where a model inside the copied model is frozen, some of its layers are
not, and the copy is trained: `keras.Model(inputs, outputs, trainable=False)`, or a `Sequential` that got layers
after it was frozen.

## Why is this bad?

On Keras 2 the flag of a container stands above those of its layers, so they do not train. The configuration
that makes the copy has the flags of the layers and not that of the container: in the copy they train.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the layers train in the copy, by `clone_model`, `.keras` and `.h5`; a SavedModel keeps the flag | error |
| Keras 3 on any backend | they train in the original as well: see FRZ403 | – |

## Example

```python
base = keras.Model(inputs, outputs, trainable=False)
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
again = keras.models.clone_model(model)
again.compile(optimizer="adam", loss="mse")
again.fit(x, y)
```

## Use instead

Set the flag on the finished model: that freezes every layer in it, and those flags are copied.

```python
base = keras.Model(inputs, outputs)
base.trainable = False
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
again = keras.models.clone_model(model)
again.compile(optimizer="adam", loss="mse")
again.fit(x, y)
```

## Not reported

- The container was frozen when all its layers were there.
- The copy is not trained, or some flag of the copy is written first.
- A layer that the program un-freezes under a frozen container: see FRZ401.
- A SavedModel, and classes of the program: their constructor writes the flag again.

## Public reports

- [keras-team/keras#11022](https://github.com/keras-team/keras/issues/11022): `clone_model` drops the flag of the
  model
- [tensorflow/tensorflow#45537](https://github.com/tensorflow/tensorflow/issues/45537): saving and loading do not keep
  `trainable`

## References

- [Keras: `clone_model`](https://keras.io/api/models/model_saving_apis/model_saving_and_loading/)
- [Keras: saving and loading whole models](https://keras.io/guides/serialization_and_saving/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import FlagEntry
from freezelint.timeline.keras.flags import children, nested
from freezelint.timeline.questions.copies import trained_copies
from freezelint.timeline.saving_events import Copied
from freezelint.timeline.symbols import MODEL_CLASSES, WEIGHTLESS

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_KEEPS_FLAGS = frozenset({"layer", ""})


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Copies that train layers under a flag that is not copied."""
    if "2" not in target.generations:
        return
    for copied, trained in trained_copies(timeline):
        if copied.form in _KEEPS_FLAGS:
            continue
        for entry in copied.saved.flags.entries.values():
            if not _gates(timeline, copied, entry):
                continue
            made = () if copied.form == "clone" else (("saved here", copied.saved.at.site),)
            yield Report(
                copied.at.site,
                f"Keras 2 does not copy the flag of {target_of(timeline, entry.key)}, which alone keeps its layers "
                f"frozen: in `{timeline.label(copied.model)}` they train; freeze it when all its layers are there",
                "error",
                generation(["2"], target),
                (("frozen here", entry.write.at.site), *made, ("trained here", trained.at.site)),
            )
            break


def _gates(timeline: Timeline, copied: Copied, entry: FlagEntry) -> bool:
    """A container within the copied model that was frozen before some of its layers were there."""
    machine, (id, path) = timeline.machine, entry.key
    if path or entry.value is not False or not entry.certain or not entry.write.text:
        return False
    if machine.objects[id].symbol not in MODEL_CLASSES or not nested(machine, copied.saved.model, id):
        return False
    argument = entry.write.text == "trainable=…"
    return any(
        not part.inside
        and machine.objects[part.id].keras
        and machine.objects[part.id].symbol not in WEIGHTLESS
        and not any(key[0] == part.id for key in copied.saved.flags.entries)
        for part in children(machine, id)[0 if argument else entry.write.held :]
    )
