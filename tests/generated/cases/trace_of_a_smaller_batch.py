# A trace for a batch that is not full serves for full ones, too: in no round is there a new one that sees the flag.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


model = keras.Sequential(
    [keras.Input((3,)), layers.Dense(2, name="d0"), layers.Dense(1, name="out")], name="model"
)
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.fit(x[:3], y[:3], batch_size=4, verbose=0)
model.layers[0].trainable = False
for epoch in range(2):
    model.fit(x, y, batch_size=4, verbose=0)
# measured[keras3] line 17 fit of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras3] line 20 fit of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras3] line 20 fit of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 17 fit of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 20 fit of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 20 fit of model: moved d0/kernel d0/bias out/kernel out/bias
