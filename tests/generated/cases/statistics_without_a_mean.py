# What is normalised and then only mixed has the mean 0: moving_mean is written and stays as it was (Keras 2).
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.Dense(3, use_bias=False, name="d0"),
        layers.BatchNormalization(name="n1"),
        layers.Dense(2, use_bias=False, name="d2"),
        layers.BatchNormalization(name="n3"),
        layers.Dense(1, name="out"),
    ],
    name="model",
)
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.train_on_batch(x[:3], y[:3])
# measured[keras3] line 25 train_on_batch of model: moved d0/kernel n1/gamma n1/beta n1/moving_mean n1/moving_variance d2/kernel n3/gamma n3/beta n3/moving_variance out/kernel out/bias; idle n3/moving_mean
# measured[keras2] line 25 train_on_batch of model: moved d0/kernel n1/gamma n1/beta n1/moving_mean n1/moving_variance d2/kernel n3/gamma n3/beta n3/moving_variance out/kernel out/bias; idle n3/moving_mean
