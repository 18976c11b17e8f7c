"""`trainable` is changed between two training calls without `compile()` in between.

## What it does

Reports a write to `trainable` on a model, or on anything inside it, after the model has trained, when the
model then trains again and nothing recompiled it.

## Why is this bad?

The second training call runs the function that the first one traced, with the variables of that time.
`summary()` and `trainable_variables` already show the new flags, so everything looks right while the weights
that should rest move, or the weights that should be fine-tuned stay where they are. On Keras 3 it is worse
than ignored: a batch of another shape traces again and the flags change in the middle of the run.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | ignored until the next `compile()`, also eagerly and after a retrace | error |
| Keras 3 on TensorFlow | ignored while the trace is reused; a new batch shape or dtype picks the change up | error |
| the same, `run_eagerly=True` | freezing works; un-freezing raises `ValueError: Unknown variable` | error |
| Keras 3 on JAX | `ValueError`, the optimizer was built for another list; eagerly and after a retrace too | error |
| Keras 3 on torch | freezing works; un-freezing raises `ValueError: Unknown variable` | error |

## Example

```python
model.fit(x, y)
base.trainable = True
model.fit(x, y)
```

## Use instead

```python
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: a compile with the same arguments is added below the flag, which makes a new optimizer. Shown, and never
applied, where the optimizer is an object that the program keeps, whose state would live on, or where the
compile stands in a `with`.

## Not reported

- `model.make_train_function(force=True)` after the write, on Keras 3 with TensorFlow.
- Freezing with `run_eagerly=True`, on Keras 3 with TensorFlow; any freezing on torch.
- On JAX and torch, a write between `evaluate()` and the first training: it raises there as well.
- A model that is only evaluated or asked for predictions afterwards.

## Public reports

- [keras-team/keras#9940](https://github.com/keras-team/keras/issues/9940): VGG16 is un-frozen after some epochs;
  until the model is compiled again its weights stay put
- [tdeboissiere/DeepLearningImplementations#21](https://github.com/tdeboissiere/DeepLearningImplementations/pull/21):
  toggles between training calls are taken out of a GAN, since they did nothing

## References

- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs.compiles import compiled_again
from freezelint.rules.report import Report
from freezelint.rules.wording import deed, generation, only, target_of
from freezelint.timeline.events import Site
from freezelint.timeline.questions.averages import overwritten
from freezelint.timeline.questions.stale import StaleWrite, blame, stale_writes

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Writes between two training calls of one compile that the second call overlooks."""
    averaged = {found.write for found in overwritten(timeline)} if "3" in target.generations else set()  # FRZ508
    stale = [s for s in stale_writes(timeline, target) if "again" in s.outcomes.values() and s.write not in averaged]
    for one in stale:
        yield Report(
            blame(timeline, one.write, [s.write for s in stale], one.trained),
            _message(timeline, target, one),
            "error",
            generation(one.outcomes, target),
            tuple(_related(one)),
            compiled_again(one.write.at, one.compiled, one.trained),
        )


def _related(one: StaleWrite) -> Iterator[tuple[str, Site]]:
    yield "compiled here", one.compiled.at.site
    trace = one.trained.trace
    if trace is not None and trace != "unknown" and trace.at.site.node is not one.trained.at.site.node:
        yield "first trained here", trace.at.site
    yield "trained again here", one.trained.at.site


def _message(timeline: Timeline, target: Target, one: StaleWrite) -> str:
    what, model = target_of(timeline, one.write.key), timeline.label(one.trained.model)
    freezes = one.write.value is False
    result = f"{what} {'keeps training' if freezes else 'stays frozen'}"
    sentences = {
        "2": f"the flags of the compile are still used, so {result}",
        "3": f"the train function that was traced before is used again, so {result}",
    }
    if one.outcomes.get("3") == "first":
        sentences["3"] = "it counts only because this method was not traced yet"
    if target.backend == "jax":
        sentences["3"] = "the JAX backend raises ValueError at the next training call"
    elif target.backend == "torch":
        sentences["3"] = "the optimizer raises ValueError for a variable that it does not know"
    happens = only({g: sentences[g] for g in one.outcomes}, target)
    return f"{what} is {deed(one.write)} after `{model}` trained and is not compiled again: {happens}"
