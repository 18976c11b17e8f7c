"""`tf.Variable.trainable` is assigned, and it has no setter.

## What it does

Reports `variable.trainable = ...` where `variable` was made by `tf.Variable(...)`.

## Why is this bad?

`trainable` of a `tf.Variable` is fixed when the variable is made. The assignment raises `AttributeError`, on
every version.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | `AttributeError`: the property has no setter |
| Keras 3 on TensorFlow | `AttributeError`: the property has no setter |

## Example

```python
scale = tf.Variable([1.0])
scale.trainable = False
```

## Use instead

```python
scale = tf.Variable([1.0], trainable=False)
```

or leave the variable out of the list that the gradients are taken for.

## Not reported

- `keras.Variable` on Keras 3: its flag can be assigned.
- The constructor argument `trainable=False`.
- A layer's weights: see FRZ302.

## References

- [tensorflow/tensorflow#60004](https://github.com/tensorflow/tensorflow/issues/60004): the same error,
  reported
- [tf.Variable](https://www.tensorflow.org/api_docs/python/tf/Variable)
"""

from __future__ import annotations
