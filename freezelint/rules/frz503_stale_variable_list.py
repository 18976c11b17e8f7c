"""A list of trainable variables is used after flags changed that chose its members.

## What it does

Reports gradients over a list that was taken from `model.trainable_variables` before a layer of the model was
frozen or un-frozen.

## Why is this bad?

`trainable_variables` is a new list each time it is read; one that is kept does not follow the flags. The layer
that was frozen since is still updated, the one that was un-frozen is not.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the loop goes by the old list: frozen weights train, un-frozen ones do not | error |
| Keras 3 on TensorFlow | the loop goes by the old list: frozen weights train, un-frozen ones do not | error |
| Keras 3 on JAX and torch | does not apply: no gradient tape | – |

## Example

```python
variables = model.trainable_variables
base.trainable = False
grads = tape.gradient(loss, variables)
```

## Use instead

```python
base.trainable = False
variables = model.trainable_variables
grads = tape.gradient(loss, variables)
```

## Fix

Unsafe: the list is read again above the gradient, where it has a name in the same function.

## Not reported

- A list that is taken again after the change.
- A model that is frozen as a whole after its list was taken: the list is all that such a loop has.
- Lists that are filtered or put together.

## Public reports

No public report known.

## References

- [Keras guide: writing a training loop from
  scratch](https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import loops
from freezelint.rules.report import Report
from freezelint.rules.wording import deed, target_of
from freezelint.timeline.events import FlagEntry, GradientTaken
from freezelint.timeline.questions.stale import differs
from freezelint.timeline.values import Weights

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Gradients over a list that is older than the flags."""
    seen: set[object] = set()
    for event in timeline.of(GradientTaken):
        changed = _changed(timeline, event)
        if changed is None or event.at.site.node in seen:
            continue
        seen.add(event.at.site.node)
        freezes = changed.value is False
        yield Report(
            event.at.site,
            f"this list was taken before {target_of(timeline, changed.key)} was {deed(changed.write)}: what is "
            f"{'frozen' if freezes else 'un-frozen'} there {'still trains' if freezes else 'does not train'}; take "
            "`trainable_variables` again",
            "error",
            target.keras or "any",
            ((f"{deed(changed.write)} here", changed.write.at.site),),
            loops.list_taken_again(event.at.site),
        )


def _changed(timeline: Timeline, event: GradientTaken) -> FlagEntry | None:
    """A flag that was changed after the list was taken, and is still another one."""
    taken = event.variables
    if not isinstance(taken, Weights) or taken.flags is None or taken.taken < event.horizon:
        return None
    for flags in event.flags:
        for entry in flags.entries.values():
            newer = entry.write.at.order > taken.taken and entry.certain and entry.value is not None
            whole = entry.key == (taken.owner, "") and entry.value is False
            inside = entry.key[0] in flags.inside
            if newer and inside and not whole and differs(taken.flags, timeline.machine, entry):
                return entry
    return None
