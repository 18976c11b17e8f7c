"""Gradients are applied to all variables of a model although some of it is frozen.

## What it does

Reports `tape.gradient(loss, model.variables)` and `model.weights`, applied by an optimizer, while a layer of that
model is frozen.

## Why is this bad?

A tape gives gradients for frozen weights too, and an optimizer updates whatever it is handed. The flag only
chooses the members of `model.trainable_variables`; a loop that takes another list trains the frozen part.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the frozen weights are updated | error |
| Keras 3 on TensorFlow | the frozen weights are updated | error |
| Keras 3 on JAX | does not apply: no gradient tape; `stateless_apply` over all weights updates them | – |
| Keras 3 on torch | does not apply: no gradient tape; frozen weights have no gradient | – |

## Example

```python
base.trainable = False
grads = tape.gradient(loss, model.variables)
optimizer.apply_gradients(zip(grads, model.variables))
```

## Use instead

```python
variables = model.trainable_variables
grads = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(grads, variables))
```

## Fix

Unsafe: `variables` and `weights` become `trainable_variables`, for the gradient and for the step.

## Not reported

- `trainable_variables` and `trainable_weights`.
- A model of which nothing is frozen.
- Gradients that are looked at and not applied.
- A list that is filtered.

## Public reports

- [keras-team/keras#10222](https://github.com/keras-team/keras/issues/10222): frozen layers that train under an
  optimizer of TensorFlow

## References

- [Keras guide: writing a training loop from
  scratch](https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.rules.wording import target_of
from freezelint.timeline import symbols
from freezelint.timeline.events import Applied, FlagEntry, GradientTaken
from freezelint.timeline.keras import variables
from freezelint.timeline.values import Gradients, Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Gradients over `variables` or `weights`, applied while something of the model is frozen."""
    taken = {event.at.order: event for event in timeline.of(GradientTaken)}
    seen: set[object] = set()
    for applied in timeline.of(Applied):
        frozen = _frozen(timeline, applied)
        source = taken.get(applied.gradients.taken) if isinstance(applied.gradients, Gradients) else None
        if frozen is None or source is None or source.at.site.node in seen:
            continue
        machine = timeline.machine
        if variables.key_of(machine, source.variables) != variables.key_of(machine, applied.variables):
            continue  # FRZ502
        seen.add(source.at.site.node)
        yield Report(
            source.at.site,
            f"the optimizer updates every variable that it is given, and {target_of(timeline, frozen.key)} is frozen: "
            "take `trainable_variables`",
            "error",
            target.keras or "any",
            (("frozen here", frozen.write.at.site), ("applied here", applied.at.site)),
            loops.trainable_only(source.at.site, applied.at.site),
        )


def _frozen(timeline: Timeline, applied: Applied) -> FlagEntry | None:
    """A flag that is False for some of what is updated."""
    machine = timeline.machine
    whole = [
        part
        for part in variables.parts(machine, applied.variables) or ()
        if isinstance(part, Weights) and part.path in ("variables", "weights")
    ]
    for flags in applied.flags:
        if not any(part.owner in flags.inside for part in whole):
            continue
        for entry in flags.entries.values():
            known = entry.value is False and entry.certain and entry.write.at.order > applied.horizon
            weightless = machine.objects[entry.key[0]].symbol in symbols.WEIGHTLESS
            if known and not weightless and entry.key[0] in flags.inside:
                return entry
    return None
