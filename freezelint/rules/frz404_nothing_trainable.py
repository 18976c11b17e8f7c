"""Everything that the fitted model holds is frozen.

## What it does

Reports the statement that freezes the last trainable part of a model which is then trained.

## Why is this bad?

`fit()` runs all its epochs, prints a loss for each and changes nothing. Keras 2 says nothing at all, Keras 3
prints one warning on TensorFlow and torch and none on JAX. Mostly the head is missing, or the freezing loop
runs over the whole model where it was meant for the base.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | no weight moves, no warning | error |
| Keras 3 on TensorFlow | no weight moves; `UserWarning: The model does not have any trainable weights` | error |
| Keras 3 on JAX | no weight moves, no warning | error |
| Keras 3 on torch | no weight moves; the same `UserWarning` | error |

## Example

```python
for layer in model.layers:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
for layer in model.layers[:-1]:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: a loop over all layers leaves the last one out. None for other forms: only you know what should train.

## Not reported

- Training inside a test function (`test_…`): there it is what is tested.
- A model that is only evaluated, exported or asked for predictions.
- A frozen base under a head that trains.
- A discriminator that is frozen inside a combined model.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras model training API: `compile`, `fit`,
  `train_on_batch`](https://keras.io/api/models/model_training_apis/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Trained
from freezelint.timeline.questions.stale import nothing_trains

if TYPE_CHECKING:
    from freezelint.target import Keras, Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Training calls of a model that has nothing left to train."""
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        found = _frozen(timeline, target, trained)
        if not found or any(frame.name.startswith("test") for frame in trained.at.frames):
            continue
        entry = next(iter(found.values()))
        if entry.write.at.site.node in seen or not entry.write.text:
            continue
        seen.add(entry.write.at.site.node)
        yield Report(
            entry.write.at.site,
            f"{_what(timeline, entry, trained)}: this training changes nothing, and reports a loss all the same",
            "error",
            generation(found, target),
            (("trained here", trained.at.site),),
            hierarchy.all_but_the_last(entry.write.at.site),
        )


def _what(timeline: Timeline, entry: FlagEntry, trained: Trained) -> str:
    what, model = target_of(timeline, entry.key), f"`{timeline.label(trained.model)}`"
    if entry.key[0] == trained.model:
        return f"{what} is frozen as a whole" if not entry.key[1] else f"{what} are all frozen"
    return f"{what} is frozen and {model} holds nothing else with weights"


def _frozen(timeline: Timeline, target: Target, trained: Trained) -> dict[Keras, FlagEntry]:
    """The write that froze the last of the model, by generation: Keras 2 goes by the flags of the compile."""
    found: dict[Keras, FlagEntry] = {}
    compiled = trained.compiled
    if not isinstance(compiled, Compiled):
        return found
    at_compile = nothing_trains(timeline.machine, trained.model, compiled.flags)
    if at_compile is None or _child_unfrozen(trained, at_compile):
        return found
    if "2" in target.generations:
        found["2"] = at_compile
    live = nothing_trains(timeline.machine, trained.model, trained.flags)
    if "3" in target.generations and trained.trace != "unknown" and live is not None:
        found["3"] = at_compile
    return found


def _child_unfrozen(trained: Trained, frozen: FlagEntry) -> bool:
    """A layer was un-frozen below the frozen model: FRZ401 says so."""
    order = frozen.write.at.order
    return any(e.value is not False and e.write.at.order > order for e in trained.flags.entries.values())
