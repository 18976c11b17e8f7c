"""A training script of any length, as people write them: helpers, layers, callbacks, builders, phases of training.

`program(3000)` is what `benchmarks/server_latency.py` edits. Some of its training functions hold a freeze bug.
"""

from __future__ import annotations

HEADER = '''\
"""Fine-tune image classifiers on several data sets, one experiment after the other."""

import argparse
import json
import os
import random
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


@dataclass
class Config:
    name: str
    size: int = 224
    classes: int = 10
    batch_size: int = 32
    rates: list = field(default_factory=lambda: [1e-3, 1e-5])
    epochs: tuple = (5, 10)

    @property
    def shape(self):
        return (self.size, self.size, 3)


AUTOTUNE = tf.data.AUTOTUNE
'''

DATA = '''

def read_labels_{n}(folder, extension=".txt"):
    """The labels of data set {n}, by file name."""
    labels = {{}}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(extension):
            continue
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            for row, line in enumerate(file):
                parts = line.strip().split("\\t")
                if len(parts) != 2:
                    raise ValueError(f"{{path}}: row {{row + 1}} has {{len(parts)}} fields, expected 2")
                labels[parts[0]] = int(parts[1])
    return labels


def decode_{n}(path, label, size=224, channels=3):
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=channels)
    image = tf.image.resize(image, (size, size), method="bilinear")
    image = tf.cast(image, tf.float32) / 127.5 - 1.0
    return image, label


def augment_{n}(image, label, crop=0.875, seed={n}):
    image = tf.image.random_flip_left_right(image, seed=seed)
    image = tf.image.random_brightness(image, max_delta=0.1, seed=seed)
    image = tf.image.random_contrast(image, lower=0.9, upper=1.1, seed=seed)
    shape = tf.shape(image)
    height = tf.cast(tf.cast(shape[0], tf.float32) * crop, tf.int32)
    width = tf.cast(tf.cast(shape[1], tf.float32) * crop, tf.int32)
    image = tf.image.random_crop(image, (height, width, 3), seed=seed)
    return tf.image.resize(image, shape[:2]), label


def dataset_{n}(config, folder, training=True):
    labels = read_labels_{n}(folder)
    paths = [os.path.join(folder, name) for name in labels]
    data = tf.data.Dataset.from_tensor_slices((paths, list(labels.values())))
    data = data.map(lambda path, label: decode_{n}(path, label, config.size), num_parallel_calls=AUTOTUNE)
    if training:
        data = data.shuffle(1024).map(augment_{n}, num_parallel_calls=AUTOTUNE)
    return data.batch(config.batch_size).prefetch(AUTOTUNE)
'''

LAYER = '''

class SqueezeExcite{n}(layers.Layer):
    """Channel attention with a ratio of its own."""

    def __init__(self, ratio={ratio}, activation="swish", **kwargs):
        super().__init__(**kwargs)
        self.ratio = ratio
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        channels = int(input_shape[-1])
        self.squeeze = layers.Dense(max(channels // self.ratio, 1), activation=self.activation)
        self.excite = layers.Dense(channels, activation="sigmoid")
        self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        super().build(input_shape)

    def call(self, inputs, training=None):
        pooled = tf.reduce_mean(inputs, axis=[1, 2], keepdims=True)
        scale = self.excite(self.squeeze(pooled))
        outputs = self.norm(inputs * scale, training=training)
        return outputs + inputs

    def get_config(self):
        config = super().get_config()
        config.update({{"ratio": self.ratio, "activation": keras.activations.serialize(self.activation)}})
        return config


def block_{n}(x, filters, strides=1, rate={rate}, name=None):
    shortcut = x
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False, name=f"{{name}}_conv1")(x)
    x = layers.BatchNormalization(name=f"{{name}}_bn1")(x)
    x = layers.Activation("relu", name=f"{{name}}_relu1")(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{{name}}_conv2")(x)
    x = layers.BatchNormalization(name=f"{{name}}_bn2")(x)
    if strides != 1 or shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides, use_bias=False, name=f"{{name}}_proj")(shortcut)
        shortcut = layers.BatchNormalization(name=f"{{name}}_bn3")(shortcut)
    x = SqueezeExcite{n}()(x)
    x = layers.Dropout(rate)(x)
    return layers.Activation("relu", name=f"{{name}}_out")(layers.add([x, shortcut]))
'''

