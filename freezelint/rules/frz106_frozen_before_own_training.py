"""A discriminator is frozen between its `compile()` and its first training: it never trains.

## What it does

Reports the flag write of the classic GAN recipe: one model is compiled, its flag is then set to False so
that a second model that contains it leaves it alone, and only after that the first model trains for the
first time.

## Why is this bad?

The recipe needs `compile()` to remember the flags, which is what Keras 2 did. Keras 3 reads them when the
training function is traced, and by then the flag says False for both models. The discriminator stays at its
random initial weights, the generator learns against it, losses are printed, and one warning says "The model
does not have any trainable weights".

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | works: the discriminator's own calls train it, the combined model's calls do not | – |
| Keras 3 on TensorFlow | the discriminator never trains; one `UserWarning` | error |
| Keras 3 on JAX | the discriminator never trains; no warning | error |
| Keras 3 on torch | the discriminator never trains, and no more where it had trained; one `UserWarning` | error |

## Example

```python
discriminator.compile(optimizer="adam", loss="binary_crossentropy")
discriminator.trainable = False
combined = keras.Model(z, discriminator(generator(z)))
combined.compile(optimizer="adam", loss="binary_crossentropy")
discriminator.train_on_batch(images, labels)
```

## Use instead

```python
for batch in batches:
    discriminator.trainable = True
    discriminator.train_on_batch(images, labels)
    discriminator.trainable = False
    combined.train_on_batch(noise, ones)
```

Better still is one model with a `train_step` that hands each optimizer its own list of variables.

## Fix

Unsafe: `trainable = True` above the model's own training call and `False` above that of the model round it,
where both calls are in one function and the model was frozen as a whole.

## Not reported

- Keras 2.
- The discriminator trained once before the flag was written, on TensorFlow; JAX raises there, see FRZ102.
- The flag is True again at the discriminator's first training call.
- A `train_step` or a gradient tape with explicit variable lists.

A second `Model` over the discriminator's layers, frozen in its place, is reported: on Keras 3 the flag lives
on the weights, which both share.

## Public reports

- [eriklindernoren/Keras-GAN#22](https://github.com/eriklindernoren/Keras-GAN/issues/22): is the discriminator frozen
  for ever? It was not, on Keras 2
- [eriklindernoren/Keras-GAN#73](https://github.com/eriklindernoren/Keras-GAN/issues/73): the same question about
  pix2pix: how can one flag serve two models?

## References

- [Keras guide: customizing `fit()`](https://keras.io/guides/custom_train_step_in_tensorflow/), with a GAN
  example
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Trained
from freezelint.timeline.keras.flags import value_in

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """What was trainable when its model was compiled, is frozen for another model, and is so when first trained."""
    if "3" not in target.generations:
        return
    live = target.backend == "torch"  # the flags are read at every step: an earlier training does not help
    seen: set[object] = set()
    pairs = [(trained, entry) for trained in timeline.of(Trained) for entry in trained.flags.entries.values()]
    # A model that holds what is frozen speaks before one that only shares layers with it.
    for trained, entry in sorted(pairs, key=lambda pair: pair[1].key[0] not in pair[0].flags.inside):
        compiled, node = trained.compiled, entry.write.at.site.node
        if not isinstance(compiled, Compiled) or (trained.trace is not None and not (live and trained.trained_before)):
            continue
        other = _meant_for(trained, compiled, entry)
        if other is None or node in seen or value_in(compiled.flags, timeline.machine, entry.key) is not True:
            continue
        seen.add(node)
        yield _report(timeline, target, trained, compiled, entry, other)


def _meant_for(trained: Trained, compiled: Compiled, entry: FlagEntry) -> Compiled | None:
    """The compile of another model that a freeze after the compile of this one was meant for."""
    order = entry.write.at.order
    if entry.value is not False or not entry.certain or order < compiled.at.order:
        return None
    return next((c for c, held in trained.others if held and c.at.order > order), None)


def _report(
    timeline: Timeline,
    target: Target,
    trained: Trained,
    compiled: Compiled,
    entry: FlagEntry,
    other: Compiled,
) -> Report:
    what, model, combined = (
        target_of(timeline, entry.key),
        timeline.label(trained.model),
        timeline.label(other.model),
    )
    when = f"when `{model}` first trains: {what} never trains"
    if trained.trained_before:
        when = f"at every step on torch: {what} does not train any more"
    return Report(
        entry.write.at.site,
        f"{what} is frozen for `{combined}`, but Keras 3 reads the flags {when} "
        f"(Keras 2 uses the flags of the compile of `{model}`)",
        "error",
        generation(["3"], target),
        (
            (f"`{model}` compiled here", compiled.at.site),
            (f"`{combined}` compiled here", other.at.site),
            (f"`{model}` trained here", trained.at.site),
        ),
        _fix(timeline, trained, entry, other),
    )


def _fix(timeline: Timeline, trained: Trained, entry: FlagEntry, other: Compiled) -> Fixer | None:
    """The model that was frozen as a whole is un-frozen for its own training, and frozen for that of the other."""
    if entry.key not in ((trained.model, ""), (trained.model, "layers")):
        return None
    combined = next((t for t in timeline.of(Trained) if t.model == other.model), None)
    return None if combined is None else loops.own_training(trained.at.site, combined.at.site)
