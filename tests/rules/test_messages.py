"""The words of every rule where nothing tells the generation: place, severity, message, related places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from freezelint import rules

CASES = [
    (
        "FRZ101",
        'model.compile("sgd", "mse")\nbase.trainable = False\nmodel.fit(x, y)\n',
        [
            (
                "2:1-23 FRZ101 error any: `base` is frozen after `model` was compiled and before it "
                "trains: on Keras 2 the flags of that compile are used, so `base` keeps training; on Keras "
                "3 it counts only because nothing was traced yet; compile again to make it certain"
            ),
            "    compiled here: 1",
            "    trained here: 3",
        ],
    ),
    (
        "FRZ102",
        'model.compile("sgd", "mse")\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n',
        [
            (
                "3:1-23 FRZ102 error any: `base` is frozen after `model` trained and is not compiled "
                "again: on Keras 2 the flags of the compile are still used, so `base` keeps training; on "
                "Keras 3 the train function that was traced before is used again, so `base` keeps training"
            ),
            "    compiled here: 1",
            "    first trained here: 2",
            "    trained again here: 4",
        ],
    ),
    (
        "FRZ102 un-frozen",
        """\
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
base.trainable = True
model.fit(x, y)
""",
        [
            (
                "4:1-22 FRZ102 error any: `base` is un-frozen after `model` trained and is not compiled "
                "again: on Keras 2 the flags of the compile are still used, so `base` stays frozen; on "
                "Keras 3 the train function that was traced before is used again, so `base` stays frozen"
            ),
            "    compiled here: 2",
            "    first trained here: 3",
            "    trained again here: 5",
        ],
    ),
    (
        "FRZ103",
        """\
