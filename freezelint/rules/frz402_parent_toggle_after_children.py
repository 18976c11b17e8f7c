"""A model's flag is written after the flags of its layers, which it overrides.

## What it does

Reports `model.trainable = ...` after layers inside that model were frozen or un-frozen one by one, with no
write to those layers afterwards.

## Why is this bad?

Writing a model's flag writes it on everything inside. The careful choice of layers made just before is lost:
the frozen ones train. On Keras 3 with TensorFlow there is a catch on top: a write of the value that the flag
already has is skipped, so the very same line does nothing there and un-freezes everything on JAX, torch and
Keras 2.

## What each Keras does

| engine | `model.trainable = True`, already True | `model.trainable = True`, was False |
|---|---|---|
| Keras 2 | un-freezes everything inside | un-freezes everything inside |
| Keras 3 on TensorFlow | skipped: the layers keep their flags | un-freezes everything inside |
| Keras 3 on JAX | un-freezes everything inside | |
| Keras 3 on torch | un-freezes everything inside | |

## Example

```python
for layer in base.layers[:-2]:
    layer.trainable = False
base.trainable = True
```

## Use instead

```python
base.trainable = True
for layer in base.layers[:-2]:
    layer.trainable = False
```

## Not reported

- The layers are set again after the parent.
- The second phase of fine-tuning: everything was frozen, trained, and is now un-frozen on purpose.
- A write to another model.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
"""

from __future__ import annotations
