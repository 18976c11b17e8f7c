"""An optimizer goes on after layers were un-frozen that it was not built for.

## What it does

Reports `compile(optimizer=model.optimizer)`, or any other compile with an optimizer that has trained before, and
`apply_gradients` in a loop, when layers were un-frozen since the first step of that optimizer.

## Why is this bad?

An optimizer makes its momentums and averages for the variables of its first step, and refuses every other one. Its
first step here knew the head alone; the step after the un-freezing raises.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the first step after the un-freezing raises `KeyError`: variable not recognized | error |
| Keras 3 on TensorFlow | the same step raises `ValueError: Unknown variable` | error |
| Keras 3 on JAX | `fit` raises `ValueError`: the optimizer was built for another number of variables | error |
| Keras 3 on torch | the same step raises `ValueError: Unknown variable` | error |

## Example

```python
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(x, y)
base.trainable = True
model.compile(optimizer=model.optimizer, loss="mse")
model.fit(x, y)
```

## Use instead

```python
base.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: `compile` gets a new optimizer with the settings of the one that it is given. None for the optimizer of
a loop of your own.

## Not reported

- A new optimizer, also one that is named by a string.
- `optimizer.build(variables)` before the first step.
- An optimizer whose first step knew all the layers: freezing some of them and un-freezing them again is fine.
- The `legacy` optimizers of Keras 2 and those of `tf.compat.v1`.
- On torch, an optimizer that only `evaluate()` has built: it raises there as well. On JAX any other list of variables
  raises, a shorter one and one for which `optimizer.build` was called included.
- A step under `@tf.function`: it goes on with its old variables, see FRZ107.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras documentation: optimizers](https://keras.io/api/optimizers/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.rules.wording import only, target_of
from freezelint.timeline.keras import optimizers
from freezelint.timeline.step_events import Stepped

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_RAISES = {"2": "this raises KeyError", "3": "this raises ValueError"}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Steps of an optimizer on variables that its first step left out."""
    seen: set[object] = set()
    for event in timeline.of(Stepped):
        entry = optimizers.joined(timeline.machine, event)
        site = event.at.site if event.compiled is None else event.compiled.at.site
        traced = any(frame.role == "traced" for frame in event.at.frames)
        if entry is None or not isinstance(event.first, Stepped) or traced or site.node in seen:
            continue
        if event.compiled is not None and event.first.at.order > event.compiled.at.order:
            continue  # FRZ102
        seen.add(site.node)
        yield Report(
            site,
            f"`{timeline.label(event.optimizer)}` took its first step while {target_of(timeline, entry.key)} was "
            f"frozen and knows none of its variables: {only({g: _RAISES[g] for g in target.generations}, target)}; "
            "make a new optimizer",
            "error",
            target.keras or "any",
            (("its first step", event.first.at.site), ("un-frozen here", entry.write.at.site)),
            loops.new_optimizer(site),
        )
