"""`trainable` is changed between two training calls without `compile()` in between.

## What it does

Reports a write to `trainable` on a model, or on anything inside it, after the model has trained, when the
model then trains again and nothing recompiled it.

## Why is this bad?

The second training call runs the function that the first one traced, with the variables of that time.
`summary()` and `trainable_variables` already show the new flags, so everything looks right while the weights
that should rest move, or the weights that should be fine-tuned stay where they are. On Keras 3 it is worse
than ignored: a batch of another shape traces again and the flags change in the middle of the run.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | ignored until the next `compile()`, also eagerly and after a retrace |
| Keras 3 on TensorFlow | ignored while the trace is reused; a new batch shape or dtype picks the change up |
| the same, `run_eagerly=True` | freezing works; un-freezing raises `ValueError: Unknown variable` |
| Keras 3 on JAX | raises `ValueError`: the optimizer was built for another list of variables |
| Keras 3 on torch | freezing works; un-freezing raises `ValueError: Unknown variable` |

## Example

```python
model.fit(x, y)
base.trainable = True
model.fit(x, y)
```

## Use instead

```python
model.fit(x, y)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y)
```

## Not reported

- `model.make_train_function(force=True)` after the write, on Keras 3.
- Freezing with `run_eagerly=True`, on Keras 3.
- A model that is only evaluated or asked for predictions afterwards.

## References

- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [osh/KerasGAN#10](https://github.com/osh/KerasGAN/issues/10): a discriminator that trains on although
  frozen
"""

from __future__ import annotations
