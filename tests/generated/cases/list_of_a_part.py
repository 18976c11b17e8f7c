# A step over the variables of a layer that is no model: the verifier tells of the model around it.
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
        self.d0 = layers.Dense(2, name="d0")

    def call(self, inputs, training=False):
        return self.d0(inputs)


base = Base()
model = keras.Sequential([keras.Input((3,)), base, layers.Dense(1, name="out")], name="model")
optimizer = keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
variables = base.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
# measured[keras3] line 28 apply_gradients of model: moved base/d0/kernel base/d0/bias; still out/kernel out/bias
# measured[keras2] line 28 apply_gradients of model: moved base/d0/kernel base/d0/bias; still out/kernel out/bias
