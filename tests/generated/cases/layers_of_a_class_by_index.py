# A model of the program's own class has its layers in the order of their attributes.
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
        self.d0 = layers.Dense(2, name="d0")
        self.d1 = layers.Dense(2, name="d1")
        self.out = layers.Dense(1, name="out")

    def call(self, inputs, training=False):
        return self.out(self.d1(self.d0(inputs)))


model = Model()
model(x)
model.layers[-2].trainable = False
model.get_layer(index=0).trainable = not model.get_layer(index=0).trainable
for i, layer in enumerate(model.layers):
    if i >= 2:
        layer.trainable = True
model.compile(optimizer="sgd", loss="mse", jit_compile=False)
model.train_on_batch(x, y)
# measured[keras3] line 32 train_on_batch of model: moved out/kernel out/bias; still d0/kernel d0/bias d1/kernel d1/bias
# measured[keras2] line 32 train_on_batch of model: moved out/kernel out/bias; still d0/kernel d0/bias d1/kernel d1/bias