class Unfreeze(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.layers[0].trainable = True
""",
        [
            (
                "3:9-46 FRZ103 error any: `on_epoch_end` sets the flag of `self.model.layers[0]` while fit "
                "is running with the train function that it traced: `self.model.layers[0]` trains as before"
            ),
        ],
    ),
    (
        "FRZ104",
        """\
class Again(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.compile("sgd", "mse")
""",
        [
            (
                "3:9-41 FRZ104 error any: `on_epoch_end` compiles the model that fit is training: its "
                "train function is gone and the next batch raises TypeError"
            ),
        ],
    ),
    (
        "FRZ105",
        "@tf.function\ndef step(n):\n    if n > 3:\n        base.trainable = False\n",
        [
            (
                "4:9-31 FRZ105 error any: `step` is traced: this line runs while the graph is built and "
                "not at every step, so `base` does not change when the condition does"
            ),
        ],
    ),
    (
        "FRZ106",
        """\
base.compile("sgd", "mse")
base.trainable = False
model.compile("sgd", "mse")
base.train_on_batch(x, y)
""",
        [
            (
                "2:1-23 FRZ106 error 3: `base` is frozen for `model`, but Keras 3 reads the flags when "
                "`base` first trains: `base` never trains (Keras 2 uses the flags of the compile of `base`)"
            ),
            "    `base` compiled here: 1",
            "    `model` compiled here: 3",
            "    `base` trained here: 4",
        ],
    ),
    (
        "FRZ106 of two models that share a layer",
        """\
shared = layers.Dense(3)
one = keras.Sequential([keras.Input((4,)), shared, layers.Dense(1)])
two = keras.Sequential([keras.Input((4,)), shared, layers.Dense(1)])
one.compile("sgd", "mse")
two.compile("adam", "mse")
two.trainable = False
z = keras.Input((4,))
both = keras.Model(z, [one(z), two(z)])
both.compile("sgd", "mse")
one.train_on_batch(x, y)
two.train_on_batch(x, y)
""",
        [
            (
                "6:1-22 FRZ106 error 3: `two` is frozen for `both`, but Keras 3 reads the flags when "
                "`two` first trains: `two` never trains (Keras 2 uses the flags of the compile of `two`)"
            ),
            "    `two` compiled here: 5",
            "    `both` compiled here: 9",
            "    `two` trained here: 11",
        ],
    ),
    (
        "FRZ107",
        """\
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = model(x)
    grads = tape.gradient(loss, model.trainable_variables)

step(x, y)
base.trainable = False
step(x, y)
""",
        [
            (
                "8:1-23 FRZ107 error any: `base` is frozen after `step` was traced: the step goes on with the"
                " list of variables of that trace, so `base` keeps training"
            ),
            "    traced here: 7",
            "    called again here: 9",
        ],
    ),
    (
        "FRZ201",
        """\
bn = layers.BatchNormalization()
net = keras.Sequential([layers.Dense(3), bn])
outer = keras.Sequential([net, layers.Dense(1)])
net.load_weights("a")
net.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
net.trainable = True
outer.compile(keras.optimizers.SGD(1e-4), "mse")
outer.fit(x, y)
""",
        [
            (
                "8:1-21 FRZ201 warning any: `net` is un-frozen with its BatchNormalization layers: they run "
                "in training mode now and their moving statistics leave the values of the pretraining; freeze"
                " these layers again after this line"
            ),
            "    trained here: 10",
        ],
    ),
    (
        "FRZ202",
        """\
net = keras.applications.ResNet50(include_top=False)
inputs = keras.Input((32, 32, 3))
outer = keras.Model(inputs, layers.Dense(1)(net(inputs, training=False)))
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "3:45-72 FRZ202 error 3: on Keras 3 `fit` overrides `training=False` in a functional model: "
                "`net` is trainable, so its BatchNormalization runs in training mode and its moving "
                "statistics move; freeze those layers"
            ),
            "    trained here: 5",
        ],
    ),
    (
        "FRZ203",
        """\
bn = layers.BatchNormalization()
net = keras.Sequential([layers.Dense(3), bn])
outer = keras.Sequential([net, layers.Dense(1)])
head = layers.Dense(1)
with tf.GradientTape() as tape:
    loss = head(net(x, training=True))
grads = tape.gradient(loss, head.trainable_variables)
""",
        [
            (
                "6:17-38 FRZ203 error any: the gradient leaves `bn` out, but this call with `training=True` "
                "moves the statistics of its BatchNormalization; freeze them by their flag, or call with "
                "`training=False`"
            ),
            "    gradient taken here: 7",
        ],
    ),
    (
        "FRZ204",
        """\
bn = layers.BatchNormalization()
net = keras.Sequential([layers.Dense(3), bn])
outer = keras.Sequential([net, layers.Dense(1)])
for layer in net.layers:
    if not isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "6:9-32 FRZ204 warning any: all layers but BatchNormalization are frozen: the statistics of "
                "these move with every batch, and the rest of the base no longer fits them; freeze them too"
            ),
            "    trained here: 8",
        ],
    ),
    (
        "FRZ205",
        """\
bn = layers.BatchNormalization()
net = keras.Sequential([layers.Dense(3), bn])
outer = keras.Sequential([net, layers.Dense(1)])
bn.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "4:1-21 FRZ205 warning any: `bn` is frozen and no part of the program trains or loads its "
                "BatchNormalization: it normalises with mean 0 and variance 1 for ever"
            ),
            "    trained here: 6",
        ],
    ),
    (
        "FRZ206",
        """\
bn = layers.BatchNormalization()
net = keras.Sequential([layers.Dense(3), bn])
outer = keras.Sequential([net, layers.Dense(1)])
for layer in outer.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "6:9-32 FRZ206 error any: no layer of `outer` itself is BatchNormalization, so this freezes "
                "nothing: they are inside `net`, and their statistics move; loop over the layers of the "
                "nested model"
            ),
            "    trained here: 8",
        ],
    ),
    (
        "FRZ207",
        """\
net = layers.SpectralNormalization(layers.Dense(3))
outer = keras.Sequential([net, layers.Dense(1)])
net.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "3:1-22 FRZ207 error any: `net` is frozen, but its SpectralNormalization changes kernel and u"
                " in every call in training mode; call this part with `training=False`"
            ),
            "    trained here: 5",
        ],
    ),
    (
        "FRZ208",
        """\
class Mean(layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(shape=shape[1:], trainable=False)

    def call(self, inputs):
        self.mean.assign(tf.reduce_mean(inputs, 0))
        return inputs - self.mean

mean = Mean(trainable=False)
outer = keras.Sequential([mean, layers.Dense(1)])
mean.trainable = False
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "6:9-52 FRZ208 warning any: this runs in training also while `mean` is frozen: the state of "
                "the layer moves; ask `self.trainable` first"
            ),
            "    frozen here: 11",
            "    trained here: 13",
        ],
    ),
    (
        "FRZ209",
        """\
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.drop = layers.Dropout(0.5)

    def call(self, inputs):
        return self.drop(inputs)

outer = Net()
outer.compile("sgd", "mse")
outer.fit(x, y)
""",
        [
            (
                "6:9-13 FRZ209 warning 3: `Net.call` takes no `training` argument, so on Keras 3 `fit` never "
                "puts its Dropout in training mode; add `training=None` and hand it on"
            ),
            "    called without it here: 7",
            "    trained here: 11",
        ],
    ),
    (
        "FRZ301",
        "scale = tf.Variable(1.0)\nscale.trainable = False\n",
        [
            (
                "2:1-24 FRZ301 error any: `scale.trainable` raises AttributeError: the flag of a "
                "tf.Variable is fixed when it is made, pass `trainable=False` to its constructor"
            ),
        ],
    ),
    (
        "FRZ302",
        "base.layers[0].kernel.trainable = False\n",
        [
            (
                "1:1-40 FRZ302 error any: `trainable` is set on the variable `base.layers[0].kernel`, not "
                "on the layer: on Keras 2 this raises AttributeError, a variable has no settable flag; on "
                "Keras 3 the flag is lost on save and clone, a later `layer.trainable = …` undoes it, and "
                "moving statistics of the layer still move"
            ),
        ],
    ),
    (
        "FRZ401",
        'base.trainable = False\nbase.layers[-1].trainable = True\nmodel.compile("sgd", "mse")\n',
        [
            (
                "2:1-33 FRZ401 error any: `base.layers[-1]` is un-frozen, but `base` itself is still "
                "frozen: on Keras 2 `base.layers[-1]` stays frozen; on Keras 3 `base.layers[-1]` trains, "
                "while `trainable_variables` of `base` is empty"
            ),
            "    frozen here: 1",
            "    compiled here: 3",
        ],
    ),
    (
        "FRZ402",
        'base.layers[0].trainable = False\nbase.trainable = True\nmodel.compile("sgd", "mse")\n',
        [
            (
                "2:1-22 FRZ402 error any: `base` is set to True after `base.layers[0]` was set to False: "
                "on Keras 2 it un-freezes `base.layers[0]` again; on Keras 3 the flag of `base` already is "
                "True, so the line is skipped on TensorFlow and `base.layers[0]` stays frozen (JAX and "
                "torch do not skip it)"
            ),
            "    frozen here: 1",
            "    compiled here: 3",
        ],
    ),
    (
        "FRZ404",
        'model.trainable = False\nmodel.compile("sgd", "mse")\nmodel.fit(x, y)\n',
        [
            (
                "1:1-24 FRZ404 error any: `model` is frozen as a whole: "
                "this training changes nothing, and reports a loss all the same"
            ),
            "    trained here: 3",
        ],
    ),
    (
        "FRZ410",
        """\
big = keras.applications.VGG16()
big.trainable = False
for layer in big.layers[:-4]:
    layer.trainable = False
big.compile("sgd", "mse")
""",
        [
            (
                "4:5-28 FRZ410 error any: `big.layers[:-4]` is frozen although `big` already is: the "
                "layers outside the slice were meant to train and do not; set the parent to True first"
            ),
            "    frozen here: 2",
            "    compiled here: 5",
        ],
    ),
    (
        "FRZ601",
        "base.trainble = False\n",
        [
            (
                "1:1-22 FRZ601 error any: `base.trainble` is not the flag `trainable`: Keras accepts any "
                "attribute name, and nothing is frozen or un-frozen"
            ),
        ],
    ),
    (
        "FRZ602",
        "base.trainable == False\n",
        [
            (
                "1:1-24 FRZ602 error any: `base.trainable == False` compares and does not assign: nothing "
                "is frozen or un-frozen, write one `=`"
            ),
        ],
    ),
    (
        "FRZ603",
        "base.layers.trainable = False\n",
        [
            (
                "1:1-30 FRZ603 error any: `base.layers.trainable` is set on a list, which has no such "
                "attribute: this raises AttributeError and freezes nothing; write a loop over its layers"
            ),
        ],
    ),
    (
        "FRZ604",
        'base.trainable = "False"\n',
        [
            (
                "1:1-25 FRZ604 error any: `base.trainable` is set to 'False', which Keras takes as "
                "trainable; write True or False"
            ),
        ],
    ),
    (
        "FRZ605",
        "base.trainable_variables = []\nbase.trainable_weights.clear()\n",
        [
            (
                "1:1-30 FRZ605 error any: `base.trainable_variables` cannot be assigned: this raises "
                "AttributeError; set `trainable` on layers instead"
            ),
            (
                "2:1-31 FRZ605 error any: `trainable_weights` is a copy that is made at each access: "
                "`clear` changes the copy, and what trains stays the same; set `trainable` on layers "
                "instead"
            ),
        ],
    ),
    (
        "FRZ606",
        "base.freeze()\nbase.trainable(False)\n",
        [
            (
                "1:1-14 FRZ606 error any: `base.freeze()`: Keras has no method `freeze`: this raises "
                "AttributeError; assign to `trainable`"
            ),
            (
                "2:1-22 FRZ606 error any: `base.trainable(False)`: `trainable` is a bool and no method: "
                "this raises TypeError; assign to it"
            ),
        ],
    ),
    (
        "FRZ303",
        """\
tape = tf.GradientTape()
frozen = base.trainable_variables
kept = [v for v in model.trainable_variables if v not in frozen]
names = set(model.weights)
""",
        [
            (
                "3:49-64 FRZ303 error any: `v not in frozen`: `==` of variables compares their "
                "values: this raises, or takes equal values for the same variable; compare `id(v)`"
            ),
            (
                "4:9-27 FRZ303 error any: `set(model.weights)`: variables cannot be hashed, this "
                "raises TypeError; compare `id(v)`"
            ),
        ],
    ),
    (
        "FRZ304",
        """\
tape = tf.GradientTape()
kept = [v for v in model.trainable_variables if v.name != "base/kernel:0"]
""",
        [
            (
                '2:49-74 FRZ304 error 3: `v.name != "base/kernel:0"` matches nothing on Keras 3: '
                "`name` is just `kernel` or `bias` there, the layer's name is in `path`"
            ),
        ],
    ),
    (
        "FRZ305",
        """\
tape = tf.GradientTape()
tape.watch(model.trainable_variables)
seen = {v.ref() for v in model.weights}
""",
        [
            (
                "2:1-38 FRZ305 error 3: `tape.watch(model.trainable_variables)`: a Keras 3 variable "
                "is no tf.Variable, this raises ValueError; watch `v.value`"
            ),
            (
                "3:9-16 FRZ305 error 3: `v.ref()`: Keras 3 variables have no `ref()`, this raises "
                "AttributeError; use `id(v)`"
            ),
        ],
    ),
    (
        "FRZ306",
        """\
base._trainable = False
model._trainable = False
base.layers[0].kernel._trainable = False
model.fit(x, y)
""",
        [
            (
                "1:1-24 FRZ306 error any: `base._trainable` is private to Keras: on Keras 2 this "
                "works by accident, for this layer and none inside it; on Keras 3 this has no effect "
                "on what trains; set `trainable` of the layer"
            ),
            (
                "2:1-25 FRZ306 warning any: `model._trainable` is private to Keras: this works by "
                "accident; set `trainable` of the layer"
            ),
            (
                "3:1-41 FRZ306 warning any: `base.layers[0].kernel._trainable` is private to Keras: "
                "this works by accident, and is lost on save and clone; set `trainable` of the layer"
            ),
        ],
    ),
    (
        "FRZ307",
        """\
late = layers.Dense(1)
for w in late.weights:
    w.trainable = False
""",
        [
            (
                "2:1-24 FRZ307 error any: `late` is not built yet and has no weights: the loop over "
                "`weights` runs zero times; set `late.trainable`, or build it first"
            ),
        ],
    ),
    (
        "FRZ308",
        """\
kernel = base.layers[0].kernel
kernel.assign(tf.where(mask, 0.0, kernel))
kernel.trainable = False
""",
        [
            (
                "3:1-25 FRZ308 error any: `kernel.trainable` is the flag of the whole variable, not "
                "of the masked elements: on Keras 2 this raises AttributeError, a variable has no "
                "settable flag; on Keras 3 every element of it is frozen; use a constraint or a "
                "gradient mask"
            ),
            "    some of its elements are set here: 2",
        ],
    ),
    (
        "FRZ309",
        """\
base.requires_grad = False
base.eval()
model.weights[0].requires_grad_(False)
model.compile()
""",
        [
            (
                "1:1-27 FRZ309 error any: `base.requires_grad`: TensorFlow and Keras accept the "
                "attribute and never read it, nothing is frozen; set `trainable` of the layer"
            ),
            (
                "2:1-12 FRZ309 error any: `base.eval()`: Keras has no method `eval`, this raises "
                "AttributeError; set `trainable` of the layer"
            ),
            (
                "3:1-39 FRZ309 error any: `model.weights[0].requires_grad_(False)`: variables have no"
                " method `requires_grad_`, this raises AttributeError; set `trainable` of the layer"
            ),
        ],
    ),
    (
        "FRZ501",
        """\
base.trainable = False
tape = tf.GradientTape()
grads = tape.gradient(loss, model.weights)
opt.apply_gradients(zip(grads, model.weights))
""",
        [
            (
                "3:9-43 FRZ501 error any: the optimizer updates every variable that it is given, and "
                "`base` is frozen: take `trainable_variables`"
            ),
            "    frozen here: 1",
            "    applied here: 4",
        ],
    ),
    (
        "FRZ502",
        """\
tape = tf.GradientTape()
grads = tape.gradient(loss, base.trainable_variables)
opt.apply_gradients(zip(grads, model.trainable_variables))
""",
        [
            (
                "3:1-59 FRZ502 error any: gradients of `base.trainable_variables` are applied to "
                "`model.trainable_variables`: they are paired by position, so variables are moved by "
                "gradients of others"
            ),
            "    the gradients are taken here: 2",
        ],
    ),
    (
        "FRZ503",
        """\
variables = model.trainable_variables
base.trainable = False
tape = tf.GradientTape()
grads = tape.gradient(loss, variables)
""",
        [
            (
                "4:9-39 FRZ503 error any: this list was taken before `base` was frozen: what is "
                "frozen there still trains; take `trainable_variables` again"
            ),
            "    frozen here: 2",
        ],
    ),
    (
        "FRZ504",
        """\
base.trainable = False
model.compile(keras.optimizers.SGD(0.1), "mse")
model.fit(x, y)
base.trainable = True
model.optimizer.learning_rate = 0.01
model.compile(model.optimizer, "mse")
model.fit(x, y)
""",
        [
            (
                "6:1-38 FRZ504 error any: `SGD` took its first step while `base` was frozen and knows "
                "none of its variables: on Keras 2 this raises KeyError; on Keras 3 this raises "
                "ValueError; make a new optimizer"
            ),
            "    its first step: 3",
            "    un-frozen here: 4",
        ],
    ),
    (
        "FRZ505",
        """\
base.trainable = False
opt = keras.optimizers.SGD()
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x) - y)
seen = tape.watched_variables()
opt.apply_gradients(zip(tape.gradient(loss, seen), seen))
""",
        [
            (
                "6:25-50 FRZ505 error any: a tape watches every variable that is read, and `base` is "
                "frozen: it trains all the same; take `trainable_variables` of the model"
            ),
            "    frozen here: 1",
            "    applied here: 6",
        ],
    ),
    (
        "FRZ505 other lists",
        """\
