"""`trainable` is changed inside a callback while `fit()` is running.

## What it does

Reports a write to `trainable` in a method of a `Callback` subclass (`on_epoch_begin`, `on_epoch_end` and the
like).

## Why is this bad?

`fit()` traces its training function once, at its first batch, and goes on with that. A callback that
un-freezes a layer at epoch five changes what `summary()` prints and nothing else: the planned second phase
of training never takes place. Calling `compile()` in the callback does not help, it breaks the run (see
FRZ104).

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | no effect in graph mode; eagerly freezing works, un-freezing raises `KeyError` |
| Keras 3 on TensorFlow | no effect in graph mode; eagerly freezing works, un-freezing raises `ValueError` |
| Keras 3 on JAX | raises `ValueError` |
| Keras 3 on torch | freezing works; un-freezing raises `ValueError` |

## Example

```python
class Unfreeze(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 5:
            self.model.get_layer("base").trainable = True
```

## Use instead

```python
model.fit(x, y, epochs=5)
base.trainable = True
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="mse")
model.fit(x, y, initial_epoch=5, epochs=10)
```

## Not reported

- `self.model.make_train_function(force=True)` after the write, in the same method.
- Freezing, not un-freezing, when the model is compiled with `run_eagerly=True`.
- `on_train_begin` before the first trace.

## References

- [tensorflow/tensorflow#47906](https://github.com/tensorflow/tensorflow/issues/47906): un-freezing in a
  callback
- [Keras callbacks API](https://keras.io/api/callbacks/)
- [Keras FAQ](https://keras.io/getting_started/faq/), on freezing layers
"""

from __future__ import annotations
