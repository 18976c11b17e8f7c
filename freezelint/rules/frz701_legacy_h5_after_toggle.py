"""A legacy `.h5` file is loaded into a model whose flags are not those of the save.

## What it does

Reports `load_weights("weights.h5")` where the program wrote that file itself, a model inside the model holds
BatchNormalization, and a flag inside it has changed between writing and loading.

## Why is this bad?

For each layer of the outer model the file keeps one list of weights: those that train, then those that do not.
A whole base is one such layer. When it is frozen or un-frozen, the moving statistics change places with other
weights, and loading goes by position. Where the shapes happen to fit, gamma and beta get the values of moving
statistics, and nobody is told; else the load raises `ValueError`.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | weights are swapped without a word, or `ValueError`: the shapes do not fit | error |
| Keras 3 on any backend | the same with files of `model.save("model.h5")`; `save_weights` refuses such a name | error |

## Example

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("best.h5", save_best_only=True)])
base.trainable = True
model.load_weights("best.h5")
```

## Use instead

Load first and change the flags afterwards, or use a name that ends in `.weights.h5` or `.keras`: those files
find every weight by its layer.

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("best.h5", save_best_only=True)])
model.load_weights("best.h5")
base.trainable = True
```

## Fix

Unsafe: the line that loads moves above the flag, where both are in one block.

## Not reported

- Files that another program wrote, and names that end in `.weights.h5` or `.keras`.
- `load_model`: it brings the flags back before the weights.
- A model whose BatchNormalization layers are its own, or whose inner model has none before other weights.

## Public reports

- [keras-team/keras#9905](https://github.com/keras-team/keras/issues/9905): two nested models that differ in one flag
  cannot exchange their weights
- [tensorflow/tensorflow#34950](https://github.com/tensorflow/tensorflow/issues/34950): loading fails as soon as
  `trainable = False` is commented out
- [keras-team/keras#10777](https://github.com/keras-team/keras/issues/10777): frozen weights are saved in one order
  and loaded in another

## References

- [Keras: saving weights](https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import FlagEntry
from freezelint.timeline.keras.saving import LEGACY, ending
from freezelint.timeline.questions.weight_order import reordered
from freezelint.timeline.saving_events import WeightsLoaded

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Loads by position of weights that stand in another order than when they were saved."""
    seen: set[object] = set()
    for loaded in timeline.of(WeightsLoaded):
        node = loaded.at.site.node
        if ending(loaded.path) not in LEGACY or node in seen:
            continue
        found = {name: changed for name in target.generations if (changed := _changed(timeline, loaded, name))}
        if not found:
            continue
        seen.add(node)
        inner, entry = next(iter(found.values()))
        yield Report(
            loaded.at.site,
            f"`{loaded.path}` was saved with other flags than `{timeline.label(inner)}` has now, and such a file "
            "keeps weights by position, those that train first: moving statistics and weights change places, or the "
            "shapes do not fit; load before the flags change, or save as `.weights.h5`",
            "error",
            generation(found, target),
            (("saved here", loaded.saved.at.site), (f"{target_of(timeline, entry.key)} set here", entry.write.at.site)),
            hierarchy.moved_above(loaded.at.site, entry.write.at.site),
        )


def _changed(timeline: Timeline, loaded: WeightsLoaded, keras: str) -> tuple[int, FlagEntry] | None:
    """An inner model whose weights changed places, and a flag that tells why."""
    saved = loaded.saved
    if saved.how == "weights" and keras == "3":
        return None  # Keras 3 refuses to save weights under such a name
    then = saved.imposed if keras == "2" else saved.flags
    return reordered(timeline.machine, then, saved.model, loaded.flags, loaded.model)
