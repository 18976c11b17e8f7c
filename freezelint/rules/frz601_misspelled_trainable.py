"""A misspelt attribute is written where `trainable` was meant.

## What it does

Reports an assignment to `trainble`, `Trainable`, `is_trainable`, `frozen` and the like on a Keras layer or
model.

## Why is this bad?

Keras objects are Python objects and take any attribute. The line raises nothing and freezes nothing.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | a new attribute appears; the layer trains |
| Keras 3 on TensorFlow | a new attribute appears; the layer trains |

## Example

```python
base.trainble = False
```

## Use instead

```python
base.trainable = False
```

## Not reported

- Attributes of your own classes that read them.
- Objects that are not Keras layers or models.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations
