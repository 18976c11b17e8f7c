# The first call of the helper stands in a branch that is not taken; the second is the first that happens.
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


def train(model):
    model.fit(x, y, batch_size=4, verbose=0)


model.compile(optimizer="sgd", loss="mse", jit_compile=False)
if y[0, 0] > 1.0:
    train(model)
model.layers[0].trainable = False
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
train(model)
# measured[keras3] line 19 fit of model: moved out/kernel out/bias; still d0/kernel d0/bias
# measured[keras2] line 19 fit of model: moved out/kernel out/bias; still d0/kernel d0/bias
