"""`trainable` is written on one weight of a layer instead of on the layer.

## What it does

Reports `layer.kernel.trainable = ...`, `layer.weights[0].trainable = ...`, the same through a local name or
in a loop over `layer.weights`.

## Why is this bad?

On Keras 2 a layer's weights are TensorFlow variables without a setter, and the line raises `AttributeError`.
On Keras 3 it does freeze that weight, with four strings attached: the flag is lost when the model is saved,
loaded or cloned; the next write to the flag of the layer or of a model above it undoes it; the layer's
statistics go on moving; and, like any flag, it must be written before `compile()`.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | `AttributeError`: the variable has no setter | error |
| Keras 3 on TensorFlow | freezes it; lost by save, load, clone; `False` then `True` above it undoes it | warning |
| Keras 3 on JAX and torch | freezes it; `True` on the layer undoes it, also where the layer's flag was True | warning |

## Example

```python
dense.bias.trainable = False
model.compile(optimizer="adam", loss="mse")
```

## Use instead

Freeze the layer, or build it so that the part that must rest is a layer of its own:

```python
dense = layers.Dense(8, use_bias=False)
shift = Shift(trainable=False)
```

In a training loop of your own, name the variables that are to be updated:

```python
variables = [v for v in model.trainable_variables if v is not dense.bias]
grads = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(grads, variables))
```

## Fix

Unsafe: the flag of the layer is written, so the rest of the layer is frozen as well. None where the layer gets
another flag later, and for a loop that picks single weights.

## Not reported

- Reading the flag of a weight.
- `layer.trainable = False`.
- Lists of variables chosen by identity.
- On Keras 3, a flag that a copy of the model provably loses: see FRZ702.

## Public reports

- [tensorflow/tensorflow#60004](https://github.com/tensorflow/tensorflow/issues/60004): the error on Keras 2, for a
  weight made by `add_weight`

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, only
from freezelint.timeline.events import FlagWritten, Written
from freezelint.timeline.keras.variables import masked_before
from freezelint.timeline.questions.copies import lost_flags
from freezelint.timeline.values import Weight

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_SENTENCES = {
    "2": "this raises AttributeError, a variable has no settable flag",
    "3": "the flag is lost on save and clone, a later `layer.trainable = …` undoes it, and moving statistics of "
    "the layer still move",
}


def _thawed(timeline: Timeline, event: Written) -> bool:
    """Whether the layer gets another flag later: then that of the layer cannot stand for that of the variable."""
    owner = event.target.owner if isinstance(event.target, Weight) else 0
    return any(
        write.at.order > event.at.order and write.key[0] == owner and write.value is not False
        for write in timeline.of(FlagWritten)
    )


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """`trainable` set on one weight of a layer."""
    lost = {write.at.site.node for _, _, write in lost_flags(timeline)} if "3" in target.generations else set()
    for event in timeline.of(Written):
        if event.name == "trainable" and isinstance(event.target, Weight):
            if masked_before(timeline.machine, event):
                continue  # FRZ308 says more
            generations = [g for g in target.generations if g == "2" or event.at.site.node not in lost]
            if not generations:
                continue  # FRZ702 says more
            weight = f"{timeline.label(event.target.owner)}.{event.target.path}"
            happens = only({g: _SENTENCES[g] for g in generations}, target)
            yield Report(
                event.at.site,
                f"`trainable` is set on the variable `{weight}`, not on the layer: {happens}",
                "error" if "2" in generations else "warning",
                generation(generations, target),
                fix=flags.none if _thawed(timeline, event) else flags.layer_of_weight(event.at.site),
            )
