"""Variables are compared with `==` where identity is meant.

## What it does

Reports `v in variables`, `v not in variables`, `variables.remove(v)`, `variables.index(v)`, a set of variables
and variables as keys of a dictionary.

## Why is this bad?

Lists and sets ask `==` or `hash()`, and both are made for numbers here: `==` of two variables compares their
elements and gives a tensor, and variables cannot be hashed. Nearly always the line raises. It does not when
every tensor has one element: then two biases that are both zero count as the same variable, and one that
should train is left out without a word. On Keras 2 the comparison of shapes that do not fit is simply False,
so that a filter may work until the shapes change.

## What each Keras does

| engine | `in`, `remove`, `index` | set, key of a dictionary | reported |
|---|---|---|---|
| Keras 2 | `ValueError`; other shapes: False; one element: equal is the same | `TypeError` | error |
| Keras 3 on TensorFlow | `ValueError`, `InvalidArgumentError`; one element: equal is the same | `TypeError` | error |
| Keras 3 on JAX | `ValueError`, `TypeError`; one element: equal is the same | `TypeError` | error |
| Keras 3 on torch | `RuntimeError`; other shapes: False; one element: equal is the same | `TypeError` | error |

## Example

```python
frozen = base.trainable_variables
variables = [v for v in model.trainable_variables if v not in frozen]
```

## Use instead

```python
frozen = {id(v) for v in base.trainable_variables}
variables = [v for v in model.trainable_variables if id(v) not in frozen]
```

or freeze the layer: `base.trainable = False` takes its variables out of `model.trainable_variables`.

## Fix

Unsafe: `in`, `remove`, `index`, `count` and differences of sets go by `id(v)`.

## Not reported

- `id(v)`, `v is other`, `v.path`, and on Keras 2 `v.ref()`.
- Layers in lists: they are compared by identity.
- A variable that is looked for in a list whose first member it is.

## Public reports

- [tensorflow/recommenders-addons#11](https://github.com/tensorflow/recommenders-addons/pull/11): `not in` over a list
  of trainable variables raises
- [openai/baselines#1150](https://github.com/openai/baselines/issues/1150): the same in a training loop, `if var in
  ...`
- [ray-project/ray#24273](https://github.com/ray-project/ray/pull/24273): a set of variables, repaired

## References

- [tf.Variable: `ref`](https://www.tensorflow.org/api_docs/python/tf/Variable#ref)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import variables as repairs
from freezelint.rules.report import Report
from freezelint.timeline.events import VariableUsed
from freezelint.timeline.keras.variables import EACH, parts
from freezelint.timeline.values import Weight, Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.machine import Machine

_HASHED = ("set", "key")
_COMPARED = ("in", "remove", "index", "count")


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Variables in lists, sets and dictionaries, where what counts is `==` or `hash`."""
    rows: set[tuple[int, int]] = set()
    for event in timeline.of(VariableUsed):
        if event.how in _HASHED:
            happens = "variables cannot be hashed, this raises TypeError"
        elif event.how in _COMPARED and _compares(timeline.machine, event):
            happens = (
                "`==` of variables compares their values: this raises, or takes equal values for the same variable"
            )
        else:
            continue
        row = (event.at.site.segment, timeline.span(event.at.site)[0])
        if row not in rows:
            rows.add(row)
            yield Report(
                event.at.site,
                f"`{event.text}`: {happens}; compare `id(v)`",
                "error",
                target.keras or "any",
                fix=repairs.by_identity(event.at.site),
            )


def _compares(machine: Machine, event: VariableUsed) -> bool:
    """Whether `==` is asked at all: a variable that is the first of the list is found by its identity."""
    if isinstance(event.target, Weight) and event.target.path.endswith(EACH):
        return True
    first = (parts(machine, event.other) or (None,))[0]
    return event.how != "in" if isinstance(first, Weights) else first != event.target
