"""A slice of a base is frozen although all of it is: the rest was meant to train.

## What it does

Reports `base.trainable = False` where a loop afterwards freezes only some of the base's layers, for instance
`base.layers[:-10]`, and the base is not set to True in between.

## Why is this bad?

Freezing the first layers says that the last ones are to be fine-tuned. They are frozen too: the earlier
write put False on the base and on everything in it, and the loop takes nothing back. The run is the feature
extraction of phase one with the learning rate of phase two.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | nothing in the base trains |
| Keras 3 on TensorFlow | nothing in the base trains |

## Example

```python
base.trainable = False
for layer in base.layers[:-10]:
    layer.trainable = False
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-10]:
    layer.trainable = False
```

## Not reported

- The base is set to True before the loop.
- The other layers are set to True: see FRZ401.
- The loop runs over all the layers.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [TensorFlow tutorial: transfer learning and
  fine-tuning](https://www.tensorflow.org/tutorials/images/transfer_learning)
"""

from __future__ import annotations
