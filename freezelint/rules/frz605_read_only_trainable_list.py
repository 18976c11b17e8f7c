"""`trainable_variables` or `trainable_weights` is assigned, or the returned copy is changed.

## What it does

Reports `model.trainable_variables = [...]`, `layer.trainable_weights = []`, and `clear()`, `pop()`,
`remove()` on what these properties return.

## Why is this bad?

Both are read-only properties that build a new list at every access. Assigning raises `AttributeError`;
changing the list changes a copy, and every weight goes on training.

## What each Keras does

| engine | assigning | changing the returned list |
|---|---|---|
| Keras 2 | `AttributeError` | no effect |
| Keras 3 on TensorFlow | `AttributeError` | no effect |

## Example

```python
base.trainable_variables.clear()
```

## Use instead

```python
base.trainable = False
```

## Not reported

- A list of your own made from it: `variables = list(model.trainable_variables)`, which may be filtered or
  changed.
- Reading.

## References

- [ajgallego/DANN#1](https://github.com/ajgallego/DANN/issues/1): the `AttributeError` in a gradient reversal
  layer
- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations
