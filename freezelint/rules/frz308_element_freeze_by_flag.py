"""Some elements of a weight are chosen, and then the flag of the whole variable is written.

## What it does

Reports `variable.trainable = False` after `variable.assign(tf.where(mask, ..., ...))` on the same variable.

## Why is this bad?

A flag belongs to the variable, not to its elements. On Keras 3 all of the variable is frozen, the elements that
were to go on training included; on Keras 2 the line raises.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | `AttributeError`: a variable has no settable flag | error |
| Keras 3 on any backend | no element of the variable trains | warning |

## Example

```python
mask = tf.abs(dense.kernel) < 0.1
dense.kernel.assign(tf.where(mask, 0.0, dense.kernel))
dense.kernel.trainable = False
```

## Use instead

A constraint is applied after every update:

```python
dense = layers.Dense(8, kernel_constraint=lambda kernel: kernel * keep)
```

or multiply the gradient with the mask in every step, with plain SGD: momentum goes on moving what has no
gradient (FRZ507).

## Not reported

- A mask that is applied to the gradient in every step, a constraint.
- `assign` of a whole new value before the variable is frozen (that is FRZ302's concern).

## Public reports

- [keras-team/keras#8784](https://github.com/keras-team/keras/issues/8784): how to keep some weights of a matrix from
  training: no answer

## References

- [Keras: layer weight constraints](https://keras.io/api/layers/constraints/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import only
from freezelint.timeline.events import Written
from freezelint.timeline.keras.variables import masked_before

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_SENTENCES = {
    "2": "this raises AttributeError, a variable has no settable flag",
    "3": "every element of it is frozen",
}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """The flag of a variable of which some elements were set through a mask."""
    for event in timeline.of(Written):
        masked = masked_before(timeline.machine, event) if event.name == "trainable" else None
        if masked is not None:
            yield Report(
                event.at.site,
                f"`{event.text}` is the flag of the whole variable, not of the masked elements: "
                f"{only({g: _SENTENCES[g] for g in target.generations}, target)}; use a constraint or a gradient mask",
                "error" if "2" in target.generations else "warning",
                target.keras or "any",
                (("some of its elements are set here", masked.at.site),),
            )
