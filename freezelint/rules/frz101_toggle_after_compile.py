"""`trainable` is changed after `compile()` and the model is then trained for the first time.

## What it does

Reports a write to `trainable` that comes after the `compile()` of a model and before the first `fit()` or
`train_on_batch()` of that model, with no second `compile()` in between.

## Why is this bad?

On Keras 2 the flags are recorded by `compile()` and put back for the whole of every training call: the write
does nothing, and nothing says so. The layer that looks frozen trains, the layer that looks un-frozen stays
still. On Keras 3 the same lines work, but only because nothing has been traced yet: run the cell twice, or
add one warm-up call to `fit`, and the write is ignored there as well.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | ignored: the flags of `compile()` hold, in graph mode, eagerly and with XLA | error |
| Keras 3 on TensorFlow | honoured, because the first training call reads the flags when it traces | warning |
| Keras 3 on JAX | honoured by the first call; `ValueError` after another one, `evaluate()` included | warning |
| Keras 3 on torch | freezing is honoured at every step; un-freezing by the first call only | warning |

## Example

```python
model.compile(optimizer="adam", loss="mse")
base.trainable = False
model.fit(x, y)
```

## Use instead

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: the compile moves below the flag; where something between needs it, a compile with the same arguments is
added below. None where an argument of the compile means nothing at that place.

## Not reported

- A later `compile()` of the same model, also inside a helper function.
- The model that was compiled is another one than the model that is trained.
- Freezing, on torch.
- A hand-written training loop: it reads the live flags.
- Toggles round the training calls of two compiled models (a GAN loop) whose flags were right at `compile()`, and a flag
  that is given back once the second of them is compiled.

## Public reports

- [osh/KerasGAN#10](https://github.com/osh/KerasGAN/issues/10): flags are toggled round every step of a GAN and
  nothing is frozen, because nothing compiles
- [osh/KerasGAN#1](https://github.com/osh/KerasGAN/issues/1): the same notebook, asked before: does the flag count
  without `compile()`?
- [jacobgil/keras-dcgan#10](https://github.com/jacobgil/keras-dcgan/issues/10): a discriminator that goes on learning
  after its flag was set to False

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
from freezelint.timeline.questions.stale import StaleWrite, blame, stale_writes

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Writes after `compile()` that the first training call overlooks, or sees by luck."""
    every = list(stale_writes(timeline, target))
    again = {s.write.at.site.node for s in every if "again" in s.outcomes.values()}  # FRZ102 speaks there
    stale = [s for s in every if s.write.at.site.node not in again]
    for one in stale:
        yield Report(
            blame(timeline, one.write, [s.write for s in stale], one.trained),
            _message(timeline, target, one),
            "error" if "2" in one.outcomes else "warning",
            generation(one.outcomes, target),
            (("compiled here", one.compiled.at.site), ("trained here", one.trained.at.site)),
            compiled_again(one.write.at, one.compiled, one.trained),
        )


def _message(timeline: Timeline, target: Target, one: StaleWrite) -> str:
    what, model = target_of(timeline, one.write.key), timeline.label(one.trained.model)
    kept = "training" if one.write.value is False else "frozen"
    sentences = {
        "2": f"the flags of that compile are used, so {what} {'keeps' if kept == 'training' else 'stays'} {kept}",
        "3": "it counts only because nothing was traced yet; compile again to make it certain",
    }
    if target.backend in ("jax", "torch"):
        sentences["3"] = (
            f"it counts only because `{model}` has no optimizer state yet; compile again to make it certain"
        )
    happens = only({g: sentences[g] for g in one.outcomes}, target)
    return f"{what} is {deed(one.write)} after `{model}` was compiled and before it trains: {happens}"
