# Keras 3 on TensorFlow: weights made in `call` while their layer is frozen are watched by no tape, whatever the flag says later.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


class Base(layers.Layer):
    def __init__(self):
        super().__init__(name="base")
        self.d0 = layers.Dense(2, name="d0", trainable=False)

    def call(self, inputs, training=False):
        return self.d0(inputs)


base = Base()
model = keras.Sequential([keras.Input((3,)), base, layers.Dense(1, name="out")], name="model")
base.d0.trainable = True
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.train_on_batch(x, y)
# measured[keras3] line 26 train_on_batch of model: moved out/kernel out/bias; still base/d0/kernel base/d0/bias
# measured[keras2] line 26 train_on_batch of model: moved base/d0/kernel base/d0/bias out/kernel out/bias
