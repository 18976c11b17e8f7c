# One weight of a frozen layer gets its flag back in a branch that is not taken: it stays frozen with its layer.
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
for layer in model.layers:
    layer.trainable = False
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
if y[0, 0] > 1.0:
    model.get_layer("out").bias.trainable = True
model.train_on_batch(x, y)
# measured[keras3] line 21 train_on_batch of model: still d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 21 train_on_batch of model: still d0/kernel d0/bias out/kernel out/bias
