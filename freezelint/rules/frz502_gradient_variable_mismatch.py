"""Gradients of one list of variables are applied to another.

## What it does

Reports `optimizer.apply_gradients(zip(grads, B))` where `grads` came from `tape.gradient(loss, A)` and A and B are
different lists: of two models, filtered and not filtered, in another order.

## Why is this bad?

`zip` pairs by position. Where shapes happen to fit, a layer is moved by the gradient of another one, silently, and
layers at the end of the longer list never train. Where they do not fit the step raises.

## What each Keras does

| engine | shapes fit | shapes do not fit | reported |
|---|---|---|---|
| Keras 2 | the wrong variables are updated | `InvalidArgumentError`, or silent where they broadcast | error |
| Keras 3 on TensorFlow | the wrong variables are updated | `InvalidArgumentError` | error |
| Keras 3 on JAX and torch | does not apply: no gradient tape | the same | – |

## Example

```python
grads = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(grads, discriminator.trainable_variables))
```

## Use instead

```python
variables = generator.trainable_variables
grads = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(grads, variables))
```

## Fix

Unsafe: the step gets the list that the gradients were taken for.

## Not reported

- The same expression or the same name twice; `trainable_weights` and `trainable_variables` of one model.
- Lists of which the walk does not know the members.

## Public reports

- [mead-ml/mead-baseline#368](https://github.com/mead-ml/mead-baseline/pull/368): gradients and variables fall out of
  step as soon as something is frozen

## References

- [Keras guide: writing a training loop from
  scratch](https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/)
- [tf.GradientTape](https://www.tensorflow.org/api_docs/python/tf/GradientTape)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.timeline.events import Applied, GradientTaken
from freezelint.timeline.keras import variables
from freezelint.timeline.values import Gradients, Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.values import Value


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Steps whose gradients belong to another list than the one that is updated."""
    taken = {event.at.order: event for event in timeline.of(GradientTaken)}
    seen: set[object] = set()
    for applied in timeline.of(Applied):
        source = taken.get(applied.gradients.taken) if isinstance(applied.gradients, Gradients) else None
        if source is None or applied.at.site.node in seen:
            continue
        first, second = _key(timeline, source.variables), _key(timeline, applied.variables)
        if first is None or second is None or first == second:
            continue
        seen.add(applied.at.site.node)
        yield Report(
            applied.at.site,
            f"gradients of {_named(timeline, source.variables)} are applied to {_named(timeline, applied.variables)}: "
            "they are paired by position, so variables are moved by gradients of others",
            "error",
            target.keras or "any",
            (("the gradients are taken here", source.at.site),),
            loops.same_list(source.at.site, applied.at.site),
        )


def _key(timeline: Timeline, value: Value) -> tuple[object, ...] | None:
    """The identity of a list; None for one that may hold the same variables under another description."""
    known = variables.parts(timeline.machine, value)
    if known is None or not all(isinstance(part, Weights) for part in known):
        return None
    if any(variables.base_of(part) not in _COMPARABLE for part in known if isinstance(part, Weights)):
        return None
    return variables.key_of(timeline.machine, value)


_COMPARABLE = frozenset({"trainable_variables", "trainable_weights"})


def _named(timeline: Timeline, value: Value) -> str:
    known = variables.parts(timeline.machine, value) or ()
    return " + ".join(f"`{timeline.label(p.owner)}.{p.path}`" for p in known if isinstance(p, Weights))
