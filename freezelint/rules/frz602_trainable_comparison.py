"""`trainable` is compared where it should be assigned.

## What it does

Reports an expression statement `layer.trainable == False`: the comparison is made and thrown away.

## Why is this bad?

One `=` too many. The line has no effect and the layer trains.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | no effect; the layer trains |
| Keras 3 on TensorFlow | no effect; the layer trains |

## Example

```python
for layer in base.layers:
    layer.trainable == False
```

## Use instead

```python
for layer in base.layers:
    layer.trainable = False
```

## Not reported

- Comparisons whose value is used: in `if`, `assert`, `filter`, a comprehension, a `print`.
- The last expression of a notebook cell: it is displayed.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
"""

from __future__ import annotations