CALLBACK = '''

class History{n}(keras.callbacks.Callback):
    """Write the metrics of every epoch, and stop when the loss is not finite."""

    def __init__(self, path, patience={ratio}):
        super().__init__()
        self.path = path
        self.patience = patience
        self.rows = []
        self.best = float("inf")
        self.waited = 0

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {{}}
        self.rows.append({{"epoch": epoch, **{{key: float(value) for key, value in logs.items()}}}})
        loss = logs.get("val_loss", logs.get("loss", 0.0))
        if not np.isfinite(loss):
            print(f"epoch {{epoch}}: loss is {{loss}}, stopping")
            self.model.stop_training = True
        if loss < self.best - 1e-4:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
            if self.waited >= self.patience:
                self.model.stop_training = True

    def on_train_end(self, logs=None):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.rows, file, indent=2)


def report_{n}(history, name="model {n}"):
    best = int(np.argmin(history.history["loss"]))
    lines = [f"{{name}}: best epoch {{best + 1}}"]
    for key, values in sorted(history.history.items()):
        lines.append(f"  {{key:20s}} {{values[best]:.4f}} (last {{values[-1]:.4f}})")
    print("\\n".join(lines))
    return best
'''

BUILDER = """

def backbone_{n}(config, weights="imagenet"):
    base = keras.applications.{application}(include_top=False, weights=weights, input_shape=config.shape)
    base.trainable = False
    return base


def model_{n}(config, base):
    inputs = keras.Input(shape=config.shape)
    x = base(inputs, training=False)
    x = block_{n}(x, 256, name="head_{n}")
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout({rate})(x)
    for units in (256, 128):
        x = layers.Dense(units, activation="relu", kernel_regularizer=keras.regularizers.l2(1e-4))(x)
        x = layers.Dropout({rate})(x)
    outputs = layers.Dense(config.classes, activation="softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="classifier_{n}")
"""

TRAINING = '''

def train_{n}(config, folder):
    """Experiment {n}: the head first, then the upper part of the backbone."""
    data, validation = dataset_{n}(config, folder), dataset_{n}(config, folder, training=False)
    base = backbone_{n}(config)
    model = model_{n}(config, base)
    model.compile(keras.optimizers.Adam(config.rates[0]), "sparse_categorical_crossentropy", ["accuracy"])
    callbacks = [History{n}(f"{{config.name}}_{n}.json"), keras.callbacks.ReduceLROnPlateau(factor=0.5)]
    history = model.fit(data, validation_data=validation, epochs=config.epochs[0], callbacks=callbacks)
    report_{n}(history)
    base.trainable = True
    for layer in base.layers[:-{ratio}]:
        layer.trainable = False
    {compiled}
    history = model.fit(data, validation_data=validation, epochs=config.epochs[1], callbacks=callbacks)
    report_{n}(history, name="fine-tuned {n}")
    scores = model.evaluate(validation, return_dict=True)
    for key, value in scores.items():
        print(f"{{key}}: {{value:.4f}}")
    model.save(f"{{config.name}}_{n}.keras")
    return model
'''

MAIN = """

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=int)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    np.random.seed(arguments.seed)
    tf.random.set_seed(arguments.seed)
{calls}


if __name__ == "__main__":
    main()
"""

_PARTS = (DATA, LAYER, CALLBACK, BUILDER, TRAINING)
_APPLICATIONS = ("ResNet50", "MobileNetV2", "EfficientNetB0", "InceptionV3")
_COMPILE = 'model.compile(keras.optimizers.Adam(config.rates[1]), "sparse_categorical_crossentropy", ["accuracy"])'


def program(lines: int) -> str:
    """A script of at least `lines` lines; every third of its experiments lacks the second `compile`."""
    text, experiments = HEADER, 0
    while text.count("\n") + len(MAIN.splitlines()) < lines:
        experiments += 1
        values = {
            "n": experiments,
            "ratio": 4 + experiments % 12,
            "rate": f"0.{1 + experiments % 5}",
            "application": _APPLICATIONS[experiments % len(_APPLICATIONS)],
            "compiled": _COMPILE if experiments % 3 else "print('fine-tuning', len(model.trainable_weights))",
        }
        text += "".join(part.format(**values) for part in _PARTS)
    calls = [
        f'    if arguments.experiment == {n}:\n        train_{n}(Config(name="run"), arguments.folder)'
        for n in range(1, experiments + 1)
    ]
    return text + MAIN.format(calls="\n".join(calls))
