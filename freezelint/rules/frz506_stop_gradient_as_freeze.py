"""`stop_gradient` is meant to freeze layers that move without a gradient, or stands on the wrong side of them.

## What it does

Reports `tf.stop_gradient` in the forward pass of a model that `fit` trains when the layers behind it hold
BatchNormalization in training mode or a weight regularizer, and when it is put on the input of the model.

## Why is this bad?

It cuts one way on which a weight can change, and there are others: BatchNormalization updates its statistics in the
forward pass, and the loss of a regularizer goes from the kernel straight to the optimizer. On the input it cuts
nothing: the gradient on its way to the base has passed all weights before it gets there.

## What each Keras does

| engine | BatchNormalization | regularizer | on the input | reported |
|---|---|---|---|---|
| Keras 2 | the statistics move | the weights move | everything trains | error |
| Keras 3 on TensorFlow | the statistics move | the weights move | everything trains | error |
| Keras 3 on JAX and torch | does not apply: `tf.stop_gradient` is TensorFlow's | the same | the same | – |

## Example

```python
def call(self, inputs, training=None):
    features = tf.stop_gradient(self.base(inputs, training=training))
    return self.head(features)
```

## Use instead

```python
def call(self, inputs, training=None):
    features = self.base(inputs, training=False)
    return self.head(features)

model.base.trainable = False
```

## Not reported

- Layers that have another way to the loss: the stopped branch of a Siamese network, a target.
- Layers that are frozen by their flag too, or called with `training=False`.
- Models with a `train_step` of their own, and loops with a tape: see FRZ203.

## Public reports

- [tensorpack/tensorpack#296](https://github.com/tensorpack/tensorpack/issues/296): `stop_gradient` behind a ResNet,
  and the validation error changes: moving averages

## References

- [tf.stop_gradient](https://www.tensorflow.org/api_docs/python/tf/stop_gradient)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import Trained
from freezelint.timeline.keras import stops
from freezelint.timeline.step_events import GradientStopped

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Stops in the forward pass of a model that is fitted, behind which something still moves."""
    found = list(timeline.of(GradientStopped))
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        for stop in found:
            if stop.model != trained.model or stop.at.order > trained.at.order or stop.at.site.node in seen:
                continue
            moving = [g for g in target.generations if stops.moving(timeline, stop, trained, g)]
            if not moving:
                continue
            seen.add(stop.at.site.node)
            yield Report(
                stop.at.site,
                _message(timeline, stop, stops.moving(timeline, stop, trained, moving[0])),
                "error",
                generation(moving, target),
                (("trained here", trained.at.site),),
            )


def _message(timeline: Timeline, stop: GradientStopped, how: str) -> str:
    if not stop.layers:
        return "there is no weight before the input: this freezes nothing, the layers after it train"
    what = timeline.label(stop.layers[0])
    if how == "statistics":
        return (
            f"no gradient reaches `{what}`, but the statistics of its BatchNormalization move in training mode; set "
            "`trainable = False` on it"
        )
    return (
        f"no gradient of the output reaches `{what}`, but its weight regularizer still moves it; set "
        "`trainable = False` on it"
    )