class Net(tf.Module):
    def __init__(self):
        self.base = base
        self.base.trainable = False
net = Net()
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(net.base(x) - y)
grads = tape.gradient(loss, net.trainable_variables)
keras.optimizers.SGD().apply_gradients(zip(grads, net.trainable_variables))
tf.compat.v1.train.AdamOptimizer().minimize(lambda: tf.reduce_mean(base(x)))
""",
        [
            (
                "8:9-53 FRZ505 error 2: tf.Module lists the variables of layers whatever their flag, and "
                "`base` is frozen: it trains all the same; take `trainable_variables` of the models in it"
            ),
            "    frozen in `Net.__init__`: 4",
            "    applied here: 9",
            (
                "10:1-77 FRZ505 error any: this optimizer of TensorFlow 1 updates every variable that "
                "the loss reads, and `base` is frozen: it trains all the same; take a step of a Keras "
                "optimizer over `trainable_variables` of the model"
            ),
            "    frozen in `Net.__init__`: 4",
            "    applied here: 10",
        ],
    ),
    (
        "FRZ506",
        """\
class Net(keras.Model):
    def call(self, inputs, training=None):
        return base(tf.stop_gradient(inputs), training=training)
net = Net()
net.compile("sgd", "mse")
net.fit(x, y)
""",
        [
            (
                "3:21-45 FRZ506 error any: there is no weight before the input: this freezes nothing, "
                "the layers after it train"
            ),
            "    trained here: 6",
        ],
    ),
    (
        "FRZ506 statistics",
        """\
