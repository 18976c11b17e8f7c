# A step of one's own moves moving statistics when it runs the model in training mode; a call before it counts no more.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


class Model(keras.Model):
    def __init__(self):
        super().__init__(name="model")
        self.n0 = layers.BatchNormalization(name="n0")
        self.out = layers.Dense(1, name="out")

    def call(self, inputs, training=False):
        return self.out(self.n0(inputs, training=training))


model = Model()
model(x)
optimizer = keras.optimizers.SGD(0.1)


def step(training):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=training) - y))
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))


model(x)
step(True)
step(False)
model.n0.trainable = False
step(True)
# measured[keras3] line 33 apply_gradients of model: moved n0/gamma n0/beta n0/moving_mean n0/moving_variance out/kernel out/bias
# measured[keras3] line 33 apply_gradients of model: moved n0/gamma n0/beta out/kernel out/bias; still n0/moving_mean n0/moving_variance
# measured[keras3] line 33 apply_gradients of model: moved out/kernel out/bias; still n0/gamma n0/beta n0/moving_mean n0/moving_variance
# measured[keras2] line 33 apply_gradients of model: moved n0/gamma n0/beta n0/moving_mean n0/moving_variance out/kernel out/bias
# measured[keras2] line 33 apply_gradients of model: moved n0/gamma n0/beta out/kernel out/bias; still n0/moving_mean n0/moving_variance
# measured[keras2] line 33 apply_gradients of model: moved out/kernel out/bias; still n0/gamma n0/beta n0/moving_mean n0/moving_variance
