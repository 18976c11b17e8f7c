"""Fine-tune a head on a backbone that was trained before, and keep the backbone as it is. It does not: see
why.
"""

import numpy as np
import tensorflow as tf

keras = tf.keras
keras.utils.set_random_seed(0)
images = np.random.rand(64, 8, 8, 3).astype("float32")
targets = images.mean(axis=(1, 2, 3)).reshape(-1, 1)

backbone = keras.Sequential(
    [
        keras.Input((8, 8, 3)),
        keras.layers.Conv2D(8, 3, activation="relu", name="conv"),
        keras.layers.BatchNormalization(name="bn"),
        keras.layers.GlobalAveragePooling2D(),
    ],
    name="backbone",
)
model = keras.Sequential([keras.Input((8, 8, 3)), backbone, keras.layers.Dense(1, name="head")], name="model")
model.compile(optimizer="adam", loss="mse")
model.fit(images, targets, epochs=3, verbose=0)  # warm up everything

backbone.trainable = False
model.fit(images, targets, epochs=10, verbose=0)  # now only the head