bn = keras.Sequential([keras.Input((4,)), layers.BatchNormalization()], name="bn")
class Net(keras.Model):
    def __init__(self, first):
        super().__init__()
        self.first = first
    def call(self, inputs, training=None):
        return layers.Dense(1)(tf.stop_gradient(self.first(inputs)))
for first in (bn,):
    net = Net(first)
    net.compile("sgd", "mse")
    net.fit(x, y)
""",
        [
            (
                "7:32-68 FRZ506 error any: no gradient reaches `bn`, but the statistics of its "
                "BatchNormalization move in training mode; set `trainable = False` on it"
            ),
            "    trained here: 11",
        ],
    ),
    (
        "FRZ506 regularizer",
        """\
l2 = layers.Dense(3, kernel_regularizer="l2", name="l2")
inputs = keras.Input((4,))
stopped = layers.Lambda(tf.stop_gradient)(l2(inputs))
net = keras.Model(inputs, layers.Dense(1)(stopped))
net.compile("sgd", "mse")
net.fit(x, y)
""",
        [
            (
                "3:11-54 FRZ506 error any: no gradient of the output reaches `l2`, but its weight "
                "regularizer still moves it; set `trainable = False` on it"
            ),
            "    trained here: 6",
        ],
    ),
    (
        "FRZ507",
        """\
