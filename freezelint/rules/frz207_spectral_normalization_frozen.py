"""A frozen `SpectralNormalization` wrapper still changes its kernel and its vector in training mode.

## What it does

Reports the statement that freezes a `SpectralNormalization` layer, or a part that holds one, of a model that is
then trained.

## Why is this bad?

The wrapper normalises the kernel inside its `call`: in training mode it runs a power iteration, writes the new
vector u, and writes the divided kernel back into the wrapped layer. It does not look at `trainable`. A frozen
wrapper is not in `trainable_variables`, gets no gradient, and its kernel moves all the same.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | kernel and u move in every call in training mode | error |
| the same, TensorFlow 2.15 | only eagerly; `fit()` in graph mode raises `OperatorNotAllowedInGraphError` | error |
| Keras 3 on any backend | kernel and u move in every call in training mode | error |

## Example

```python
base = keras.Sequential([keras.layers.SpectralNormalization(keras.layers.Dense(64))])
base.trainable = False
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
class Net(keras.Model):
    def call(self, inputs, training=None):
        return self.head(self.base(inputs, training=False))
```

## Not reported

- The frozen part is called with `training=False` in the `call` of a subclass.
- Another training call trains the same part: the discriminator of a GAN.
- A model that is only evaluated or asked for predictions.

## Public reports

No public report known.

## References

- [Keras API: SpectralNormalization
  layer](https://keras.io/api/layers/normalization_layers/spectral_normalization/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline import grouping
from freezelint.timeline.events import LayerCalled, Trained
from freezelint.timeline.keras.normalization import in_inference
from freezelint.timeline.questions.resting import freeze_of, rests

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_WRAPPER = "keras.layers.SpectralNormalization"


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Wrappers that are frozen in every training call that has them."""
    trainings = list(timeline.of(Trained))
    calls = timeline.by(LayerCalled, grouping.layer)
    seen: set[object] = set()
    for trained in trainings:
        for id in sorted(trained.flags.inside):
            if timeline.machine.objects[id].symbol != _WRAPPER or in_inference(calls, timeline.machine, id):
                continue
            entry = freeze_of(timeline.machine, trained.flags, id)
            holding = (t for t in trainings if id in t.flags.inside)
            if (
                entry is None
                or entry.write.at.site.node in seen
                or not all(rests(timeline.machine, t, id) for t in holding)
            ):
                continue
            seen.add(entry.write.at.site.node)
            yield Report(
                entry.write.at.site,
                f"{target_of(timeline, entry.key)} is frozen, but its SpectralNormalization changes kernel and u in "
                "every call in training mode; call this part with `training=False`",
                "error",
                generation(target.generations, target),
                (("trained here", trained.at.site),),
            )
