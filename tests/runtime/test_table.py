"""What executed programs showed of each Keras, as verdicts: one test per row of the measured table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from freezelint.runtime import Expectation, FreezeGuard, verify_step, watch

D1 = {"d1/kernel": "leak", "d1/bias": "leak"}
LISTED = "idle: not in the optimizer's update list"


class Kit:
    """A Keras, fixed data, and the small model of the table: Dense(3, tanh) -> Dense(1), SGD(0.1)."""

    def __init__(self, keras: Any, tf: Any, generation: str, data: Any) -> None:
        self.keras, self.tf, self.three, self.x, self.y = keras, tf, generation == "3", data.x, data.y
        self.L = keras.layers
        keras.utils.set_random_seed(1)

    def model(self, *, optimizer: Any = None, **options: Any) -> Any:
        model = self.keras.Sequential(
            [
                self.keras.Input((4,)),
                self.L.Dense(3, activation="tanh", name="d1"),
                self.L.Dense(1, name="d2"),
            ]
        )
        model.compile(optimizer or self.sgd(), "mse", **options)
        return model

    def sgd(self, rate: float = 0.1, **options: Any) -> Any:
        return self.keras.optimizers.SGD(rate, **options)

    def fit(self, model: Any, **options: Any) -> None:
        model.fit(self.x, self.y, batch_size=8, verbose=0, **options)

    def verify(self, model: Any, **options: Any) -> Any:
        return verify_step(model, self.x, self.y, **{"batch_size": 8, **options})

    def functional(self, layers: Callable[[Any], Any]) -> Any:
        inputs = self.keras.Input((4,))
        model = self.keras.Model(inputs, layers(inputs))
        model.compile(self.sgd(), "mse")
        return model

    def base(self, name: str = "base") -> Any:
        return self.keras.Sequential(
            [
                self.keras.Input((4,)),
                self.L.Dense(3, activation="tanh", name="b1"),
                self.L.BatchNormalization(name="bn"),
                self.L.Dense(3, activation="tanh", name="b2"),
            ],
            name=name,
        )

    def tape_step(self, model: Any, optimizer: Any, pick: Callable[[Any], Any], change: Any = None) -> None:
        """One custom step: gradients of `pick(model)`, applied to `change(model)` or to the same."""
        with self.tf.GradientTape() as tape:
            loss = self.tf.reduce_mean((model(self.x, training=True) - self.y) ** 2)
        watched = [getattr(v, "_value", v) for v in pick(model)]
        gradients = tape.gradient(loss, watched)
        optimizer.apply_gradients(list(zip(gradients, (change or pick)(model), strict=True)))


@pytest.fixture
def kit(keras: Any, tf: Any, generation: str, data: Any) -> Kit:
    return Kit(keras, tf, generation, data)


def told(report: Any) -> dict[str, str]:
    """What is not ok: verdict, and cause if it has one."""
    return {v.path: v.verdict + (f": {v.cause}" if v.cause else "") for v in report.variables if v.verdict != "ok"}


def moved(report: Any) -> set[str]:
    return {v.path for v in report.variables if v.moved}


ALL = {"d1/kernel", "d1/bias", "d2/kernel", "d2/bias"}


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"jit_compile": True}])
def test_a1_toggle_after_compile(kit: Kit, options: Any) -> None:
    model = kit.model(**options)
    model.layers[0].trainable = False
    report = kit.verify(model)
    assert report.existing is None
    assert told(report) == ({} if kit.three else D1)
    assert report.verdict == ("passed" if kit.three else "failed")


def test_a1b_unfreeze_after_compile(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    model.compile(kit.sgd(), "mse")
    model.layers[0].trainable = True
    report = kit.verify(model)
    assert told(report) == ({} if kit.three else {"d1/kernel": LISTED, "d1/bias": LISTED})


@pytest.mark.parametrize("options", [{}, {"jit_compile": True}, {"steps_per_execution": 2}])
def test_a2_toggle_after_fit(kit: Kit, options: Any) -> None:
    model = kit.model(**options)
    kit.fit(model)
    model.layers[0].trainable = False
    report = kit.verify(model, steps=2)
    assert told(report) == D1
    assert report.existing.via == "fit"
    assert told(report.existing) == D1
    assert told(report.fresh) == ({} if kit.three else D1)
    assert bool(report.difference) is kit.three
    for sentence in report.difference:
        assert "with the trace that your next fit will use" in sentence
        assert "with a fresh trace" in sentence


def test_a2_run_eagerly(kit: Kit) -> None:
    model = kit.model(run_eagerly=True)
    kit.fit(model)
    model.layers[0].trainable = False
    assert told(kit.verify(model)) == ({} if kit.three else D1)


def test_a2c_frozen_on_another_batch_shape(kit: Kit) -> None:
    model = kit.model()
    kit.fit(model)
    model.layers[0].trainable = False
    ragged = verify_step(model, kit.x[:5], kit.y[:5], batch_size=5)
    assert ragged.existing is None
    assert told(ragged) == ({} if kit.three else D1)
    assert any("another input signature" in note for note in ragged.notes)
    assert told(kit.verify(model)) == D1, "the trace for the old shape is still there"


def test_a3_recompile(kit: Kit) -> None:
    model = kit.model()
    kit.fit(model)
    model.layers[0].trainable = False
    model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert (report.verdict, told(report)) == ("passed", {})
    assert moved(report) == {"d2/kernel", "d2/bias"}


def test_a3b_same_optimizer_after_unfreeze_and_e4(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    model.compile(model.optimizer, "mse")
    kit.fit(model)
    model.layers[0].trainable = True
    model.compile(model.optimizer, "mse")
    with pytest.raises(ValueError if kit.three else KeyError, match=r"Unknown variable|cannot recognize variable"):
        kit.verify(model)


def test_a4_unfreeze_without_compile(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    model.compile(kit.sgd(), "mse")
    kit.fit(model)
    model.layers[0].trainable = True
    report = kit.verify(model)
    assert report.verdict == "failed"
    assert told(report) == {"d1/kernel": LISTED, "d1/bias": LISTED}
    if kit.three:
        assert "Unknown variable" in report.fresh.error
    model.compile(kit.sgd(), "mse")
    assert kit.verify(model).verdict == "passed"


@pytest.mark.parametrize("guard_first", [True, False])
@pytest.mark.parametrize("eager", [False, True])
def test_a6_toggle_in_a_callback(kit: Kit, eager: bool, guard_first: bool) -> None:
    class Toggle(kit.keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                self.model.layers[0].trainable = False

    model, guard = kit.model(run_eagerly=eager), FreezeGuard(on_violation="collect")
    callbacks = [guard, Toggle()] if guard_first else [Toggle(), guard]
    kit.fit(model, epochs=2, callbacks=callbacks)
    first, *later = guard.reports
    assert first.verdict == "passed"
    assert [told(report) for report in later] == [{} if eager else D1] * 2


def gan(kit: Kit) -> tuple[Any, Any, Any, Any]:
    g = kit.keras.Sequential([kit.keras.Input((2,)), kit.L.Dense(4, activation="tanh", name="g1")], name="g")
    d = kit.keras.Sequential(
        [kit.keras.Input((4,)), kit.L.Dense(3, activation="tanh", name="a"), kit.L.Dense(1, name="b")],
        name="d",
    )
    d.compile(kit.sgd(), "mse")
    d.trainable = False
    z = kit.keras.Input((2,))
    both = kit.keras.Model(z, d(g(z)), name="both")
    both.compile(kit.sgd(), "mse")
    return g, d, both, np.ones((16, 2), "float32")


def test_a9_the_gan_recipe(kit: Kit) -> None:
    _, d, both, z = gan(kit)
    wanted = Expectation(trainable=["**"])
    alone = kit.verify(d, expect=wanted)
    assert alone.verdict == ("nothing-moved" if kit.three else "passed")
    if kit.three:
        assert set(told(alone).values()) == {LISTED}
    combined = verify_step(both, z, kit.y, batch_size=8)
    assert combined.verdict == "passed"
    assert moved(combined) == {"g/g1/kernel", "g/g1/bias"}
    for _ in range(2):  # both calls, for real
        d.train_on_batch(kit.x, kit.y)
        both.train_on_batch(z, kit.y)
    assert moved(verify_step(both, z, kit.y, batch_size=8)) == {"g/g1/kernel", "g/g1/bias"}


@pytest.mark.parametrize("kind", ["cached list", "self.weights"])
def test_a11_custom_train_step_with_a_list_of_its_own(kit: Kit, kind: str) -> None:
    class Model(kit.keras.Sequential):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> Any:
            x, y = data[:2]
            with kit.tf.GradientTape() as tape:
                loss = kit.tf.reduce_mean((self(x, training=True) - y) ** 2)
            variables = cached if kind == "cached list" else self.weights
            gradients = tape.gradient(loss, [getattr(v, "_value", v) for v in variables])
            self.optimizer.apply_gradients(list(zip(gradients, variables, strict=True)))
            return {"loss": loss}

    model = Model([kit.keras.Input((4,)), kit.L.Dense(3, name="d1"), kit.L.Dense(1, name="d2")])
    cached = list(model.trainable_variables)
    model.layers[0].trainable = False
    model.compile(kit.sgd(), "mse")
    assert told(kit.verify(model)) == D1


def test_b2_the_flag_of_a_variable(kit: Kit) -> None:
    model = kit.model()
    if not kit.three:
        with pytest.raises(AttributeError):
            model.layers[0].kernel.trainable = False
        return
    model.layers[0].kernel.trainable = False
    report = kit.verify(model)
    assert report.verdict == "passed"
    assert moved(report) == ALL - {"d1/kernel"}
    kit.fit(model)
    model.layers[0].bias.trainable = False
    assert told(kit.verify(model)) == {"d1/bias": "leak"}


def test_c1_parent_frozen_child_not(kit: Kit) -> None:
    model = kit.model()
    model.trainable = False
    model.layers[-1].trainable = True
    model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert (report.verdict, told(report)) == ("nothing-moved", {})
    assert {v.flag for v in report.variables} == {"frozen"}


def test_c2_parent_set_true_after_children(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    model.trainable = True
    model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert report.verdict == "passed"
    assert moved(report) == ({"d2/kernel", "d2/bias"} if kit.three else ALL)


def test_c3_child_true_in_a_frozen_base(kit: Kit) -> None:
    base = kit.base()
    base.trainable = False
    base.layers[-1].trainable = True
    model = kit.functional(lambda i: kit.L.Dense(1, name="head")(base(i)))
    report = kit.verify(model)
    assert (report.verdict, told(report)) == ("passed", {})
    child = {"base/b2/kernel", "base/b2/bias"}
    assert moved(report) - {"head/kernel", "head/bias"} == (child if kit.three else set())


def test_c4_freeze_before_build(kit: Kit) -> None:
    model = kit.keras.Sequential(
        [kit.L.Dense(3, activation="tanh", name="d1", trainable=False), kit.L.Dense(1, name="d2")]
    )
    model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert report.verdict == "passed"
    assert moved(report) == {"d2/kernel", "d2/bias"}


def test_d1_frozen_batch_normalisation_stays(kit: Kit) -> None:
    base = kit.base()
    base.get_layer("bn").trainable = False
    model = kit.functional(lambda i: kit.L.Dense(1, name="head")(base(i, training=True)))
    report = kit.verify(model)
    assert report.verdict == "passed"
    assert not {p for p in moved(report) if "/bn/" in p}


def test_d2_training_false_on_a_symbolic_call(kit: Kit) -> None:
    base = kit.base()
    model = kit.functional(lambda i: kit.L.Dense(1, name="head")(base(i, training=False)))
    report = kit.verify(model, expect=Expectation(frozen=["base/bn/moving_*"]))
    drift = {f"base/bn/moving_{name}": "drift" for name in ("mean", "variance")}
    assert told(report) == (drift if kit.three else {})


def test_d3_tape_over_the_head_only(kit: Kit) -> None:
    base = kit.base()
    model = kit.functional(lambda i: kit.L.Dense(1, name="head")(base(i)))
    with watch(model, frozen=["base/**"], on_violation="collect") as seen:
        kit.tape_step(model, kit.sgd(), lambda m: m.layers[-1].trainable_variables)
    assert told(seen.report) == {f"base/bn/moving_{name}": "drift" for name in ("mean", "variance")}


def test_d4_flags_of_gamma_and_beta(kit: Kit) -> None:
    base = kit.base()
    bn = base.get_layer("bn")
    if not kit.three:
        with pytest.raises(AttributeError):
            bn.gamma.trainable = False
        return
    bn.gamma.trainable = bn.beta.trainable = False
    model = kit.functional(lambda i: kit.L.Dense(1, name="head")(base(i)))
    assert told(kit.verify(model)) == {f"base/bn/moving_{name}": "drift" for name in ("mean", "variance")}


def test_d6_spectral_normalisation_is_not_frozen(kit: Kit) -> None:
    layer = kit.L.SpectralNormalization(kit.L.Dense(3, activation="tanh", name="inner"), name="sn")
    model = kit.keras.Sequential([kit.keras.Input((4,)), layer, kit.L.Dense(1, name="d2")])
    layer.trainable = False
    old = kit.tf.__version__.startswith("2.15")  # its graph mode raises OperatorNotAllowedInGraphError
    model.compile(kit.sgd(), "mse", run_eagerly=old)
    found = told(kit.verify(model))
    assert sorted(found.values()) == ["drift", "leak"]
    assert {path.rsplit("/", 1)[-1]: verdict for path, verdict in found.items()}["kernel"] == "leak"


def test_e1_apply_over_all_weights(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    with watch(model, on_violation="collect") as seen:
        kit.tape_step(model, kit.sgd(), lambda m: m.weights)
    assert told(seen.report) == D1


def test_e2_gradients_of_another_list_move_the_wrong_layer(kit: Kit) -> None:
    model = kit.keras.Sequential(
        [kit.keras.Input((4,)), *(kit.L.Dense(4, use_bias=False, name=f"d{i}") for i in (1, 2, 3))]
    )
    model.layers[0].trainable = False
    with watch(model, on_violation="collect") as seen:
        kit.tape_step(model, kit.sgd(), lambda m: m.weights[1:], lambda m: m.weights[:2])
    assert told(seen.report) == {"d1/kernel": "leak", "d3/kernel": LISTED}


@pytest.mark.parametrize("options", [{"momentum": 0.9}, {"weight_decay": 0.1}, {"use_ema": True}])
def test_e6_zero_masked_gradients(kit: Kit, options: Any) -> None:
    model = kit.model()
    optimizer = kit.sgd(**options)
    kit.tape_step(model, optimizer, lambda m: m.weights)  # momentum exists
    with watch(model, frozen=["d1/**"], on_violation="collect") as seen:
        with kit.tf.GradientTape() as tape:
            loss = kit.tf.reduce_mean((model(kit.x) - kit.y) ** 2)
        gradients = tape.gradient(loss, [getattr(v, "_value", v) for v in model.weights])
        masked = [g * 0.0 if i < 2 else g for i, g in enumerate(gradients)]
        optimizer.apply_gradients(list(zip(masked, model.weights, strict=True)))
    assert told(seen.report) == ({} if "use_ema" in options else D1)


def test_e6_learning_rate_zero(kit: Kit) -> None:
    report = kit.verify(kit.model(optimizer=kit.sgd(0.0)))
    assert report.verdict == "nothing-moved"
    assert set(told(report).values()) == {"idle: learning rate 0"}
    model = kit.model(optimizer=kit.sgd(0.1, momentum=0.9))
    kit.fit(model)
    model.optimizer.learning_rate = 0.0
    assert moved(kit.verify(model)) == ALL, "momentum still moves everything"


def test_a_schedule_that_starts_at_zero_does_not_fail(kit: Kit) -> None:
    rate = kit.keras.optimizers.schedules.PolynomialDecay(0.0, 10, 0.1)
    report = kit.verify(kit.model(optimizer=kit.sgd(rate)))
    assert set(told(report).values()) == {"idle: learning rate 0 at this step of the schedule"}
    assert not report.offenders


def stopped(kit: Kit, **options: Any) -> Any:
    class Model(kit.keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.base, self.head = kit.base(), kit.L.Dense(1, name="head")

        def call(self, x: Any, training: bool = False) -> Any:
            return self.head(kit.tf.stop_gradient(self.base(x, training=training)))

    model = Model()
    model(kit.x)
    model.compile(kit.sgd(), "mse", **options)
    return model


def test_e7_stop_gradient(kit: Kit) -> None:
    report = kit.verify(stopped(kit))
    names = ("b1/kernel", "b1/bias", "bn/gamma", "bn/beta", "b2/kernel", "b2/bias")
    assert told(report) == {f"base/{name}": "idle: no gradient" for name in names}
    assert report.verdict == "failed"
    frozen = kit.verify(stopped(kit), expect=Expectation(frozen=["base/**"]))
    assert told(frozen) == {f"base/bn/moving_{name}": "drift" for name in ("mean", "variance")}


def test_e10_assign_on_frozen_weights(kit: Kit) -> None:
    model = kit.model()
    model.layers[0].trainable = False
    with watch(model, on_violation="collect") as seen:
        model.set_weights([w + 1 for w in model.get_weights()])
    assert told(seen.report) == D1


def test_e11_loss_scaling_skips_the_step(kit: Kit) -> None:
    home = kit.keras.optimizers if kit.three else kit.keras.mixed_precision
    optimizer = home.LossScaleOptimizer(kit.sgd())
    model = kit.model(optimizer=optimizer)
    model.compile(optimizer, lambda y, p: kit.tf.reduce_mean((p - y) ** 2) * np.float32("inf"))
    report = kit.verify(model)
    assert report.verdict == "nothing-moved"
    assert set(told(report).values()) == {"idle: step skipped by loss scaling"}
    assert not report.offenders


def test_e11_gradient_accumulation(kit: Kit) -> None:
    if not kit.three:
        pytest.skip("Keras 2 optimizers have no gradient_accumulation_steps")
    model = kit.model(optimizer=kit.sgd(gradient_accumulation_steps=2))
    report = kit.verify(model)
    assert report.verdict == "nothing-moved"
    assert set(told(report).values()) == {"idle: accumulation pending (1 of 2 steps)"}
    assert kit.verify(model, steps=2).verdict == "passed"


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_e11_mixed_precision(kit: Kit, policy: str) -> None:
    kit.keras.mixed_precision.set_global_policy(policy)
    try:
        model = kit.model()
    finally:
        kit.keras.mixed_precision.set_global_policy("float32")
    kit.fit(model)
    model.layers[0].trainable = False
    report = kit.verify(model)
    assert told(report) == D1
    assert report.engine.precision == policy


def test_x2_ema_and_a_freeze_without_compile(kit: Kit) -> None:
    model = kit.keras.Sequential(
        [kit.keras.Input((4,)), *(kit.L.Dense(4, use_bias=False, name=n) for n in ("d1", "d2"))]
    )
    model.compile(kit.sgd(use_ema=True), "mse")
    model.fit(kit.x, kit.x, verbose=0)
    model.layers[0].trainable = False
    with watch(model, on_violation="collect") as seen:
        model.fit(kit.x, kit.x, verbose=0)
    assert told(seen.report) == {"d1/kernel": "leak"}


def test_x8_dead_relu(kit: Kit) -> None:
    model = kit.keras.Sequential(
        [
            kit.keras.Input((4,)),
            kit.L.Dense(3, activation="relu", bias_initializer="ones", name="d1"),
            kit.L.Dense(1, name="d2"),
        ]
    )
    model.layers[0].set_weights([-np.ones((4, 3), "float32") * 9, -np.ones(3, "float32")])
    model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert told(report) == dict.fromkeys(("d1/kernel", "d1/bias", "d2/kernel"), "idle: gradient zero")
    assert report.verdict == "passed", "the data explain it: not provable"


def test_x8_unused_branch(kit: Kit) -> None:
    class Model(kit.keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = kit.L.Dense(1, name="used"), kit.L.Dense(1, name="unused")

        def call(self, x: Any) -> Any:
            self.unused(x)
            return self.used(x)

    model = Model()
    model(kit.x)
    model.compile(kit.sgd(), "mse")
    assert told(kit.verify(model)) == {f"unused/{n}": "idle: no gradient" for n in ("kernel", "bias")}


def test_x8_zero_initialised_successor(kit: Kit) -> None:
    model = kit.model()
    model.layers[1].set_weights([np.zeros((3, 1), "float32"), np.zeros(1, "float32")])
    assert told(kit.verify(model)) == dict.fromkeys(("d1/kernel", "d1/bias"), "idle: gradient zero")
    assert kit.verify(model, steps=2).verdict == "passed"


def test_x8_unseen_embedding_rows(kit: Kit) -> None:
    model = kit.keras.Sequential(
        [
            kit.keras.Input((2,), dtype="int32"),
            kit.L.Embedding(5, 2, name="e"),
            kit.L.Flatten(),
            kit.L.Dense(1, name="h"),
        ]
    )
    model.compile(kit.sgd(), "mse")
    report = verify_step(model, np.array([[0, 1]] * 8), np.ones((8, 1), "float32"), batch_size=8)
    assert next(v for v in report.variables if v.path == "e/embeddings").changed_elements == 4
    old = np.zeros((5, 2), bool)
    old[[1, 3]] = True
    masked = verify_step(
        model, np.array([[0, 1]] * 8), np.ones((8, 1), "float32"), batch_size=8,
        expect=Expectation(masks={"e/embeddings": old}),
    )  # fmt: skip
    assert told(masked) == {"e/embeddings": "leak: 2 of the 4 masked elements changed"}


def test_x8_update_below_precision(kit: Kit) -> None:
    model = kit.model(optimizer=kit.sgd(1e-12))
    model.set_weights([np.full_like(w, 0.5) for w in model.get_weights()])
    report = kit.verify(model)
    assert report.verdict == "nothing-moved"
    assert set(told(report).values()) == {"idle: update below precision"}


@pytest.mark.parametrize("frozen", [False, True])
def test_f1_replicas_are_judged_one_by_one(kit: Kit, strategy: Any, frozen: bool) -> None:
    with strategy.scope():
        model = kit.model()
    kit.fit(model)
    model.layers[0].trainable = False
    if frozen:
        with strategy.scope():
            model.compile(kit.sgd(), "mse")
    report = kit.verify(model)
    assert {(v.path, v.replica) for v in report.variables} == {(path, r) for path in ALL for r in (0, 1)}
    leaks = {(v.path, v.replica) for v in report.variables if v.verdict == "leak"}
    assert leaks == (set() if frozen else {(path, r) for path in D1 for r in (0, 1)})


def test_f0_a_change_on_one_replica_only(kit: Kit, strategy: Any) -> None:
    with strategy.scope():
        model = kit.model()
    model.layers[0].trainable = False
    kernel = model.layers[0].kernel
    with watch(model, on_violation="collect") as seen:
        replica = getattr(kernel, "_value", kernel).values[1]
        replica.assign(replica + 1)
    assert [(v.path, v.replica) for v in seen.report.variables if v.verdict == "leak"] == [("d1/kernel", 1)]