opt = keras.optimizers.AdamW()
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x) - y)
grads = tape.gradient(loss, model.trainable_variables)
grads = [g * 0 for g in grads]
opt.apply_gradients(zip(grads, model.trainable_variables))
""",
        [
            (
                "6:1-59 FRZ507 error any: some of these gradients are set to zero, but `opt` shrinks "
                "every weight that it is given: leave the variables out of the list"
            ),
        ],
    ),
    (
        "FRZ507 momentum",
        """\
opt = keras.optimizers.Adam()
model.compile(opt, "mse")
model.fit(x, y)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x) - y)
grads = tape.gradient(loss, model.trainable_variables)
grads = [tf.zeros_like(g) for g in grads]
opt.apply_gradients(zip(grads, model.trainable_variables))
""",
        [
            (
                "8:1-59 FRZ507 error any: some of these gradients are set to zero, but `opt` goes on by "
                "the gradients of its earlier steps: leave the variables out of the list"
            ),
        ],
    ),
    (
        "FRZ507 learning rate",
        """\
model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
model.fit(x, y)
model.optimizer.learning_rate = 0
model.fit(x, y)
""",
        [
            (
                "3:1-34 FRZ507 error any: a learning rate of 0 does not stop `SGD`: its momentum still "
                "moves the weights; freeze them by their flag"
            ),
            "    its first step: 2",
            "    moves here: 4",
        ],
    ),
    (
        "FRZ508",
        """\
