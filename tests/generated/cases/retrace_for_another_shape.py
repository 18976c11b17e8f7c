# Keras 3 traces again for another number of rows and then sees the flag; the first shape has its old trace.
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
model.train_on_batch(x, y)
model.layers[0].trainable = False
model.train_on_batch(x[:3], y[:3])
model.train_on_batch(x, y)
# measured[keras3] line 17 train_on_batch of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras3] line 19 train_on_batch of model: moved out/kernel out/bias; still d0/kernel d0/bias
# measured[keras3] line 20 train_on_batch of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 17 train_on_batch of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 19 train_on_batch of model: moved d0/kernel d0/bias out/kernel out/bias
# measured[keras2] line 20 train_on_batch of model: moved d0/kernel d0/bias out/kernel out/bias
