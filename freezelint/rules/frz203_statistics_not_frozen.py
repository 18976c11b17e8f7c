"""A part is frozen by leaving it out of the gradient, while its BatchNormalization runs in training mode.

## What it does

Reports the call with `training=True` of a model of which only some variables are handed to `tape.gradient`,
when the part that is left out holds BatchNormalization that is not frozen and that nothing else trains.

## Why is this bad?

The list of variables decides what the optimizer updates. Moving statistics are not updated by the optimizer
but by the call itself: every forward pass in training mode moves them. The part that was to stay as it is
computes something else after each step, and its exported weights are not the pretrained ones.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | gamma, beta and kernels stay; moving mean and variance move | error |
| Keras 3 on TensorFlow | the same | error |
| Keras 3 on JAX and torch | does not apply: no gradient tape; flags on gamma and beta alone do the same | – |

## Example

```python
with tf.GradientTape() as tape:
    loss = loss_fn(y, model(x, training=True))
grads = tape.gradient(loss, head.trainable_variables)
optimizer.apply_gradients(zip(grads, head.trainable_variables))
```

## Use instead

```python
base.trainable = False
with tf.GradientTape() as tape:
    loss = loss_fn(y, model(x, training=True))
grads = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(grads, model.trainable_variables))
```

## Fix

Unsafe: `training=True` becomes `False` in the call; none where what trains behaves differently in training,
such as Dropout.

## Not reported

- The call has `training=False` or no `training` argument.
- The part that is left out is frozen by its flag.
- Another step or `fit()` trains that part: the networks of a GAN.
- A second network whose output does not go through what is trained, such as a teacher.

## Public reports

- [tensorpack/tensorpack#296](https://github.com/tensorpack/tensorpack/issues/296): `stop_gradient` and a learning
  rate of 0, and still the validation error changes: moving averages

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow guide: basic training loops](https://www.tensorflow.org/guide/basic_training_loops)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import Differentiated, LayerCalled, Trained
from freezelint.timeline.keras.flags import below
from freezelint.timeline.keras.normalization import has_modes, moving
from freezelint.timeline.machine import holder
from freezelint.timeline.values import Const

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Calls in training mode under a gradient whose list leaves out what moves."""
    taken = list(timeline.of(Differentiated))
    if not all(gradient.known for gradient in taken):
        return
    calls = list(timeline.of(LayerCalled))
    ever = _reached(timeline, taken)
    for trained in timeline.of(Trained):
        cls = timeline.machine.objects[trained.model].cls
        if cls is None or cls.method("train_step") is None:
            ever |= trained.flags.inside
    seen: set[object] = set()
    for gradient in taken:
        since = max((g.at.order for g in taken if g.at.order < gradient.at.order), default=0)
        under = [c for c in calls if c.at.frames == gradient.at.frames and since < c.at.order < gradient.at.order]
        trains = _reached(timeline, [gradient])
        for call in under:
            still = moving(timeline.machine, call.flags, call.layer)
            if call.training != Const(True) or still is None or still in ever or call.at.site.node in seen:
                continue
            if not _leads_to(timeline, call, under, trains):
                continue
            seen.add(call.at.site.node)
            yield Report(
                call.at.site,
                f"the gradient leaves `{timeline.label(still)}` out, but this call with `training=True` moves the "
                "statistics of its BatchNormalization; freeze them by their flag, or call with `training=False`",
                "error",
                generation(target.generations, target),
                (("gradient taken here", gradient.at.site),),
                None if _needs_mode(timeline, trains) else normalization.in_inference(call.at.site.node),
            )


def _needs_mode(timeline: Timeline, trains: set[int]) -> bool:
    """Whether what is trained has two modes itself, so that a call in inference would change its training."""
    return any(has_modes(timeline.machine, id) for id in trains)


def _reached(timeline: Timeline, taken: list[Differentiated]) -> set[int]:
    """Everything whose variables are in one of these lists."""
    owners = {holder(value) for gradient in taken for value in gradient.values}
    return {id for owner in owners if owner is not None for id in below(timeline.machine, owner)}


def _leads_to(timeline: Timeline, call: LayerCalled, under: list[LayerCalled], trains: set[int]) -> bool:
    """Whether what is called holds what is trained, or its output goes through that."""
    if trains & set(below(timeline.machine, call.layer)):
        return True
    return any(c.layer in trains and call.layer in c.inputs for c in under)