opt = keras.optimizers.Adam(use_ema=True)
model.compile(opt, "mse")
model.fit(x, y)
base.trainable = False
model.compile(opt, "mse")
model.fit(x, y)
""",
        [
            (
                "4:1-23 FRZ508 error 3: `base` is frozen, but `opt` keeps moving averages of it: its "
                "average goes to the next layer that trains, or the shapes do not match and `fit` raises "
                "ValueError; compile with a new optimizer"
            ),
            "    its first step: 3",
            "    trained again here: 6",
        ],
    ),
    (
        "FRZ406",
        """\
class Block:
    def __init__(self):
        self.dense = layers.Dense(3)
    def __call__(self, inputs):
        return self.dense(inputs)
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block()
    def call(self, inputs, training=None):
        return self.block(inputs)
net = Net()
net.compile("sgd", "mse")
net.fit(x, y)
""",
        [
            (
                "9:22-29 FRZ406 error any: `self.dense` is in a plain object, so the model does not know "
                "it: `fit` never trains it and no flag of the model reaches it; make the class a layer"
            ),
            "    the layer is made in `Block.__init__`: 3",
            "    trained here: 14",
        ],
    ),
    (
        "FRZ403",
        """\
outer = keras.Sequential(name="outer")
outer.trainable = False
outer.add(layers.Dense(3))
top = keras.Sequential([outer, layers.Dense(1)])
top.compile("sgd", "mse")
top.fit(x, y)
""",
        [
            (
                "2:1-24 FRZ403 error 3: `outer` is frozen before its layers exist: Keras 3 makes them "
                "trainable and trains them; freeze it when they are there"
            ),
            "    trained here: 6",
        ],
    ),
    (
        "FRZ405",
        """\
cell = layers.GRU(2)
top = keras.Sequential([layers.Bidirectional(cell), layers.Dense(1)])
cell.trainable = False
top.compile("sgd", "mse")
top.fit(x, y)
""",
        [
            (
                "3:1-23 FRZ405 error any: `cell` is frozen after `Bidirectional` made its own copies of "
                "it: the copies keep the flag that it had then; set the flag of the wrapper"
            ),
            "    copied here: 2",
            "    trained here: 5",
        ],
    ),
    (
        "FRZ407",
        """\
inputs = keras.Input((4,))
top = keras.Model(inputs, layers.Dense(1)(inputs))
top.layers[0].trainable = False
""",
        [
            (
                "3:1-32 FRZ407 warning any: `top.layers[0]` is the input of a functional model: it has "
                "no weights, and this freezes nothing"
            ),
        ],
    ),
    (
        "FRZ408",
        """\
for layer in model.layers[:-5]:
    layer.trainable = False
""",
        [
            ("2:5-28 FRZ408 error any: `model.layers[:-5]` holds no layer: this line never runs, and no flag is set"),
        ],
    ),
    (
        "FRZ409",
        """\
net = keras.applications.VGG16(weights=None)
net.trainable = False
top = keras.Sequential([net, layers.Dense(1)])
top.compile("sgd", "mse")
top.fit(x, y)
""",
        [
            (
                "2:1-22 FRZ409 error any: `net` is frozen with its random first weights, which nothing "
                "in this program replaces or trains: its features stay random"
            ),
            "    random weights from here: `keras.applications.VGG16(weights=None)`: 1",
            "    trained here: 5",
        ],
    ),
    (
        "FRZ409 rebuilt",
        """\
net = keras.models.clone_model(base)
net.trainable = False
top = keras.Sequential([net, layers.Dense(1)])
top.compile("sgd", "mse")
top.fit(x, y)
""",
        [
            (
                "2:1-22 FRZ409 error any: `net` is frozen with the random weights of a rebuilt model, "
                "which nothing in this program replaces or trains: its features stay random"
            ),
            "    random weights from here: `keras.models.clone_model(base)`: 1",
            "    trained here: 5",
        ],
    ),
    (
        "FRZ411",
        """\
features = base(keras.Input((4,)))
features.trainable = False
keras.applications.trainable = False
""",
        [
            (
                "2:1-27 FRZ411 error any: `features.trainable` is set on the output of a layer, a "
                "tensor: it freezes and un-freezes nothing; set the flag of the layer or model itself"
            ),
            (
                "3:1-37 FRZ411 error any: `keras.applications.trainable` is set on a name of the "
                "library, not a layer or model: it freezes and un-freezes nothing; set the flag of the "
                "layer or model itself"
            ),
        ],
    ),
    (
        "FRZ411 replaced",
        """\
model.save("model.keras")
copy = keras.models.load_model("model.keras")
base.trainable = False
copy.compile("sgd", "mse")
copy.fit(x, y)
""",
        [
            (
                "3:1-23 FRZ411 error any: `base` is frozen in the old model, but what trains is the "
                'model that `keras.models.load_model("model.keras")` returned, with layers of its own'
            ),
            "    replaced here: 2",
            "    trained here: 5",
        ],
    ),
    (
        "FRZ701",
        """\
base = keras.Sequential([keras.Input((4,)), layers.BatchNormalization(), layers.Dense(3)], name="base")
model = keras.Sequential([keras.Input((4,)), base, layers.Dense(1, name="head")])
model.save("all.h5")
base.trainable = False
model.load_weights("all.h5")
""",
        [
            (
                "5:1-29 FRZ701 error any: `all.h5` was saved with other flags than `base` has now, and such a file "
                "keeps weights by position, those that train first: moving statistics and weights change places, or "
                "the shapes do not fit; load before the flags change, or save as `.weights.h5`"
            ),
            "    saved here: 3",
            "    `base` set here: 4",
        ],
    ),
    (
        "FRZ702",
        """\
