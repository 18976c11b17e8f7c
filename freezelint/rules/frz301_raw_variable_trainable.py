"""`tf.Variable.trainable` is assigned, and it has no setter.

## What it does

Reports `variable.trainable = ...` where `variable` was made by `tf.Variable(...)`.

## Why is this bad?

`trainable` of a `tf.Variable` is fixed when the variable is made. The assignment raises `AttributeError`, on
every version.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | `AttributeError`: the property has no setter | error |
| Keras 3 on TensorFlow | `AttributeError`: the property has no setter | error |
| Keras 3 on JAX and torch | does not apply: `tf.Variable` is TensorFlow's, and `keras.Variable` has a setter | – |

## Example

```python
scale = tf.Variable([1.0])
scale.trainable = False
```

## Use instead

```python
scale = tf.Variable([1.0], trainable=False)
```

or leave the variable out of the list that the gradients are taken for.

## Fix

Unsafe: the variable is made with `trainable=False`, and the statement goes.

## Not reported

- `keras.Variable` on Keras 3: its flag can be assigned.
- The constructor argument `trainable=False`.
- A layer's weights: see FRZ302.

## Public reports

- [tensorflow/tensorflow#60004](https://github.com/tensorflow/tensorflow/issues/60004): the same error

## References

- [tf.Variable](https://www.tensorflow.org/api_docs/python/tf/Variable)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import definitions
from freezelint.rules.report import Report
from freezelint.timeline.events import Site, Written
from freezelint.timeline.values import Ref

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def _fix(event: Written, made: Site | None) -> Fixer | None:
    """The flag goes to the constructor."""
    return None if made is None else definitions.frozen_from_the_start(event.at.site, made)


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """`trainable` set on a `tf.Variable`."""
    for event in timeline.of(Written):
        if event.name != "trainable" or not isinstance(event.target, Ref):
            continue
        if timeline.machine.object(event.target).kind == "variable":
            yield Report(
                event.at.site,
                f"`{event.text}` raises AttributeError: the flag of a tf.Variable is fixed when it is made, pass "
                "`trainable=False` to its constructor",
                "error",
                fix=_fix(event, timeline.machine.object(event.target).site),
            )
