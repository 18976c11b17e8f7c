# The list is older than the flag and still holds gamma and beta; the statistics go by the flag.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


model = keras.Sequential(
    [keras.Input((3,)), layers.BatchNormalization(name="n0"), layers.Dense(1, name="out")], name="model"
)
variables = model.trainable_variables
model.layers[0].trainable = False
optimizer = keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
gradients = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(gradients, variables))
# measured[keras3] line 22 apply_gradients of model: moved n0/gamma n0/beta out/kernel out/bias; still n0/moving_mean n0/moving_variance
# measured[keras2] line 22 apply_gradients of model: moved n0/gamma n0/beta out/kernel out/bias; still n0/moving_mean n0/moving_variance