base.layers[0].kernel.trainable = False
model.save("all.keras")
again = keras.models.load_model("all.keras")
again.fit(x, y)
""",
        [
            "1:1-40 FRZ302 error 2: `trainable` is set on the variable `base.layers[0].kernel`, not on the layer: on "
            "Keras 2 this raises AttributeError, a variable has no settable flag",
            (
                "3:9-45 FRZ702 error 3: the flag of the variable `base.layers[0].kernel` is not copied: `again` trains "
                "it; freeze the layer, or set the flag again"
            ),
            "    variable frozen here: 1",
            "    saved here: 2",
            "    trained here: 4",
        ],
    ),
    (
        "FRZ703",
        """\
base.trainable = False
base.export("features")
again = keras.layers.TFSMLayer("features")
new = keras.Sequential([keras.Input((4,)), again, layers.Dense(1)])
new.compile("sgd", "mse")
new.fit(x, y)
""",
        [
            (
                "3:9-43 FRZ703 error 3: `base` was frozen when it was exported, and `TFSMLayer` makes every weight "
                "trainable again: it trains here; make the layer with `trainable=False`"
            ),
            "    frozen here: 1",
            "    exported here: 2",
            "    trained here: 6",
        ],
    ),
    (
        "FRZ704",
        """\
dense = layers.Dense(3)
model = keras.Sequential([keras.Input((4,)), dense])
dense.enable_lora(2)
model.trainable = False
model.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
        [
            (
                "5:1-23 FRZ704 error 3: `model` is set to True after `dense.enable_lora(2)`: that un-freezes the "
                "kernel too, and all of it trains, not only the matrices of LoRA"
            ),
            "    LoRA enabled here: 3",
            "    trained here: 7",
        ],
    ),
    (
        "FRZ704 too late",
        """\
dense = layers.Dense(3)
model = keras.Sequential([keras.Input((4,)), dense])
model.compile("sgd", "mse")
model.fit(x, y)
dense.enable_lora(2)
model.fit(x, y, epochs=2)
""",
        [
            (
                "5:1-21 FRZ704 error 3: `dense.enable_lora(2)` after `model` was trained, without `compile()` before "
                "it is trained again: Keras 3 uses the old trace, the kernel goes on training and the matrices of LoRA "
                "do not"
            ),
            "    first trained here: 4",
            "    trained again here: 6",
        ],
    ),
    (
        "FRZ705",
        """\
inner = keras.Sequential(name="inner")
inner.trainable = False
inner.add(layers.Dense(3))
model = keras.Sequential([keras.Input((4,)), inner, layers.Dense(1)])
again = keras.models.clone_model(model)
again.set_weights(model.get_weights())
again.compile("sgd", "mse")
again.fit(x, y)
""",
        [
            (
                "5:9-40 FRZ705 error 2: Keras 2 does not copy the flag of `inner`, which alone keeps its layers "
                "frozen: in `again` they train; freeze it when all its layers are there"
            ),
            "    frozen here: 2",
            "    trained here: 8",
        ],
    ),
    (
        "FRZ801",
        """\
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
base.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
        [
            (
                "5:1-28 FRZ801 warning any: `base` is un-frozen and trained at a learning rate of 0.01, "
                "after 0.01 for the head alone: fine-tuning needs a much smaller one"
            ),
            "    first phase: 2",
            "    un-frozen here: 4",
        ],
    ),
    (
        "FRZ802",
        """\
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
model.compile(keras.optimizers.SGD(1e-4), "mse")
model.fit(x, y)
""",
        [
            (
                "1:1-23 FRZ802 warning any: `base` is frozen here and still is when `model` is compiled "
                "again for fine-tuning (0.0001 after 0.01): the second phase trains no layer more than "
                "the first"
            ),
            "    first phase: 2",
            "    compiled again here: 4",
        ],
    ),
    (
        "FRZ803",
        """\
net = keras.applications.MobileNetV3Small(include_top=False)
for layer in net.layers[:100]:
    layer.trainable = False
""",
        [
            "3:5-28 FRZ803 warning any: `net.layers[:100]` counts the layers of MobileNetV3Small, which has 229 in "
            "Keras 2 and 157 in Keras 3: the number means other layers in each; choose them by name"
        ],
    ),
]


@pytest.mark.parametrize(("title", "text", "said"), CASES, ids=[title for title, _, _ in CASES])
def test_message(title: str, text: str, said: list[str], say: Callable[..., list[str]]) -> None:
    assert say(text) == said


def test_every_rule_that_looks_for_something_has_its_words_tested() -> None:
    checking = {code for code in rules.modules() if rules.load(code).check is not None}
    assert checking == {title.split()[0] for title, _, _ in CASES}
