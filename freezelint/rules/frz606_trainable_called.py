"""`trainable` is called like a method, or `freeze()` is called, which no layer has.

## What it does

Reports `layer.trainable(False)`, `layer.freeze()`, `layer.unfreeze()` and `layer.set_trainable(False)` on a
Keras layer or model that does not define them.

## Why is this bad?

`trainable` is a boolean, so calling it raises `TypeError`; the methods do not exist and raise
`AttributeError`. In a branch that seldom runs, the mistake waits for the run that needs it.

## What each Keras does

| engine | `layer.trainable(False)` | `layer.freeze()` |
|---|---|---|
| Keras 2 | `TypeError` | `AttributeError` |
| Keras 3 on TensorFlow | `TypeError` | `AttributeError` |

## Example

```python
base.freeze()
```

## Use instead

```python
base.trainable = False
```

## Not reported

- A class of your own that defines `freeze` or `set_trainable`.
- A function of that name that takes the model as an argument.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations
