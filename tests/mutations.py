"""Good programs with one line removed or moved, and what goes wrong then.

    python tests/mutations.py FOLDER      write the mutated programs there, with their harm as evidence
    python tests/run_fixtures.py FOLDER   run them: does the harm really show?

tests/test_mutations.py asks whether the right rule fires.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@dataclass(frozen=True)
class Mutation:
    """One edit of one good fixture.

    `old` occurs once in the fixture `path` and becomes `new`; `code` must then fire on the line that holds `line`,
    for each generation in `keras`. `harm` are the facts that running it shows, `keras2: …` or `keras3: …`, in the
    notation of fixtures/README.md. `silent` says why no rule fires although something goes wrong.
    """

    what: str
    path: str
    old: str
    new: str
    code: str
    line: str
    keras: str = "23"
    silent: str = ""
    harm: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.code}_{self.path.partition('/')[2]}_{self.what.replace(' ', '_')}"


RECOMPILE = 'model.compile(optimizer="adam", loss="mse")\n'
BN_LOOP = """\
for layer in base.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
"""
BN_LOOP_IN_HELPER = """\
    for layer in net.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
"""
VARIABLES = "variables = model.trainable_variables\n"
BASE_FROZEN = "base.trainable = False\n"

MUTATIONS = [
    Mutation(
        "recompile removed",
        "FRZ101-toggle-after-compile/good_freeze_then_recompile",
        f"    layer.trainable = False\n{RECOMPILE}",
        "    layer.trainable = False\n",
        "FRZ101",
        "layer.trainable = False",
        harm=("keras2: moved first/**", "keras3: still first/**"),
    ),
    Mutation(
        "helper that recompiles not called",
        "FRZ101-toggle-after-compile/good_recompile_in_helper",
        "compile_model(model, 0.05)\n",
        "",
        "FRZ101",
        "base.trainable = False",
        harm=("keras2: moved base/**", "keras3: still base/**"),
    ),
    Mutation(
        "recompile of trained model removed",
        "FRZ101-toggle-after-compile/good_freeze_batchnorm_then_recompile",
        'model.compile(optimizer=tf.keras.optimizers.SGD(0.01), loss="mse")\n',
        "",
        "FRZ102",
        "layer.trainable = False",
        harm=("keras2: moved norm/**", "keras3: moved norm/**"),
    ),
    Mutation(
        "second compile removed",
        "FRZ102-toggle-after-training/good_two_phases_two_compiles",
        'model.compile(optimizer=keras.optimizers.Adam(1e-4), loss="mse")\n',
        "",
        "FRZ102",
        "base.trainable = True",
        harm=("keras2: still base/**", "keras3: still base/**"),
    ),
    Mutation(
        "compile removed from the stages",
        "FRZ102-toggle-after-training/good_compile_at_every_stage",
        '    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")\n',
        "",
        "FRZ102",
        "layer.trainable = True",
        harm=("keras2: still block/**", "keras3: still block/**"),
    ),
    Mutation(
        "write moved after the compile",
        "FRZ102-toggle-after-training/good_trainer_that_compiles",
        "        self.backbone.trainable = trainable\n        self._compile(rate)\n",
        "        self._compile(rate)\n        self.backbone.trainable = trainable\n",
        "FRZ101",
        "self.backbone.trainable = trainable",
        harm=(
            "keras2 trainer.model.fit[0]: moved backbone/**",
            "keras2 trainer.model: still backbone/**",
            "keras3 trainer.model.fit[0]: still backbone/**",
        ),
    ),
    Mutation(
        "write moved after the compile",
        "FRZ102-toggle-after-training/good_helper_sets_and_compiles",
        '    part.trainable = flag\n    net.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")\n',
        '    net.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")\n    part.trainable = flag\n',
        "FRZ101",
        "part.trainable = flag",
        harm=("keras2 model.fit[0]: moved base/**", "keras2: still base/**", "keras3 model.fit[0]: still base/**"),
    ),
    Mutation(
        "write moved after the compile",
        "FRZ102-toggle-after-training/good_compile_inside_the_loop",
        '    base.trainable = trainable\n    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")\n',
        '    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")\n    base.trainable = trainable\n',
        "FRZ101",
        "base.trainable = trainable",
        harm=("keras2 model.fit[0]: moved base/**", "keras2: still base/**", "keras3 model.fit[0]: still base/**"),
    ),
    Mutation(
        "new train function removed",
        "FRZ103-toggle-in-callback/good_force_new_train_function",
        "            self.model.make_train_function(force=True)\n",
        "",
        "FRZ103",
        '.get_layer("base").trainable = False',
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "run_eagerly removed",
        "FRZ103-toggle-in-callback/good_eager_freeze",
        ", run_eagerly=True",
        "",
        "FRZ103",
        "self.model.layers[0].trainable = False",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "moved to the end of the epoch",
        "FRZ104-compile-in-callback/good_compile_when_training_ended",
        "def on_train_end(self, logs=None)",
        "def on_epoch_begin(self, epoch, logs=None)",
        "FRZ104",
        "self.model.compile",
        harm=("keras2: raises TypeError", "keras3: raises TypeError"),
    ),
    Mutation(
        "run_eagerly removed",
        "FRZ105-toggle-in-traced-code/good_eager_train_step",
        ", run_eagerly=True",
        "",
        "FRZ105",
        "self.base.trainable = False",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "flag not set back",
        "FRZ106-frozen-before-own-training/good_flag_back_before_training",
        "    set_trainability(discriminator, True)\n",
        "",
        "FRZ106",
        "trainable = trainable",
        "3",
        harm=("keras2 discriminator: moved d/**", "keras3 discriminator: nothing moved"),
    ),
    Mutation(
        "first round of the discriminator removed",
        "FRZ106-frozen-before-own-training/good_discriminator_steps_first",
        "gan.warm_up()\ngan.build_combined()\n",
        "gan.build_combined()\n",
        "FRZ106",
        "self.discriminator.trainable = False",
        "3",
        harm=("keras2 gan.discriminator: moved d/**", "keras3 gan.discriminator: nothing moved"),
    ),
    Mutation(
        "flag not set back",
        "FRZ101-toggle-after-compile/good_gan_with_toggles",
        "    discriminator.trainable = True\n",
        "",
        "FRZ106",
        "discriminator.trainable = False",
        "3",
        harm=("keras2 discriminator: moved d/**", "keras3 discriminator: nothing moved"),
    ),
    Mutation(
        "freeze moved after the first step",
        "FRZ107-toggle-after-traced-step/good_flag_before_the_first_call",
        "base.trainable = False\nfor _ in range(3):\n    step(x, y)\n",
        "for _ in range(3):\n    step(x, y)\n    base.trainable = False\n",
        "FRZ107",
        "base.trainable = False",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "new step for the second phase removed",
        "FRZ107-toggle-after-traced-step/good_new_step_per_phase",
        "train = make_step(model, keras.optimizers.SGD(0.01))\n",
        "",
        "FRZ107",
        "base.trainable = True",
        harm=("keras2: still base/**", "keras3: still base/**"),
    ),
    Mutation(
        "loop over BatchNormalization removed",
        "FRZ201-batchnorm-unfrozen-with-base/good_batchnorm_frozen_again",
        BN_LOOP,
        "",
        "FRZ201",
        "base.trainable = True",
        harm=("keras2: moved base/bn/**", "keras3: moved base/bn/**"),
    ),
    Mutation(
        "exception for BatchNormalization removed",
        "FRZ201-batchnorm-unfrozen-with-base/good_skipped_with_continue",
        "    if isinstance(layer, BatchNormalization):\n        continue\n",
        "",
        "FRZ201",
        "layer.trainable = True",
        harm=("keras2 net: moved */bn/**", "keras3 net: moved */bn/**"),
    ),
    Mutation(
        "inference mode removed",
        "FRZ201-batchnorm-unfrozen-with-base/good_inference_in_subclass",
        "self.base(inputs, training=False)",
        "self.base(inputs, training=training)",
        "FRZ201",
        "base.trainable = True",
        harm=("keras2: moved base/bn/moving_mean", "keras3: moved base/bn/moving_mean"),
    ),
    Mutation(
        "loop over BatchNormalization removed",
        "FRZ202-training-false-ignored/good_batchnorm_frozen_too",
        BN_LOOP_IN_HELPER,
        "",
        "FRZ202",
        "base(inputs, training=False)",
        "3",
        harm=("keras2: still base/bn/moving_mean", "keras3: moved base/bn/moving_mean"),
    ),
    Mutation(
        "freeze removed",
        "FRZ203-statistics-not-frozen/good_frozen_by_flag",
        BASE_FROZEN,
        "",
        "FRZ203",
        "model(x, training=True)",
    ),
    Mutation(
        "inference mode removed",
        "FRZ204-batchnorm-skipped-by-freeze/good_only_in_inference",
        "self.base(inputs, training=False)",
        "self.base(inputs, training=training)",
        "FRZ204",
        "layer.trainable = False",
        harm=("keras2: moved base/bn/moving_mean", "keras3: moved base/bn/moving_mean"),
    ),
    Mutation(
        "weights not set",
        "FRZ205-batchnorm-frozen-at-initialisation/good_weights_are_set",
        'base.set_weights([rng.random(w.shape).astype("float32") for w in base.get_weights()])\n',
        "",
        "FRZ205",
        "base.trainable = False",
        harm=("keras2: still base/**", "keras3: still base/**"),
    ),
    Mutation(
        "loop moved to the outer model",
        "FRZ206-batchnorm-loop-misses-nested/good_loop_over_the_base",
        "model.layers[0].layers",
        "model.layers",
        "FRZ206",
        "layer.trainable = False",
        harm=("keras2: moved base/bn/**", "keras3: moved base/bn/**"),
    ),
    Mutation(
        "recursion removed",
        "FRZ206-batchnorm-loop-misses-nested/good_recursion",
        "        elif isinstance(layer, keras.Model):\n            freeze_batchnorm(layer)\n",
        "",
        "FRZ206",
        "layer.trainable = False",
        harm=("keras2: moved base/bn/**", "keras3: moved base/bn/**"),
    ),
    Mutation(
        "inference mode removed",
        "FRZ207-spectral-normalization-frozen/good_inference_in_subclass",
        "self.base(inputs, training=False)",
        "self.base(inputs, training=training)",
        "FRZ207",
        "base.trainable = False",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "guard removed",
        "FRZ208-unguarded-state-update/good_asks_the_flag",
        "if training and self.trainable:",
        "if training:",
        "FRZ208",
        "self.mean.assign(",
        harm=("keras2: moved base/center/mean", "keras3: moved base/center/mean"),
    ),
    Mutation(
        "training parameter removed",
        "FRZ209-call-without-training/good_training_handed_on",
        "def call(self, inputs, training=None):\n        return self.out(self.bn(inputs, training=training))",
        "def call(self, inputs):\n        return self.out(self.bn(inputs))",
        "FRZ209",
        "def call(self, inputs):",
        "3",
        harm=("keras2: moved bn/moving_mean", "keras3: still bn/moving_mean"),
    ),
    Mutation(
        "id removed",
        "FRZ303-variable-membership/good_by_identity",
        "frozen = {id(v) for v in model.layers[0].trainable_variables}\n"
        "variables = [v for v in model.trainable_variables if id(v) not in frozen]\n",
        "frozen = [v for v in model.layers[0].trainable_variables]\n"
        "variables = [v for v in model.trainable_variables if v not in frozen]\n",
        "FRZ303",
        "if v not in frozen",
        harm=("keras2: raises ValueError", "keras3: raises ValueError"),
    ),
    Mutation(
        "path removed",
        "FRZ304-variable-name-filter/good_path",
        'getattr(v, "path", v.name)',
        "v.name",
        "FRZ304",
        "v.name",
        "3",
        harm=("keras2: still hidden/**", "keras3: moved hidden/**"),
    ),
    Mutation(
        "build removed",
        "FRZ307-weights-of-unbuilt-layer/good_built_by_hand",
        "hidden.build((None, 4))\n",
        "",
        "FRZ307",
        "in hidden.weights",
        harm=("keras2: moved hidden/**", "keras3: moved hidden/**"),
    ),
    Mutation(
        "write of the parent removed",
        "FRZ401-child-unfrozen-under-frozen-parent/good_child_frozen_again",
        "base.layers[-1].trainable = False\n",
        "",
        "FRZ401",
        "base.layers[-1].trainable = True",
        harm=("keras2: still base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "write moved after the layers",
        "FRZ402-parent-toggle-after-children/good_parent_before_children",
        "model.trainable = True\nfor i, layer in enumerate(model.layers):\n    layer.trainable = i >= 1\n",
        "for i, layer in enumerate(model.layers):\n    layer.trainable = i >= 1\nmodel.trainable = True\n",
        "FRZ402",
        "model.trainable = True",
        silent="the walk does not compute `i >= 1`, so it does not know which layers the loop had frozen",
        harm=("keras2: moved first/**", "keras3: still first/**"),
    ),
    Mutation(
        "second freeze removed",
        "FRZ402-parent-toggle-after-children/good_reset_then_freeze_again",
        'freeze_until(base, "b1")\n',
        "",
        "FRZ402",
        "base.trainable = True",
        silent="False to True un-freezes a base on purpose, as the second phase of fine-tuning does",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
    Mutation(
        "freeze moved to the first line",
        "FRZ403-frozen-before-children-exist/good_last_line_of_init",
        '        self.first = tf.keras.layers.Dense(4, activation="tanh")\n'
        "        self.second = tf.keras.layers.Dense(4)\n        self.trainable = False\n",
        '        self.trainable = False\n        self.first = tf.keras.layers.Dense(4, activation="tanh")\n'
        "        self.second = tf.keras.layers.Dense(4)\n",
        "FRZ403",
        "self.trainable = False",
        "3",
        harm=("keras2: still block/**", "keras3: moved block/**"),
    ),
    Mutation(
        "new layer removed",
        "FRZ404-nothing-trainable/good_head_added_after_the_freeze",
        'model.add(tf.keras.layers.Dense(1, name="new"))\n',
        "",
        "FRZ404",
        "layer.trainable = False",
        harm=("keras2: nothing moved", "keras3: nothing moved"),
    ),
    Mutation(
        "second index removed",
        "FRZ407-input-layer-frozen/good_input_and_more",
        "model.layers[1].trainable = False\n",
        "",
        "FRZ407",
        "model.layers[0].trainable = False",
        harm=("keras2: moved embedding/**", "keras3: moved embedding/**"),
    ),
    Mutation(
        "loading removed",
        "FRZ409-random-weights-frozen/good_weights_from_a_file",
        "base.load_weights(path)\n",
        "",
        "FRZ409",
        "base.trainable = False",
        harm=("keras2: still mobilenet*/**", "keras3: still mobilenet*/**"),
    ),
    Mutation(
        "weights of the clone not set",
        "FRZ409-random-weights-frozen/good_clone_takes_the_weights",
        "for new, old in zip(copy.layers, teacher.layers):\n    new.set_weights(old.get_weights())\n",
        "",
        "FRZ409",
        "copy.trainable = False",
        harm=("keras2 copy: unlike teacher", "keras3 copy: unlike teacher"),
    ),
    Mutation(
        "write of the base removed",
        "FRZ410-slice-frozen-under-frozen-parent/good_true_before_the_slice",
        "base.trainable = True\n",
        "",
        "FRZ410",
        "layer.trainable = False",
        harm=("keras2: still base/**", "keras3: still base/**"),
    ),
    Mutation(
        "look-up in the loaded model removed",
        "FRZ411-toggle-on-wrong-object/good_layers_of_the_loaded_model",
        'backbone = model.get_layer("backbone")\n',
        "",
        "FRZ411",
        "backbone.trainable = True",
        harm=("keras2: still backbone/**", "keras3: still backbone/**"),
    ),
    Mutation(
        "list taken before the freeze",
        "FRZ503-stale-variable-list/good_frozen_before_the_list",
        f"{BASE_FROZEN}{VARIABLES}",
        f"{VARIABLES}{BASE_FROZEN}",
        "FRZ503",
        "tape.gradient(loss, variables)",
        harm=("keras2: moved base/**", "keras3: moved base/**"),
    ),
]


def mutated(mutation: Mutation) -> str:
    """The text of the fixture after the edit; ValueError when `old` is not there exactly once."""
    text = (FIXTURES / f"{mutation.path}.py").read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.path}: {text.count(mutation.old)} places hold {mutation.old!r}")
    return text.replace(mutation.old, mutation.new)


def write(folder: Path) -> int:
    """Write every mutated program whose harm is stated, with that as its evidence; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    stated = [mutation for mutation in MUTATIONS if mutation.harm]
    for mutation in stated:
        lines = [line for line in mutated(mutation).splitlines() if not line.startswith("# evidence[")]
        facts = [fact.replace("keras", "# evidence[keras", 1) for fact in mutation.harm]
        head = [f"{fact[:17]}]{fact[17:]}" for fact in facts]
        (folder / f"{mutation.name}.py").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")
    return len(stated)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]))} programs")
