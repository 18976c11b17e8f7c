"""A copy of a model trains the variables that were frozen one by one in the original.

## What it does

Reports `clone_model` and `load_model` of a model in which single variables were frozen
(`layer.kernel.trainable = False`), if the copy is trained and nothing sets its flags again.

## Why is this bad?

A configuration knows the flag of a layer, and no flag of a variable. The copy looks the same and trains the
frozen variables; nothing says so. A `.h5` file adds to it: the frozen variable stands at another place of its
list, so that loading the whole model raises or swaps weights.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | does not get there: the flag of a variable raises `AttributeError`, see FRZ302 | – |
| Keras 3 on any backend | all variables of the copy train | error |

## Example

```python
embed.embeddings.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
model.save("model.keras")
restored = keras.models.load_model("model.keras")
restored.fit(x, y)
```

## Use instead

Freeze the layer: its flag is saved.

```python
embed.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
model.save("model.keras")
restored = keras.models.load_model("model.keras")
restored.fit(x, y)
```

## Not reported

- The copy is not trained, or some flag of the copy is written first.
- The whole layer was frozen, or the flag of the variable was taken back before the copy was made.
- Files that another program wrote.

## Public reports

No public report known.

## References

- [Keras: saving and loading whole models](https://keras.io/guides/serialization_and_saving/)
- [Keras: `clone_model`](https://keras.io/api/models/model_saving_apis/model_saving_and_loading/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.questions.copies import lost_flags
from freezelint.timeline.values import Weight

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Copies that train although the original had frozen variables."""
    if "3" not in target.generations:
        return
    for copied, trained, write in lost_flags(timeline):
        assert isinstance(write.target, Weight)
        weight = f"{timeline.label(write.target.owner)}.{write.target.path}"
        made = () if copied.form == "clone" else (("saved here", copied.saved.at.site),)
        yield Report(
            copied.at.site,
            f"the flag of the variable `{weight}` is not copied: `{timeline.label(copied.model)}` trains it; freeze "
            "the layer, or set the flag again",
            "error",
            generation(["3"], target),
            (("variable frozen here", write.at.site), *made, ("trained here", trained.at.site)),
        )
