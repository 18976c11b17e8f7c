# Layers without a name are counted by class; numpy makes no layers.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(2), layers.Dense(1)], name="model")
for layer in model.layers:
    layer.trainable = False
model.get_layer("dense_1").trainable = True
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.train_on_batch(x, y)
# measured[keras3] line 18 train_on_batch of model: moved dense_1/kernel dense_1/bias; still dense/kernel dense/bias dense_2/kernel dense_2/bias
# measured[keras2] line 18 train_on_batch of model: moved dense_1/kernel dense_1/bias; still dense/kernel dense/bias dense_2/kernel dense_2/bias
