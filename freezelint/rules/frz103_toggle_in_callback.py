"""`trainable` is changed inside a callback while `fit()` is running.

## What it does

Reports a write to `trainable` in a method of a `Callback` subclass (`on_epoch_begin`, `on_epoch_end` and the
like).

## Why is this bad?

`fit()` traces its training function once, at its first batch, and goes on with that. A callback that
un-freezes a layer at epoch five changes what `summary()` prints and nothing else: the planned second phase
of training never takes place. Calling `compile()` in the callback does not help, it breaks the run (see
FRZ104).

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | no effect in graph mode; eagerly freezing works, un-freezing raises `KeyError` | error |
| Keras 3 on TensorFlow | no effect in graph mode; eagerly freezing works, un-freezing raises `ValueError` | error |
| Keras 3 on JAX | `ValueError`, eagerly too, after a retrace too, and in `on_train_begin` | error |
| Keras 3 on torch | freezing works; un-freezing raises `ValueError` | error |

## Example

```python
class Unfreeze(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 5:
            self.model.get_layer("base").trainable = True
```

## Use instead

```python
model.fit(x, y, epochs=5)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y, initial_epoch=5, epochs=10)
```

## Not reported

- `self.model.make_train_function(force=True)` after the write, in the same method; on JAX it does not help.
- Freezing, not un-freezing, when the model is compiled with `run_eagerly=True`, but for JAX; on torch in any case.
- `on_train_begin` before the first trace.

## Public reports

- [tensorflow/tensorflow#47906](https://github.com/tensorflow/tensorflow/issues/47906): a callback un-freezes at some
  epoch and the accuracy does not move
- [keras-team/keras#3268](https://github.com/keras-team/keras/issues/3268): a layer is frozen in a callback and its
  weights go on changing
- [nasa/delta#58](https://github.com/nasa/delta/issues/58): a callback for the flag that never worked

## References

- [Keras callbacks API](https://keras.io/api/callbacks/)
- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import target_of
from freezelint.timeline.events import Compiled, FlagWritten, Retraced

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Flag writes while a callback of a running fit is executed, unless it makes a new train function."""
    eager = timeline.machine.eager or any(c.eager is not False for c in timeline.of(Compiled))
    for write in timeline.of(FlagWritten):
        hook = next((f for f in write.at.frames if f.role == "callback"), None)
        if hook is None or not write.text or (eager and write.value is not True and target.backend != "jax"):
            continue
        if _renews(timeline, write, target) or (target.backend == "torch" and write.value is not True):
            continue
        what = target_of(timeline, write.key)
        yield Report(
            write.at.site,
            f"`{hook.name}` sets the flag of {what} while fit is running" + _happens(what, target),
            "error",
        )


def _happens(what: str, target: Target) -> str:
    if target.backend == "jax":
        return ": the JAX backend raises ValueError, its optimizer was built for another list of variables"
    if target.backend == "torch":
        return ": the optimizer raises ValueError for a variable that it does not know"
    return f" with the train function that it traced: {what} trains as before"


def _renews(timeline: Timeline, write: FlagWritten, target: Target) -> bool:
    """The same hook compiles (that is FRZ104) or makes a new train function after the write; not enough on JAX."""
    enough = Compiled if target.backend == "jax" else (Compiled, Retraced)
    depth = next(n for n, f in enumerate(write.at.frames) if f.role == "callback") + 1
    return any(
        isinstance(event, enough)
        and event.at.order > write.at.order
        and event.at.frames[:depth] == write.at.frames[:depth]
        for event in timeline.events
    )
