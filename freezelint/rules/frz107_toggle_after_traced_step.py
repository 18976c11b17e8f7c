"""`trainable` is changed between two calls of a `@tf.function` step, which was traced before.

## What it does

Reports a write to `trainable` on a model, or on anything inside it, between two calls of a hand-written
training step under `@tf.function` that reads the model's `trainable_variables`.

## Why is this bad?

The body of the step runs once, when the function is traced. The list of variables that it read then is part
of the graph: later calls with the same kind of arguments take gradients for these variables and no others.
`summary()` shows the new flags while the frozen part trains on, or the un-frozen part stays where it is. A
batch of another shape traces again, picks the new flags up for itself, and leaves the old trace in use for
the old shape.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the old list stays in use; un-freezing and a new batch shape raise `KeyError` | error |
| Keras 3 on TensorFlow | the same; un-freezing and a new batch shape raise `ValueError: Unknown variable` | error |
| Keras 3 on JAX and torch | does not apply: `tf.function` is TensorFlow's | – |

## Example

```python
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))

step(x, y)
base.trainable = False
step(x, y)
```

## Use instead

```python
def make_step():
    @tf.function
    def step(x, y):
        ...
    return step

make_step()(x, y)
base.trainable = False
make_step()(x, y)
```

## Fix

Unsafe: a new `tf.function` is made below the flag, for a step that is a name at the top of the module and
layers that are frozen. A new trace for un-frozen layers would need a new optimizer, too (FRZ504).

## Not reported

- The flag is written before the first call of the step.
- A step that runs eagerly, without `@tf.function` or under `tf.config.run_functions_eagerly(True)`.
- Another function is traced after the write, for instance by `tf.function(step)`.
- Steps of two models between which the flags go back and forth, each traced with the flags that it needs.

## Public reports

No public report known.

## References

- [TensorFlow guide: better performance with tf.function](https://www.tensorflow.org/guide/function)
- [Keras guide: writing a training loop from
  scratch](https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import definitions
from freezelint.rules.report import Report
from freezelint.rules.wording import deed, generation, target_of
from freezelint.timeline.events import FlagEntry, StepRun
from freezelint.timeline.questions.stale import blame, differs

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Flags that differ between the first call of a traced step, which fixes them, and a later one."""
    if timeline.machine.eager or target.backend in ("jax", "torch"):
        return
    found = list(_overlooked(timeline))
    for traced, run, entry in found:
        what = target_of(timeline, entry.key)
        result = "keeps training" if entry.value is False else "stays frozen"
        yield Report(
            blame(timeline, entry.write, [e.write for _, _, e in found], run),
            f"{what} is {deed(entry.write)} after `{run.name}` was traced: the step goes on with the list of "
            f"variables of that trace, so {what} {result}",
            "error",
            generation(target.generations, target),
            (("traced here", traced.at.site), ("called again here", run.at.site)),
            definitions.traced_again(entry.write.at.site, run.at.site) if entry.value is False else None,
        )


def _overlooked(timeline: Timeline) -> Iterator[tuple[StepRun, StepRun, FlagEntry]]:
    first: dict[tuple[object, ...], StepRun] = {}
    seen: set[tuple[object, object]] = set()
    for run in timeline.of(StepRun):
        traced = first.setdefault(run.key, run)
        known = dict(traced.flags)
        for owner, flags in run.flags:
            for entry in flags.entries.values():
                entry = entry.after_its_write(run.at)
                key = (entry.write.at.site.node, entry.write.at.frames)
                if owner in known and key not in seen and _is_overlooked(timeline, traced, run, owner, entry):
                    seen.add(key)
                    yield traced, run, entry


def _is_overlooked(timeline: Timeline, traced: StepRun, run: StepRun, owner: int, entry: FlagEntry) -> bool:
    write = entry.write
    if entry.value is None or not write.text or write.at.order < traced.at.order:
        return False
    if not entry.certain and not run.at.follows(write.at):
        return False
    if any(frame.role != "plain" for frame in write.at.frames):
        return False
    return differs(dict(traced.flags)[owner], timeline.machine, entry)
