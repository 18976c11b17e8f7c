"""`trainable` is changed after `compile()` and the model is then trained for the first time.

## What it does

Reports a write to `trainable` that comes after the `compile()` of a model and before the first `fit()` or
`train_on_batch()` of that model, with no second `compile()` in between.

## Why is this bad?

On Keras 2 the flags are recorded by `compile()` and put back for the whole of every training call: the write
does nothing, and nothing says so. The layer that looks frozen trains, the layer that looks un-frozen stays
still. On Keras 3 the same lines work, but only because nothing has been traced yet: run the cell twice, or
add one warm-up call to `fit`, and the write is ignored there as well.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | ignored: the flags of `compile()` hold, in graph mode, eagerly and with XLA |
| Keras 3 on TensorFlow | honoured, because the first training call reads the flags when it traces |
| Keras 3 on JAX | honoured by the first training call |
| Keras 3 on torch | honoured |

## Example

```python
model.compile(optimizer="adam", loss="mse")
base.trainable = False
model.fit(x, y)
```

## Use instead

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Not reported

- A later `compile()` of the same model, also inside a helper function.
- The model that was compiled is another one than the model that is trained.
- A hand-written training loop: it reads the live flags.
- Toggles round the training calls of two compiled models (a GAN loop) whose flags were right at `compile()`.

## References

- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [osh/KerasGAN#10](https://github.com/osh/KerasGAN/issues/10): toggles without `compile()` freeze nothing
"""

from __future__ import annotations
