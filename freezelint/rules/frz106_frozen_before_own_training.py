"""A discriminator is frozen between its `compile()` and its first training: it never trains.

## What it does

Reports the flag write of the classic GAN recipe: one model is compiled, its flag is then set to False so
that a second model that contains it leaves it alone, and only after that the first model trains for the
first time.

## Why is this bad?

The recipe needs `compile()` to remember the flags, which is what Keras 2 did. Keras 3 reads them when the
training function is traced, and by then the flag says False for both models. The discriminator stays at its
random initial weights, the generator learns against it, losses are printed, and one warning says "The model
does not have any trainable weights".

## What each Keras does

| engine | what happens |
|---|---|
| Keras 2 | works: the discriminator's own calls train it, the combined model's calls do not |
| Keras 3 on TensorFlow | the discriminator never trains; one `UserWarning` |
| Keras 3 on JAX | the discriminator never trains; no warning |
| Keras 3 on torch | the discriminator never trains; one `UserWarning` |

## Example

```python
discriminator.compile(optimizer="adam", loss="binary_crossentropy")
discriminator.trainable = False
combined = keras.Model(z, discriminator(generator(z)))
combined.compile(optimizer="adam", loss="binary_crossentropy")
discriminator.train_on_batch(images, labels)
```

## Use instead

```python
for batch in batches:
    discriminator.trainable = True
    discriminator.train_on_batch(images, labels)
    discriminator.trainable = False
    combined.train_on_batch(noise, ones)
```

Better still is one model with a `train_step` that hands each optimizer its own list of variables.

## Not reported

- Keras 2.
- The discriminator trained once before the flag was written.
- The flag is True again at the discriminator's first training call.
- A `train_step` or a gradient tape with explicit variable lists.

## References

- [eriklindernoren/Keras-GAN#22](https://github.com/eriklindernoren/Keras-GAN/issues/22): why the recipe
  works on Keras 2
- [Keras guide: customizing `fit()`](https://keras.io/guides/custom_train_step_in_tensorflow/), with a GAN
  example
"""

from __future__ import annotations
