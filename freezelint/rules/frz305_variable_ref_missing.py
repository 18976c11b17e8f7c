"""`ref()` or `tape.watch()` is given a Keras 3 variable, which is no TensorFlow variable.

## What it does

Reports `variable.ref()`, `variable.experimental_ref()` and `tape.watch(variable)` for variables of a Keras
layer or model.

## Why is this bad?

On Keras 2 the weights of a layer are `tf.Variable`s. On Keras 3 they are objects of their own round one: they
have no `ref()`, and a tape does not take them. The usual recipe for comparing variables, a set of references,
ends there.

## What each Keras does

| engine | `v.ref()` | `tape.watch(v)` | reported |
|---|---|---|---|
| Keras 2 | works | works | – |
| Keras 3 on TensorFlow | `AttributeError` | `ValueError`: not a tf.Tensor or tf.Variable | error |
| Keras 3 on JAX and torch | `AttributeError` | there is no tape | error |

## Example

```python
frozen = {v.ref() for v in base.trainable_variables}
```

## Use instead

```python
frozen = {id(v) for v in base.trainable_variables}
```

and `tape.watch(v.value)`, where `v.value` is the variable inside, on Keras 3.

## Fix

Unsafe, where Keras 3 is the declared or detected target: `id(v)` for `v.ref()`, `v.value` for what a tape
watches. Otherwise only shown.

## Not reported

- `v.value`.
- A `tf.Variable` of the program's own, the variables of a `tf.Module`.
- Tensors given to `tape.watch`.

## Public reports

- [keras-team/keras#19970](https://github.com/keras-team/keras/issues/19970): sets of `ref()` in code that is ported
  from Keras 2

## References

- [tf.Variable: `ref`](https://www.tensorflow.org/api_docs/python/tf/Variable#ref)
- [Keras 3 migration guide](https://keras.io/guides/migrating_to_keras_3/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import variables as repairs
from freezelint.rules.report import Report
from freezelint.timeline.events import VariableUsed
from freezelint.timeline.keras import variables

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_SENTENCES = {
    "ref": "Keras 3 variables have no `ref()`, this raises AttributeError; use `id(v)`",
    "watch": "a Keras 3 variable is no tf.Variable, this raises ValueError; watch `v.value`",
}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """What only a `tf.Variable` can do, asked of a Keras variable."""
    seen: set[object] = set()
    for event in timeline.of(VariableUsed):
        sentence = _SENTENCES.get(event.how.removeprefix("experimental_"))
        if sentence is None or "3" not in target.generations or event.at.site.node in seen:
            continue
        machine = timeline.machine
        members = variables.parts(machine, event.target) or (event.target,)
        if all(variables.is_keras(machine, member) for member in members):
            seen.add(event.at.site.node)
            yield Report(
                event.at.site,
                f"`{event.text}`: {sentence}",
                "error",
                "3",
                fix=repairs.referenced(
                    event.at.site,
                    event.how.removeprefix("experimental_"),
                    applicability="unsafe" if target.keras == "3" else "display",
                ),
            )
