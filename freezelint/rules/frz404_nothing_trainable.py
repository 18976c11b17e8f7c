"""Everything that the fitted model holds is frozen.

## What it does

Reports the statement that freezes the last trainable part of a model which is then trained.

## Why is this bad?

`fit()` runs all its epochs, prints a loss for each and changes nothing. Keras 2 says nothing at all, Keras 3
prints one warning on TensorFlow and torch and none on JAX. Mostly the head is missing, or the freezing loop
runs over the whole model where it was meant for the base.

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | no weight moves, no warning |
| Keras 3 on TensorFlow | no weight moves; `UserWarning: The model does not have any trainable weights` |
| Keras 3 on JAX | no weight moves, no warning |
| Keras 3 on torch | no weight moves; the same `UserWarning` |

## Example

```python
for layer in model.layers:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

```python
for layer in model.layers[:-1]:
    layer.trainable = False
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Not reported

- A model that is only evaluated, exported or asked for predictions.
- A frozen base under a head that trains.
- A discriminator that is frozen inside a combined model.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
- [Keras model training API: `compile`, `fit`,
  `train_on_batch`](https://keras.io/api/models/model_training_apis/)
"""

from __future__ import annotations
