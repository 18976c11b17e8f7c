"""`compile()` is called inside a callback while `fit()` is running.

## What it does

Reports `self.model.compile(...)` in a method of a `Callback` subclass.

## Why is this bad?

`compile()` throws the training function away, and the loop that is running asks for it at the next batch.
Training stops with `TypeError: 'NoneType' object is not callable`, at the epoch in which the callback fires,
which may be hours after the start.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | `TypeError` at the next batch, in graph mode and eagerly | error |
| Keras 3 on TensorFlow | `TypeError` at the next batch, in graph mode and eagerly | error |
| Keras 3 on JAX | `TypeError` at the next batch; `ValueError` where a flag was changed as well | error |
| Keras 3 on torch | `TypeError` at the next batch | error |

## Example

```python
class Unfreeze(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 5:
            self.model.get_layer("base").trainable = True
            self.model.compile(optimizer="adam", loss="mse")
```

## Use instead

```python
model.fit(x, y, epochs=5)
base.trainable = True
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, initial_epoch=5, epochs=10)
```

## Not reported

- `compile()` of a model other than the one that is training.
- `compile()` before or after `fit()`, and in `on_train_end`: no batch follows.

## Public reports

- [keras-team/keras#16234](https://github.com/keras-team/keras/issues/16234): the same `TypeError`, in a callback for
  fine-tuning
- [tensorflow/tensorflow#50633](https://github.com/tensorflow/tensorflow/issues/50633): the same, as a regression
  after TensorFlow 2.3
- [keras-team/keras#17255](https://github.com/keras-team/keras/issues/17255): the same; a maintainer says that a
  callback may not compile

## References

- [Keras callbacks API](https://keras.io/api/callbacks/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.timeline.events import Compiled

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Compiles of the model in training inside a callback method that runs during fit."""
    for event in timeline.of(Compiled):
        hook = next((f for f in event.at.frames if f.role == "callback"), None)
        if hook is not None and event.on_callback_model:
            yield Report(
                event.at.site,
                f"`{hook.name}` compiles the model that fit is training: its train function is gone and the next "
                f"batch raises {'TypeError or ValueError' if target.backend == 'jax' else 'TypeError'}",
                "error",
            )
