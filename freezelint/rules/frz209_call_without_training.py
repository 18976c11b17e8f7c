"""The `call` of a fitted model has no `training` parameter: on Keras 3 its layers never train as layers should.

## What it does

Reports the `call` of a subclass of `keras.Model` that takes no `training` argument, when `fit()` trains the model
and the method calls BatchNormalization or dropout layers without the argument.

## Why is this bad?

Keras 3 tells the model that it trains through that parameter. Without it the layers inside are called as for
inference: BatchNormalization normalises with mean 0 and variance 1 and never learns its statistics, dropout
drops nothing. Keras 2 told the layers behind the model's back, so ported code changes its meaning silently.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | works: the layers know that `fit()` trains | – |
| Keras 3 on any backend | BatchNormalization and dropout stay in inference mode during `fit()` | warning |

## Example

```python
class Net(keras.Model):
    def call(self, inputs):
        return self.head(self.bn(inputs))
```

## Use instead

```python
class Net(keras.Model):
    def call(self, inputs, training=None):
        return self.head(self.bn(inputs, training=training))
```

## Fix

Unsafe: `call` takes `training=None` and hands it to the layers that have two modes.

## Not reported

- Keras 2.
- Nothing inside behaves differently in training mode.
- The layers are called with `training=True` or another value.
- A model with a `train_step` of its own.

## Public reports

- [keras-team/keras-hub#1500](https://github.com/keras-team/keras-hub/issues/1500): encoders whose dropout never ran
  on Keras 3, because `call` did not hand `training` on

## References

- [Keras guide: making new layers and models via
  subclassing](https://keras.io/guides/making_new_layers_and_models_via_subclassing/), on the `training` argument
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.rules.repairs import normalization
from freezelint.rules.report import Report
from freezelint.rules.wording import generation
from freezelint.timeline.events import LayerCalled, Site, Trained
from freezelint.timeline.keras.flags import below
from freezelint.timeline.keras.normalization import has_modes
from freezelint.timeline.symbols import MODEL_CLASSES

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.values import Class, Function


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Fitted models whose `call` cannot be told that it trains, and calls what ought to know."""
    if "3" not in target.generations:
        return
    machine = timeline.machine
    seen: set[object] = set()
    for trained in timeline.of(Trained):
        cls = machine.objects[trained.model].cls
        function = None if cls is None else _untold(cls)
        if function is None or function.node in seen:
            continue
        for call in timeline.of(LayerCalled):
            if not _own(call, function) or call.training is not None or call.layer not in trained.flags.inside:
                continue
            deaf = next((id for id in below(machine, call.layer) if has_modes(machine, id)), None)
            if deaf is not None:
                seen.add(function.node)
                yield _report(timeline, target, trained, function, call, deaf)
                break


def _untold(cls: Class) -> Function | None:
    """The `call` of a model class without a `training` parameter."""
    function = cls.method("call")
    if function is None or not any(root in MODEL_CLASSES for root in cls.roots) or not cls.known:
        return None
    if any(cls.method(name) for name in ("train_step", "fit", "__call__", "train_on_batch")):
        return None
    given = function.node.params
    names = [p.name.value for p in (*given.posonly_params, *given.params, *given.kwonly_params)]
    return None if "training" in names or given.star_kwarg is not None or function.decorators else function


def _own(call: LayerCalled, function: Function) -> bool:
    """Whether a call stands in this method."""
    where = call.at.frames[-1] if call.at.frames else None
    if where is None or function.owner is None:
        return False
    return (where.class_name, where.name) == (function.owner.name, "call")


def _fix(timeline: Timeline, function: Function) -> Fixer | None:
    """`training` goes to all that has two modes."""
    if not isinstance(function.node, cst.FunctionDef):
        return None
    calls = [c for c in timeline.of(LayerCalled) if _own(c, function) and c.training is None]
    machine = timeline.machine
    deaf = [c.at.site for c in calls if any(has_modes(machine, id) for id in below(machine, c.layer))]
    return normalization.mode_handed_on(function.node, deaf)


def _report(
    timeline: Timeline, target: Target, trained: Trained, function: Function, call: LayerCalled, deaf: int
) -> Report:
    assert function.owner is not None
    kind = timeline.machine.objects[deaf].symbol.rpartition(".")[2]
    return Report(
        Site(function.segment, getattr(function.node, "name", function.node)),
        f"`{function.owner.name}.call` takes no `training` argument, so on Keras 3 `fit` never puts its {kind} in "
        "training mode; add `training=None` and hand it on",
        "warning",
        generation(["3"], target),
        (("called without it here", call.at.site), ("trained here", trained.at.site)),
        _fix(timeline, function),
    )
