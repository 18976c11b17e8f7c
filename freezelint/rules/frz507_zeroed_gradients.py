"""Gradients or the learning rate are set to zero, but the optimizer moves the weights all the same.

## What it does

Reports `apply_gradients` with gradients that were multiplied by 0 or replaced by `tf.zeros_like`, under weight decay,
or under an optimizer with momentum or averages that has already taken a real step on the same variables; and a
learning rate of 0 under SGD or RMSprop with momentum, after a first step.

## Why is this bad?

A zero is a gradient like any other. Adam divides its average of the earlier gradients, momentum goes on with its
velocity, and weight decay makes each kernel that it is given smaller. Only a variable that is left out of the list
stays where it is.

## What each Keras does

| engine | weight decay | momentum, Adam after a real step | from the first step on | a rate of 0 | reported |
|---|---|---|---|---|---|
| Keras 2 | moves | moves | stays | moves under momentum | error |
| Keras 3 on TensorFlow | moves | moves | stays | moves under momentum | error |
| Keras 3 on JAX and torch | there is no tape | there is no tape | there is no tape | moves under momentum | error |

## Example

```python
grads = tape.gradient(loss, variables)
grads = [tf.zeros_like(g) if id(v) in frozen else g for g, v in zip(grads, variables)]
keras.optimizers.AdamW(1e-3).apply_gradients(zip(grads, variables))
```

## Use instead

```python
variables = [v for v in model.trainable_variables if id(v) not in frozen]
grads = tape.gradient(loss, variables)
keras.optimizers.AdamW(1e-3).apply_gradients(zip(grads, variables))
```

## Not reported

- SGD without momentum; RMSprop without momentum, Adagrad and Adadelta, which stop at once.
- Gradients that are zero from the first step on, without weight decay.
- A learning rate of 0 under Adam and its relatives, or before the first step.
- Masks whose values the program does not show.

## Public reports

No public report known.

## References

- [Keras documentation: optimizers](https://keras.io/api/optimizers/)
- [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.timeline.events import Applied
from freezelint.timeline.keras import momentum
from freezelint.timeline.step_events import Stepped
from freezelint.timeline.values import Gradients

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_WHY = {
    "decay": "shrinks every weight that it is given",
    "momentum": "goes on by the gradients of its earlier steps",
}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Zeros that do not hold the weights."""
    seen: set[object] = set()
    for applied in timeline.of(Applied):
        gradients = applied.gradients
        zeroed = isinstance(gradients, Gradients) and gradients.zeroed
        why = momentum.why(timeline, applied) if zeroed and applied.at.site.node not in seen else ""
        if why and applied.optimizer is not None:
            seen.add(applied.at.site.node)
            yield Report(
                applied.at.site,
                f"some of these gradients are set to zero, but `{timeline.label(applied.optimizer)}` {_WHY[why]}: "
                "leave the variables out of the list",
                "error",
                target.keras or "any",
            )
    for event in timeline.of(Stepped):
        halted, first = event.halted, event.first
        if halted is None or not isinstance(first, Stepped) or first.at.order > halted.order:
            continue
        if halted.site.node not in seen and momentum.has_velocity(timeline.machine, event.optimizer):
            seen.add(halted.site.node)
            yield Report(
                halted.site,
                f"a learning rate of 0 does not stop `{timeline.label(event.optimizer)}`: its momentum still moves the "
                "weights; freeze them by their flag",
                "error",
                target.keras or "any",
                (("its first step", first.at.site), ("moves here", event.at.site)),
            )
