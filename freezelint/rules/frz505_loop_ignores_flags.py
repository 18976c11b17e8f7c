"""A training step takes a list of variables that the flags of layers do not choose.

## What it does

Reports steps over `tape.watched_variables()`, `minimize(loss)` of an optimizer of `tf.compat.v1` without `var_list`,
and steps over the `trainable_variables` of a `tf.Module`, while a layer in them is frozen.

## Why is this bad?

`trainable = False` is a word of Keras, and only the lists of Keras listen to it. A tape watches every variable that
the forward pass reads, and an optimizer of TensorFlow 1 asks the tape or the graph; the frozen layer trains.

## What each Keras does

| engine | the list of the tape, or none | the list of a `tf.Module` | reported |
|---|---|---|---|
| Keras 2 | the frozen weights are updated | the frozen weights are updated | error |
| Keras 3 on TensorFlow | the frozen weights are updated | holds no variable of a layer: not reported | error |
| Keras 3 on JAX and torch | does not apply: no gradient tape | `tf.Module` is TensorFlow's | – |

## Example

```python
base.trainable = False
with tf.GradientTape() as tape:
    loss = loss_of(model(x), y)
variables = tape.watched_variables()
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```

## Use instead

```python
base.trainable = False
with tf.GradientTape() as tape:
    loss = loss_of(model(x), y)
variables = model.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```

## Fix

Unsafe: `tape.watched_variables()` becomes `model.trainable_variables`, where the tape saw one model.

## Not reported

- A tape with `watch_accessed_variables=False`, or one that was stopped or reset.
- Nothing that was called under the tape is frozen.
- `var_list=`; a list that is filtered or only counted.

## Public reports

- [keras-team/keras#10222](https://github.com/keras-team/keras/issues/10222): frozen layers that train under an
  optimizer of TensorFlow

## References

- [tf.GradientTape](https://www.tensorflow.org/api_docs/python/tf/GradientTape#watched_variables)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Applied, GradientTaken, LayerCalled
from freezelint.timeline.keras import heedless
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import Gradients

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_LISTS = {
    "tape": "a tape watches every variable that is read",
    "minimize": "this optimizer of TensorFlow 1 updates every variable that the loss reads",
    "module": "tf.Module lists the variables of layers whatever their flag",
}

_ADVICE = {
    "tape": "take `trainable_variables` of the model",
    "minimize": "take a step of a Keras optimizer over `trainable_variables` of the model",
    "module": "take `trainable_variables` of the models in it",
}


def _called(timeline: Timeline, source: GradientTaken) -> set[str]:
    """How the models are called that this tape may have seen."""
    own = [c for c in timeline.of(LayerCalled) if c.at.frames == source.at.frames and c.at.order < source.at.order]
    models = [c for c in own if timeline.machine.objects[c.layer].kind == "model" and not c.symbolic]
    return {code_of(c.at.site.node.func) for c in models if isinstance(c.at.site.node, cst.Call)}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Steps over such a list with something frozen in it."""
    taken = {event.at.order: event for event in timeline.of(GradientTaken)}
    seen: set[object] = set()
    for applied in timeline.of(Applied):
        source = taken.get(applied.gradients.taken) if isinstance(applied.gradients, Gradients) else None
        found = heedless.known(timeline.machine, applied.variables)
        if source is None or found is None or found.frozen is None or source.at.site.node in seen:
            continue
        wrong = [g for g in target.generations if g == "2" or found.source != "module"]
        if not wrong:
            continue
        seen.add(source.at.site.node)
        yield Report(
            source.at.site,
            f"{_LISTS[found.source]}, and {target_of(timeline, found.frozen.key)} is frozen: it trains all the same; "
            f"{_ADVICE[found.source]}",
            "error",
            generation(wrong, target),
            (("frozen here", found.frozen.write.at.site), ("applied here", applied.at.site)),
            loops.variables_of_the_model(source.at.site, _called(timeline, source)),
        )
