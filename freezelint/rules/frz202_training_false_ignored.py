"""`base(x, training=False)` in a functional model does not keep a trainable base in inference mode on Keras 3.

## What it does

Reports the call of a base with `training=False` on symbolic tensors when a functional model that contains it
is trained while BatchNormalization in that base is not frozen.

## Why is this bad?

The official recipe for fine-tuning calls the base with `training=False`, so that its BatchNormalization layers
stay in inference mode when the base is un-frozen. Keras 2 builds the constant into the model. On Keras 3 the
value that `fit()` passes wins over the constant: the layers run in training mode and their moving statistics
drift away from the values of the pretraining, without a word.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | works: the statistics stay | – |
| Keras 3 on any backend | `fit()` overrides the constant: the statistics move | error |

## Example

```python
base.trainable = True
inputs = keras.Input((160, 160, 3))
features = base(inputs, training=False)
model = keras.Model(inputs, keras.layers.Dense(1)(features))
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Use instead

```python
base.trainable = True
for layer in base.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
```

## Fix

Unsafe: a loop that freezes the BatchNormalization layers is added below the last flag of the base.

## Not reported

- Keras 2.
- The base is frozen as a whole, or its BatchNormalization layers are.
- The call stands in the `call` of a subclass: there the argument is honoured.
- A base of which it is not known that it holds BatchNormalization.

## Public reports

- [keras-team/keras#20285](https://github.com/keras-team/keras/issues/20285): `fit` overrides the constant that the
  guide for transfer learning relies on

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow tutorial: transfer learning and
  fine-tuning](https://www.tensorflow.org/tutorials/images/transfer_learning)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import FlagWritten, LayerCalled, Trained
from freezelint.timeline.keras.flags import children, covering
from freezelint.timeline.keras.normalization import moving, skipped_by_keras3
from freezelint.timeline.values import Const

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Training calls of functional models that hold a base which is called with the constant and moves."""
    if "3" not in target.generations:
        return
    calls = [c for c in timeline.of(LayerCalled) if c.symbolic]
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        if trained.trace is not None or timeline.machine.objects[trained.model].symbol != "keras.Model":
            continue
        for call in calls:
            node = call.at.site.node
            if node in seen or call.at.order > trained.at.order or not _is_constant(call, calls):
                continue
            if call.layer in trained.flags.inside and _moves(timeline, target, trained, call.layer):
                seen.add(node)
                base = timeline.label(call.layer)
                yield Report(
                    call.at.site,
                    f"on Keras 3 `fit` overrides `training=False` in a functional model: `{base}` is trainable, so "
                    "its BatchNormalization runs in training mode and its moving statistics move; freeze those layers",
                    "error",
                    generation(["3"], target),
                    (("trained here", trained.at.site),),
                    _fix(timeline, trained, call.layer),
                )


def _fix(timeline: Timeline, trained: Trained, base: int) -> Fixer | None:
    """Its BatchNormalization layers are frozen behind the last write of its flags before that training."""
    writes = [w for w in timeline.of(FlagWritten) if w.key[0] == base and w.at.order < trained.at.order]
    direct = base == moving(timeline.machine, trained.flags, base) or any(
        part.id == moving(timeline.machine, trained.flags, base) for part in children(timeline.machine, base)
    )
    return normalization.batchnorm_frozen_again(writes[-1]) if writes and direct else None


def _moves(timeline: Timeline, target: Target, trained: Trained, base: int) -> bool:
    found = moving(timeline.machine, trained.flags, base)
    whole = None if found is None else covering(trained.flags, timeline.machine, (found, ""))
    return found is not None and (whole is None or not skipped_by_keras3(whole.write, target.backend))


def _is_constant(call: LayerCalled, calls: list[LayerCalled]) -> bool:
    """Whether this layer is only ever called with `training=False`."""
    return all(c.training == Const(False) for c in calls if c.layer == call.layer)
