"""A model uses layers that sit in a plain object, where neither training nor freezing reaches them.

## What it does

Reports an attribute of a subclassed model that is an object of a plain class with layers in it, when `call` uses those
layers and `fit` trains the model.

## Why is this bad?

Keras finds the layers of a model through its attributes: layers, models, lists, tuples and dictionaries of them. It
does not look into other objects. A layer in there is in no list of variables: `fit` never trains it, `trainable =
False` on the model does not reach it. It keeps its random numbers for ever.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | the layer never trains, and does not show in `weights` | error |
| Keras 3 on any backend | the same | error |

## Example

```python
class Block:
    def __init__(self):
        self.dense = keras.layers.Dense(3)

    def __call__(self, inputs):
        return self.dense(inputs)
```

## Use instead

```python
class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)

    def call(self, inputs):
        return self.dense(inputs)
```

## Fix

Unsafe: the class becomes a `Layer`, with `super().__init__()` and `call` for `__call__`.

## Not reported

- Attributes, lists, tuples and dictionaries of layers.
- A layer that is an attribute of the model as well.
- A layer whose weights are set or loaded, or that any training call or gradient of the program reaches.
- Classes with a base, such as `tf.Module`, which Keras 2 tracks.
- A file that writes no flag, unless the class has a `__call__`: the gates stop it.

## Public reports

No public report known.

## References

- [Keras guide: making new layers and models via
  subclassing](https://keras.io/guides/making_new_layers_and_models_via_subclassing/)
- [tf.Module](https://www.tensorflow.org/api_docs/python/tf/Module)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs import definitions
from freezelint.rules.report import Report
from freezelint.timeline.questions.untracked import untracked

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.events import Site
    from freezelint.timeline.values import Class


def _fix(cls: Class, site: Site) -> Fixer:
    """The class becomes a layer, if it is in the same file as the object."""
    return definitions.class_made_a_layer(cls.node, cls.segment == site.segment)


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Layers in plain objects that only the forward pass sees."""
    seen: set[object] = set()
    for one in untracked(timeline):
        owner = timeline.machine.objects[one.owner]
        if owner.site is None or owner.site.node in seen:
            continue
        seen.add(owner.site.node)
        made = timeline.machine.objects[one.layer].site
        yield Report(
            owner.site,
            f"`{timeline.label(one.layer)}` is in a plain object, so the model does not know it: `fit` never trains it "
            "and no flag of the model reaches it; make the class a layer",
            "error",
            target.keras or "any",
            (*((("the layer is made here", made),) if made else ()), ("trained here", one.trained.at.site)),
            None if owner.cls is None else _fix(owner.cls, owner.site),
        )
