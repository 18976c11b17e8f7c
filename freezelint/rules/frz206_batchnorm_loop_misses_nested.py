"""A loop that freezes BatchNormalization runs over the outer model; the layers are inside a nested base.

## What it does

Reports the write in `for layer in model.layers: if isinstance(layer, BatchNormalization): …` when none of the
model's own layers is BatchNormalization and a model nested in it holds some that then move.

## Why is this bad?

`model.layers` holds the nested base as one layer. The condition is never true, the loop does nothing, and the
statistics that it was to protect move in the next `fit()`.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | matches nothing; the moving statistics move | error |
| Keras 3 on any backend | the same | error |

## Example

```python
model = keras.Sequential([base, keras.layers.Dense(1)])
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
```

## Use instead

```python
for layer in base.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
```

## Not reported

- The loop runs over the base itself, over `model._flatten_layers()` or `model.submodules`, or it recurses.
- A model built on `base.input` and `base.output`: its layers are those of the base.
- The base is frozen as a whole.
- A model whose layers are not all known.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras guide: the Sequential model](https://keras.io/guides/sequential_model/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import BranchSkipped, FlagWritten, Site, Trained
from freezelint.timeline.keras.flags import above, below, children, is_closed
from freezelint.timeline.keras.normalization import concerns, direct, moving

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Writes for BatchNormalization layers of a model that has none itself, before it trains with nested ones."""
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        for site, model, writes in _missed(timeline, trained):
            nested = moving(timeline.machine, trained.flags, model, writes)
            if site.node in seen or nested is None or nested == model:
                continue
            seen.add(site.node)
            parts = (p.id for p in children(timeline.machine, model) if nested in below(timeline.machine, p.id))
            outer, inner = timeline.label(model), timeline.label(next(parts, nested))
            yield Report(
                site,
                f"no layer of `{outer}` itself is BatchNormalization, so this freezes nothing: they are inside "
                f"`{inner}`, and their statistics move; loop over the layers of the nested model",
                "error",
                generation(target.generations, target),
                (("trained here", trained.at.site),),
            )


def _missed(timeline: Timeline, trained: Trained) -> Iterator[tuple[Site, int, set[FlagWritten]]]:
    """Places, models and writes of loops that looked for BatchNormalization where there is none."""
    machine = timeline.machine
    for entry in trained.flags.entries.values():
        model, path = entry.key
        if not path.startswith("layers if") or entry.value is not False or concerns(machine, entry.write) != 1:
            continue
        if model in trained.flags.inside and is_closed(machine, model) and not direct(machine, model):
            yield entry.write.at.site, model, {entry.write}
    skips = list(timeline.of(BranchSkipped))
    written = {w.at.site.node for w in timeline.of(FlagWritten)} if skips else set()
    for skip in skips:
        if skip.at.order > trained.at.order or skip.at.site.node in written:
            continue
        for model in above(machine, skip.layer):
            inside = model != skip.layer and model in trained.flags.inside
            if inside and is_closed(machine, model) and not direct(machine, model):
                yield skip.at.site, model, set()
