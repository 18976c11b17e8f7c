"""The flag is written on something that is not the layer that trains.

## What it does

Reports `trainable` set on the output tensor of a layer, on a module, class or function of the library, or on a
layer of a model that was replaced: the program goes on with the model that `load_model` or `clone_model`
returned, and the layer belongs to the one before.

## Why is this bad?

A tensor, a module and a function take any attribute without a word. A loaded or cloned model has layers of
its own: nothing that happens to the old ones reaches them. What was to be frozen trains, and what was to be
fine-tuned stays as it is.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the write is accepted and changes nothing that trains | error |
| Keras 3 on any backend | the same | error |

## Example

```python
base = VGG16(include_top=False)(inputs)
base.trainable = False
```

```python
model = keras.models.load_model("phase_one.keras")
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Use instead

```python
base = VGG16(include_top=False)
base.trainable = False
features = base(inputs)
```

```python
model = keras.models.load_model("phase_one.keras")
for layer in model.get_layer("vgg16").layers:
    layer.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: `old.get_layer(…)` and `old.layers[…]` are asked of the model that trains. None for other forms.

## Not reported

- The old model is used, trained or saved after the write, or trained by another function that nobody calls here.
- A function of the program that takes a tensor and returns a model.
- A teacher that is frozen after its student was cloned from it.

## Public reports

- [keras-team/keras#13979](https://github.com/keras-team/keras/issues/13979): a base and the tensor that it returned
  are taken for one another
- [keras-team/keras#4674](https://github.com/keras-team/keras/issues/4674): flags written on the tensors between the
  layers, in a comment

## References

- [Keras: saving and loading models](https://keras.io/guides/serialization_and_saving/)
- [Keras functional API](https://keras.io/guides/functional_api/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import hierarchy
from freezelint.rules.report import Report
from freezelint.rules.wording import deed, generation, target_of
from freezelint.timeline import grouping
from freezelint.timeline.events import Compiled, FlagWritten, Trained, Written
from freezelint.timeline.keras.flags import below
from freezelint.timeline.values import Symbol, Tensor

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.keras.origins import Origin


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Writes to tensors and names of the library, then writes to the layers of a replaced model."""
    for event in timeline.of(Written):
        if event.name == "trainable" and event.keras and isinstance(event.target, (Tensor, Symbol)):
            tensor = isinstance(event.target, Tensor)
            what = "the output of a layer, a tensor" if tensor else "a name of the library, not a layer or model"
            yield Report(
                event.at.site,
                f"`{event.text}` is set on {what}: it freezes and un-freezes nothing; set the flag of the layer "
                "or model itself",
                "error",
                generation(target.generations, target),
            )
    seen: set[object] = set()
    origins = _origins(timeline)
    for write in timeline.of(FlagWritten):
        for origin in origins.get(write.key[0], ()):
            trained = _replaced(timeline, write, origin)
            if trained is not None and write.at.site.node not in seen:
                seen.add(write.at.site.node)
                yield _report(timeline, target, write, origin, trained)


def _origins(timeline: Timeline) -> dict[int, list[Origin]]:
    """The models that were made from others, under each object that such an original holds and they do not."""
    machine = timeline.machine

    def original(origin: Origin) -> set[int]:
        old = () if origin.source is None else origin.held.union(below(machine, origin.source))
        return set(old).difference(below(machine, origin.id))

    return grouping.group(machine.origins.values(), original)


def _report(timeline: Timeline, target: Target, write: FlagWritten, origin: Origin, trained: Trained) -> Report:
    return Report(
        write.at.site,
        f"{target_of(timeline, write.key)} is {deed(write)} in the old model, but what trains is the model that "
        f"`{origin.text}` returned, with layers of its own",
        "error",
        generation(target.generations, target),
        (("replaced here", origin.site), ("trained here", trained.at.site)),
        hierarchy.other_object(write.at.site, timeline.label(trained.model)),
    )


def _replaced(timeline: Timeline, write: FlagWritten, origin: Origin) -> Trained | None:
    """The training of the copy that this write to the original was meant for."""
    machine, now = timeline.machine, write.at.order
    if origin.source is None or write.value is None or not write.text or now < origin.order:
        return None
    id = write.key[0]
    if write.value is False and write.key == (origin.source, ""):
        return None
    if any(
        order >= now for i in (id, origin.source) for order in (machine.used.get(i, -1), machine.reweighted.get(i, -1))
    ):
        return None
    for original in (id, origin.source):
        used: list[Compiled | Trained] = []
        used += timeline.by(Compiled, grouping.inside).get(original, ())
        used += timeline.by(Trained, grouping.inside).get(original, ())
        if any(e.at.order > now or _apart(e, write) for e in used):
            return None
    return next((t for t in timeline.by(Trained, grouping.inside).get(origin.id, ()) if t.at.order > now), None)


def _apart(event: Compiled | Trained, write: FlagWritten) -> bool:
    """Whether these happen in functions that nobody in the program calls: either may come first."""
    roots = [frames[0] if frames and frames[0].call is None else None for frames in (event.at.frames, write.at.frames)]
    return None not in roots and roots[0] != roots[1]
