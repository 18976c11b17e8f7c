"""Weights that are frozen as random numbers.

## What it does

Reports a freeze of a base that has only its random first weights: an application with `weights=None`, or a
model rebuilt by `model_from_json`, `from_config` or `clone_model` whose weights nobody sets. It speaks where
a model that holds the base is trained.

## Why is this bad?

A base is frozen to keep what it has learned. This one has learned nothing and never will: every layer behind
it works on random features. Rebuilding a model keeps the flags and drops the weights, so that a base which was
frozen with good weights comes back frozen with random ones.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the base keeps its random weights; `clone_model`, `to_json`, `get_config` keep the flags | error |
| Keras 3 on any backend | the same | error |

## Example

```python
base = keras.applications.MobileNetV2(include_top=False, weights=None)
base.trainable = False
model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
base = keras.applications.MobileNetV2(include_top=False, weights="imagenet")
base.trainable = False
model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix

Unsafe, for `clone_model` only: the weights are copied below it. Which weights another base should have, only you know.

## Not reported

- Weights are loaded or set anywhere in the program, or handed to code that may do so.
- Some training call of the program trains the base, before or after.
- A base that the program writes out layer by layer.
- Training by a hand-written loop.

## Public reports

No public report known.

## References

- [Keras applications: the `weights` argument](https://keras.io/api/applications/)
- [Keras: `clone_model` creates new weights](https://keras.io/api/models/model_saving_apis/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import definitions
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagEntry, Trained
from freezelint.timeline.keras.flags import below
from freezelint.timeline.keras.origins import Origin, is_random
from freezelint.timeline.questions.stale import nothing_trains

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Training calls of a model that holds a frozen base with random weights."""
    machine = timeline.machine
    seen: set[object] = set()
    holders: dict[int, list[Trained]] = {}
    for trained in timeline.of(Trained):
        for id in _held(timeline, trained):
            holders.setdefault(id, []).append(trained)
    for origin in machine.origins.values():
        if not timeline.complete or not is_random(machine, origin.id):
            continue
        for trained in holders.get(origin.id, ()):
            entry = _frozen(timeline, trained, origin)
            if entry is None or entry.write.at.site.node in seen:
                continue
            if any(_trains(timeline, other, origin, entry) for other in holders[origin.id]):
                continue
            seen.add(entry.write.at.site.node)
            yield Report(
                entry.write.at.site,
                f"{target_of(timeline, entry.key)} is frozen with {_weights(origin)}, which nothing in this program "
                "replaces or trains: its features stay random",
                "error",
                generation(target.generations, target),
                ((f"random weights from here: `{origin.text}`", origin.site), ("trained here", trained.at.site)),
                definitions.weights_copied(origin.site),
            )


def _weights(origin: Origin) -> str:
    return "its random first weights" if origin.how == "random" else "the random weights of a rebuilt model"


def _held(timeline: Timeline, trained: Trained) -> set[int]:
    """What the trained model holds: objects, and those through which they were reached."""
    objects = timeline.machine.objects
    waiting = set(trained.flags.inside)
    held = set(waiting)
    while waiting:
        parents = {objects[i].parent for i in waiting}
        waiting = {p for p in parents if p is not None} - held
        held |= waiting
    return held


def _frozen(timeline: Timeline, trained: Trained, origin: Origin) -> FlagEntry | None:
    """The flag that keeps (some of) the random weights still in this training call, for either generation."""
    compiled = trained.compiled
    if not isinstance(compiled, Compiled):
        return None
    if any(frame.name.startswith("test") for frame in trained.at.frames):
        return None
    if nothing_trains(timeline.machine, trained.model, compiled.flags) is not None:
        return None
    entry = _own(timeline, trained, origin)
    if entry is not None:
        then = compiled.flags.entries.get(entry.key)
        return entry if then is not None and then.write is entry.write else None
    written = any(key[0] in set(below(timeline.machine, origin.id)) for key in trained.flags.entries)
    return None if written else origin.frozen


def _own(timeline: Timeline, trained: Trained, origin: Origin) -> FlagEntry | None:
    """The newest False in force at or below the object that no later write may have taken back."""
    inside = set(below(timeline.machine, origin.id))
    found = None
    for entry in sorted(trained.flags.entries.values(), key=lambda e: e.write.at.order):
        if entry.key[0] not in inside:
            continue
        if entry.value is not False:
            found = None
        elif entry.certain and entry.write.text and not _one_layer(timeline, entry):
            found = entry
    return found


def _one_layer(timeline: Timeline, entry: FlagEntry) -> bool:
    """A layer by its number or name: it may have no weights at all."""
    return timeline.machine.objects[entry.key[0]].path.startswith(("layers[", "get_layer"))


def _trains(timeline: Timeline, trained: Trained, origin: Origin, entry: FlagEntry) -> bool:
    """Whether some training call may train what `entry` freezes."""
    compiled = trained.compiled
    if not isinstance(compiled, Compiled):
        return True
    return any(
        _frozen_then(snapshot.entries.get(entry.key), origin, entry) for snapshot in (compiled.flags, trained.flags)
    )


def _frozen_then(then: FlagEntry | None, origin: Origin, entry: FlagEntry) -> bool:
    """Whether the flag was not surely False in a snapshot; copied flags are in no snapshot of the copy."""
    if then is None:
        return entry is not origin.frozen
    return then.value is not False
