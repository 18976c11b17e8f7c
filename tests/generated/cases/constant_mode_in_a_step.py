# A constant `training=False` in a functional model: Keras 2 obeys it in a step of one's own, Keras 3 does not.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")

base = keras.Sequential([keras.Input((3,)), layers.BatchNormalization(name="n0")], name="base")
inputs = keras.Input((3,))
model = keras.Model(inputs, layers.Dense(1, name="out")(base(inputs, training=False)), name="model")
optimizer = keras.optimizers.SGD(0.1)


def step(part):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    variables = part.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))


step(model)
# measured[keras3] line 23 apply_gradients of model: moved base/n0/gamma base/n0/beta base/n0/moving_mean base/n0/moving_variance out/kernel out/bias
# measured[keras2] line 23 apply_gradients of model: moved base/n0/gamma base/n0/beta out/kernel out/bias; still base/n0/moving_mean base/n0/moving_variance
