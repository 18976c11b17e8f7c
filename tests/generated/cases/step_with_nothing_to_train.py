# Keras 2: an optimizer under tf.function that is given an empty list does nothing that could be met.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


model = keras.Sequential([keras.Input((3,)), layers.Dense(1, name="out")], name="model")
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.train_on_batch(x, y)
optimizer = keras.optimizers.SGD(0.1)
model.trainable = False


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


step()
# measured[keras3] line 15 train_on_batch of model: moved out/kernel out/bias
# measured[keras2] line 15 train_on_batch of model: moved out/kernel out/bias
