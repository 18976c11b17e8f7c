# Gradients come through BatchNormalization; what a class calls is followed.
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, (4, 3)).astype("float32")
y = numbers.uniform(-1.0, 1.0, (4, 1)).astype("float32")


class Model(keras.Model):
    def __init__(self, base):
        super().__init__(name="model")
        self.base = base
        self.n1 = layers.BatchNormalization(name="n1")
        self.r2 = layers.LeakyReLU(name="r2")
        self.out = layers.Dense(1, name="out")

    def call(self, inputs, training=False):
        h = self.base(inputs, training=training)
        h = self.n1(h, training=training)
        return self.out(self.r2(h))


base = keras.Sequential([keras.Input((3,)), layers.Dense(3, use_bias=False, name="d0")], name="base")
model = Model(base)
model(x)
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.fit(x, y, batch_size=4, verbose=0)
# measured[keras3] line 31 fit of model: moved base/d0/kernel n1/gamma n1/beta n1/moving_mean n1/moving_variance out/kernel out/bias
# measured[keras2] line 31 fit of model: moved base/d0/kernel n1/gamma n1/beta n1/moving_mean n1/moving_variance out/kernel out/bias
