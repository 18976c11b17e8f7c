"""What keeps the rules about saving, loading and copying silent."""

from __future__ import annotations

import pytest

from tests.rules.conftest import Say

FROZEN = "base.layers[0].kernel.trainable = False\n"
LORA = 'lora = layers.Dense(3)\nmodel = keras.Sequential([keras.Input((4,)), lora])\nmodel.compile("sgd", "mse")\n'
NORMED = """\
base = keras.Sequential([keras.Input((4,)), layers.BatchNormalization(), layers.Dense(3)])
model = keras.Sequential([keras.Input((4,)), base, layers.Dense(1)])
"""
EXPORTED = """\
base.trainable = False
base.export("features")
again = keras.layers.TFSMLayer("features")
model = keras.Sequential([keras.Input((4,)), again, layers.Dense(1)])
model.compile("sgd", "mse")
"""
GATED = """\
inner = keras.Sequential(name="inner")
inner.trainable = False
inner.add(layers.Dense(3))
model = keras.Sequential([keras.Input((4,)), inner, layers.Dense(1)])
"""

SILENT = [
    ("the copy is not trained", "FRZ702", FROZEN + "twin = keras.models.clone_model(model)\ntwin.predict(x)\n"),
    (
        "the copy gets its flag again",
        "FRZ702",
        FROZEN + "twin = keras.models.clone_model(model)\ntwin.layers[0].kernel.trainable = False\ntwin.fit(x, y)\n",
    ),
    (
        "the whole layer is frozen as well",
        "FRZ702",
        FROZEN + "base.trainable = False\ntwin = keras.models.clone_model(model)\ntwin.fit(x, y)\n",
    ),
    (
        "the flag is taken back before the copy is made",
        "FRZ702",
        FROZEN + "base.layers[0].kernel.trainable = True\ntwin = keras.models.clone_model(model)\ntwin.fit(x, y)\n",
    ),
    (
        "the flag is written on some runs only",
        "FRZ702",
        f"if x.any():\n    {FROZEN}twin = keras.models.clone_model(model)\ntwin.fit(x, y)\n",
    ),
    ("another file", "FRZ701", NORMED + 'model.save("a.h5")\nbase.trainable = False\nmodel.load_weights("b.h5")\n'),
    (
        "unknown code had the model",
        "FRZ701",
        NORMED + 'model.save("a.h5")\nbase.trainable = False\ntune(model)\nmodel.load_weights("a.h5")\n',
    ),
    (
        "saved again after the change",
        "FRZ701",
        NORMED + 'model.save("a.h5")\nbase.trainable = False\nmodel.save("a.h5")\nmodel.load_weights("a.h5")\n',
    ),
    (
        "a layer of unknown weights",
        "FRZ701",
        NORMED.replace("layers.Dense(3)", "Attention(3)")
        + 'model.save("a.h5")\nbase.trainable = False\nmodel.load_weights("a.h5")\n',
    ),
    ("the exported layer is never trained", "FRZ703", EXPORTED + "model.predict(x)\n"),
    (
        "it may have been given a flag",
        "FRZ703",
        EXPORTED.replace('"features")\nmodel', '"features", **options)\nmodel') + "model.fit(x, y)\n",
    ),
    ("what was frozen is not known", "FRZ703", EXPORTED.replace("False", "flag") + "model.fit(x, y)\n"),
    (
        "the flag of the kernel is written afterwards",
        "FRZ704",
        LORA + "model.fit(x, y)\nlora.enable_lora(2)\nmodel.trainable = False\nmodel.trainable = True\n"
        'lora.kernel.trainable = False\nmodel.compile("sgd", "mse")\nmodel.fit(x, y)\n',
    ),
    (
        "LoRA before the first trace",
        "FRZ704",
        LORA + "lora.enable_lora(2)\nmodel.fit(x, y)\nmodel.fit(x, y)\n",
    ),
    (
        "a new train function",
        "FRZ704",
        LORA + "model.fit(x, y)\nlora.enable_lora(2)\nmodel.make_train_function(force=True)\nmodel.fit(x, y)\n",
    ),
    (
        "the flag was True already",
        "FRZ704",
        LORA + 'lora.enable_lora(2)\nmodel.trainable = True\nmodel.compile("sgd", "mse")\nmodel.fit(x, y)\n',
    ),
    ("a SavedModel keeps the flag", "FRZ705", GATED + 'model.save("a")\nkeras.models.load_model("a").fit(x, y)\n'),
    (
        "the container is frozen again",
        "FRZ705",
        GATED + 'twin = keras.models.clone_model(model)\ntwin.get_layer("inner").trainable = False\ntwin.fit(x, y)\n',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "code", "text"), SILENT, ids=[why for why, _, _ in SILENT])
def test_silent(why: str, code: str, text: str, say: Say) -> None:
    assert not [line for line in say(text) if f" {code} " in line]


def test_a_joined_path_is_the_same_only_by_its_name(say: Say) -> None:
    named = NORMED + 'path = os.path.join(folder, "a.h5")\nmodel.save(path)\nbase.trainable = False\n'
    assert any("FRZ701" in line for line in say("import os\n" + named + "model.load_weights(path)\n"))
    other = 'model.load_weights(os.path.join(other, "a.h5"))\n'
    assert not any("FRZ701" in line for line in say("import os\n" + named + other))


def test_a_checkpoint_has_the_flags_of_the_compile_on_keras_2(say: Say) -> None:
    text = (
        NORMED
        + 'model.compile("sgd", "mse")\nbase.trainable = False\n'
        + 'model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("a.h5")])\nmodel.load_weights("a.h5")\n'
    )
    assert any("FRZ701" in line for line in say(text, "2"))
    assert not any("FRZ701" in line for line in say(text, "3"))
