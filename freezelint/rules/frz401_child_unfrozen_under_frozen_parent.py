"""A layer is un-frozen inside a model that itself stays frozen.

## What it does

Reports `layer.trainable = True` where the layer sits in a model whose own flag is False and is not set back
to True before training.

## Why is this bad?

A model's flag stands above those of its layers. When the fitted model's flag is False nothing trains at all,
on any Keras, however many of its layers say True. When the frozen model is nested in the fitted one, the two
generations disagree: Keras 2 keeps the layer frozen, Keras 3 trains it while `base.trainable_variables` is
empty.

## What each Keras does

| engine | fitted model is frozen | a base nested in it is frozen |
|---|---|---|
| Keras 2 | nothing trains | the un-frozen layer stays frozen |
| Keras 3 on TensorFlow | nothing trains, one warning | it trains; `base.trainable_variables` is empty |
| Keras 3 on JAX | nothing trains | it trains |
| Keras 3 on torch | nothing trains, one warning | it trains |

## Example

```python
base.trainable = False
base.layers[-1].trainable = True
model.compile(optimizer="adam", loss="mse")
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-1]:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
```

## Not reported

- The parent is set to True before training.
- The layer is frozen again before training.
- The un-frozen layer belongs to another model.

## References

- [keras-team/keras#18092](https://github.com/keras-team/keras/issues/18092): a maintainer explains it for
  Keras 2
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations
