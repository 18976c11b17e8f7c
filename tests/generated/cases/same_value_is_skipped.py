# Keras 3 on TensorFlow: `model.trainable = True` is skipped when it is True already; Keras 2 un-freezes the layer.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


def prepare(model):
    model.trainable = True
    model.compile(optimizer="sgd", loss="mse", jit_compile=False)


model = keras.Sequential(
    [keras.Input((3,)), layers.Dense(2, name="d0"), layers.Dense(1, name="out")], name="model"
)
model.get_layer(index=1).trainable = False
prepare(model)
model.fit(x, y, batch_size=4, verbose=0)
# measured[keras3] line 23 fit of model: moved d0/kernel d0/bias; still out/kernel out/bias
# measured[keras2] line 23 fit of model: moved d0/kernel d0/bias out/kernel out/bias
