"""`trainable` is changed inside `call`, `train_step` or a `@tf.function`.

## What it does

Reports a write to `trainable` in the body of a layer's or model's `call` or `train_step`, or of a function
under `@tf.function`.

## Why is this bad?

That code runs while the graph is traced and not at every step. A flag that is written there is a side effect
of tracing: a counter or an `if epoch > 5` in front of it is looked at once, and a write at the end of
`train_step` comes too late for the step that is being traced. What it does to the next one depends on
whether it is traced.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | runs at tracing; a plain `@tf.function` that un-freezes raises `KeyError` | error |
| Keras 3 on TensorFlow | runs at tracing, once for any number of `fit()` calls of one batch shape | error |
| Keras 3 on JAX | `call` runs at tracing; `train_step` has other arguments there | error |
| Keras 3 on torch | nothing is traced: freezing works, un-freezing raises `ValueError` | error |

## Example

```python
class Net(keras.Model):
    def train_step(self, data):
        self.step += 1
        if self.step > 100:
            self.base.trainable = False
        return super().train_step(data)
```

## Use instead

```python
model.fit(x, y, steps_per_epoch=100)
model.base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Not reported

- `__init__`, `build`, property setters and ordinary methods.
- A model that is compiled with `run_eagerly=True`.
- Freezing, on torch.

## Public reports

No public report known.

## References

- [TensorFlow guide: better performance with tf.function](https://www.tensorflow.org/guide/function)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import target_of
from freezelint.timeline.events import Compiled, FlagWritten

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Flag writes under a condition in code that runs only while it is traced."""
    if timeline.machine.eager or any(c.eager is not False for c in timeline.of(Compiled)):
        return
    for write in timeline.of(FlagWritten):
        traced = next((f for f in write.at.frames if f.role == "traced"), None)
        if traced is None or not write.text or not write.at.guards:
            continue
        what = target_of(timeline, write.key)
        if target.backend == "torch":  # nothing is traced: the line runs at every step
            if write.value is True:
                happens = (
                    "at every step on torch, where the optimizer raises ValueError for a variable that is new to it"
                )
                yield Report(write.at.site, f"`{traced.name}` un-freezes {what} {happens}", "error")
            continue
        yield Report(
            write.at.site,
            f"`{traced.name}` is traced: this line runs while the graph is built and not at every step, so {what} "
            "does not change when the condition does",
            "error",
        )
