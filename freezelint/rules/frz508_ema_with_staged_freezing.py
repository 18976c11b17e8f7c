"""Layers are frozen under an optimizer that keeps moving averages of them, and other layers get those averages.

## What it does

Reports layers that are frozen after the first `fit` under an optimizer with `use_ema=True`, when the model is fitted
again with the same optimizer, compiled again or not.

## Why is this bad?

The optimizer keeps one average for each variable of its first step. When `fit` ends Keras 3 writes them to the
variables that are trainable then, by position. The frozen layer is no longer in that list, so the next one gets its
average: a layer of the same shape is overwritten without a word.

## What each Keras does

| engine | the next layer has the same shape | another shape | reported |
|---|---|---|---|
| Keras 2 | nothing is overwritten | nothing is overwritten | – |
| Keras 3 on TensorFlow | it gets the average of the frozen layer | the end of `fit` raises `ValueError` | error |
| Keras 3 on JAX and torch | `fit` raises `ValueError` | `fit` raises `ValueError` | error |

## Example

```python
model.compile(optimizer=keras.optimizers.Adam(1e-3, use_ema=True), loss="mse")
model.fit(x, y)
base.trainable = False
model.compile(optimizer=model.optimizer, loss="mse")
model.fit(x, y)
```

## Use instead

```python
model.compile(optimizer=keras.optimizers.Adam(1e-3, use_ema=True), loss="mse")
model.fit(x, y)
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3, use_ema=True), loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: `compile` gets a new optimizer with the settings of the old one, or is added below the flag.

## Not reported

- A new optimizer for the second phase.
- Layers that were frozen before the first step.
- Frozen layers after which nothing trains: the averages of the others keep their places. On JAX and torch
  `fit` raises there as well.
- Keras 2, where FRZ102 speaks if the model is not compiled again.

## Public reports

No public report known.

## References

- [Keras documentation: optimizers](https://keras.io/api/optimizers/)
- [Keras documentation: SwapEMAWeights](https://keras.io/api/callbacks/swap_ema_weights/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.repairs.compiles import compiled_again
from freezelint.rules.report import Report
from freezelint.rules.wording import target_of
from freezelint.timeline.events import Compiled, FlagWritten, Trained
from freezelint.timeline.questions.averages import overwritten
from freezelint.timeline.questions.stale import blame

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def _fix(write: FlagWritten, trained: Trained) -> Fixer | None:
    """A new optimizer for the compile behind the write, or a new compile."""
    compiled = trained.compiled
    if not isinstance(compiled, Compiled):
        return None
    late = compiled.at.order < write.at.order
    return compiled_again(write.at, compiled, trained) if late else loops.new_optimizer(compiled.at.site)


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Freezes between two fits of one averaging optimizer."""
    if "3" not in target.generations:
        return
    found = list(overwritten(timeline))
    happens = "its average goes to the next layer that trains, or the shapes do not match and `fit` raises ValueError"
    if target.backend in ("jax", "torch"):
        happens = f"on {target.backend} `fit` raises ValueError"
    for one in found:
        yield Report(
            blame(timeline, one.write, [o.write for o in found], one.trained),
            f"{target_of(timeline, one.write.key)} is frozen, but `{timeline.label(one.optimizer)}` keeps moving "
            f"averages of it: {happens}; compile with a new optimizer",
            "error",
            "3",
            (("its first step", one.first.at.site), ("trained again here", one.trained.at.site)),
            _fix(one.write, one.trained),
        )
