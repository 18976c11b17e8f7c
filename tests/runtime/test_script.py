"""freezelint verify: scripts run as under python, every training call met, cut, and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from freezelint.runtime.script import run_script

HEAD = """
import os, sys
import numpy as np
import tensorflow as tf
keras = tf.keras
keras.utils.set_random_seed(0)
x, y = np.random.rand(32, 4).astype("float32"), np.random.rand(32, 1).astype("float32")
def make(name="m"):
    base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh", name="c"),
                             keras.layers.BatchNormalization(name="bn")], name="backbone")
    model = keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(1, name="head")], name=name)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return base, model
def loop(model, optimizer, pick, times):
    for _ in range(times):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        variables = pick(model)
        gradients = tape.gradient(loss, [getattr(v, "_value", v) for v in variables])
        optimizer.apply_gradients(zip(gradients, variables))
"""


@pytest.fixture
def run(tmp_path: Path, keras: Any) -> Any:
    def run(body: str, *args: str, **options: Any) -> Any:
        script = tmp_path / "train.py"
        script.write_text(HEAD + textwrap.dedent(body))
        return run_script(script, args, **options)

    return run


def calls(result: Any) -> list[tuple[str, str, str, int]]:
    return [(r.call, r.model, r.verdict, r.steps) for r in result.reports]


def offence(report: Any) -> set[tuple[str, str]]:
    return {(v.path, v.verdict) for v in report.offenders}


BACKBONE = {
    *((f"backbone/c/{n}", "leak") for n in ("kernel", "bias")),
    *((f"backbone/bn/{n}", "leak") for n in ("gamma", "beta")),
    *((f"backbone/bn/moving_{n}", "drift") for n in ("mean", "variance")),
}


def test_fit_after_a_stale_freeze(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(
        """
        base, model = make()
        print("epochs", len(model.fit(x, y, epochs=50, verbose=0, validation_split=0.5).history["val_loss"]))
        base.trainable = False
        model.fit(x, y, epochs=50, verbose=0, callbacks=[keras.callbacks.EarlyStopping("loss")])
        """
    )
    assert capsys.readouterr().out == "epochs 1\n"
    assert calls(result) == [("fit", "m", "passed", 1), ("fit", "m", "failed", 1)]
    assert offence(result.reports[1]) == BACKBONE
    assert (result.verdict, result.status) == ("failed", 0)
    assert Path(result.reports[1].filename).name == "train.py"
    source = Path(result.reports[1].filename).read_text().splitlines()
    assert source[result.reports[1].line - 1].startswith("model.fit(x, y, epochs=50, verbose=0, callbacks")


def test_a_callback_that_freezes_before_the_first_step(run: Any) -> None:
    result = run(
        """
        class Freeze(keras.callbacks.Callback):
            def on_train_begin(self, logs=None):
                self.model.layers[-1].trainable = False
        base, model = make()
        model.fit(x, y, verbose=0, callbacks=[Freeze()])
        """
    )
    assert calls(result) == [("fit", "m", "passed", 1)]
    assert {v.path for v in result.reports[0].variables if not v.moved} == {"head/kernel", "head/bias"}


def test_a_layer_of_the_scripts_own(run: Any) -> None:
    """Keras 3 reads the signature of Layer.__init__ for a class that has none: it must be the real one."""
    result = run(
        """
        class Scale(keras.layers.Layer):
            def build(self, shape):
                self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
            def call(self, x):
                return x * self.scale
        model = keras.Sequential([keras.Input((4,)), Scale(name="s"), keras.layers.Dense(1)], name="m")
        model.compile("sgd", "mse")
        model.fit(x, y, verbose=0)
        """
    )
    assert (calls(result), result.status) == ([("fit", "m", "passed", 1)], 0)


def test_steps_and_full(run: Any) -> None:
    body = """
    base, model = make()
    history = model.fit(x, y, batch_size=4, epochs=3, verbose=0)
    print(len(history.history["loss"]), int(model.optimizer.iterations.numpy()))
    """
    assert [r.steps for r in run(body).reports] == [1]
    assert [r.steps for r in run(body, steps=5).reports] == [5]
    assert [r.steps for r in run(body, steps=None).reports] == [24]


def test_fit_builds_the_model(run: Any) -> None:
    result = run(
        """
        hidden = keras.layers.Dense(3, name="d", trainable=False)
        model = keras.Sequential([hidden, keras.layers.Dense(1)], name="m")
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=4, epochs=9, verbose=0)
        """
    )
    assert calls(result) == [("fit", "m", "passed", 1)]


def test_a_fit_that_builds_the_model_in_its_only_step_says_so(run: Any) -> None:
    result = run(
        """
        model = keras.Sequential([keras.layers.Dense(1)], name="m")
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=32, verbose=0)
        """
    )
    assert result.reports == ()
    assert len(result.unjudged) == 1
    assert result.unjudged[0].endswith("fit of m built the model in its only step")


def test_train_on_batch_in_a_loop_is_cut(run: Any, generation: str) -> None:
    result = run(
        """
        base, model = make()
        for _ in range(9):
            loss = model.train_on_batch(x, y)
        assert int(model.optimizer.iterations.numpy()) == 1, model.optimizer.iterations
        base.trainable = False
        for _ in range(9):
            model.train_on_batch(x, y)
        """
    )
    assert result.status == 0
    assert calls(result) == [("train_on_batch", "m", "passed", 1), ("train_on_batch", "m", "failed", 1)]
    assert offence(result.reports[1]) == BACKBONE


def test_a_loop_that_flips_the_flag_is_judged_both_ways(run: Any) -> None:
    result = run(
        """
        base, model = make()
        for phase in range(4):
            base.trainable = phase % 2 == 0
            model.compile(keras.optimizers.SGD(0.1), "mse")
            model.train_on_batch(x, y)
        """
    )
    assert [r.verdict for r in result.reports] == ["passed", "passed"]
    assert [sum(v.moved for v in r.variables) for r in result.reports] == [8, 2]


@pytest.mark.parametrize("compiled", [False, True])
def test_custom_loops(run: Any, compiled: bool) -> None:
    result = run(
        f"""
        base, model = make()
        base.trainable = False
        step = tf.function(loop) if {compiled} else loop
        optimizer, wrong = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1)
        for each in (optimizer, wrong):
            each.build(model.weights[:2] + model.trainable_variables)
        def right(model): return model.trainable_variables
        def all_of_them(model): return model.weights[:2] + model.trainable_variables
        for _ in range(3):
            step(model, optimizer, right, 1)
        if not {compiled}:
            assert int(optimizer.iterations.numpy()) == 1, optimizer.iterations
        for _ in range(3):
            step(model, wrong, all_of_them, 1)
        """
    )
    assert result.status == 0
    assert [(r.call, r.verdict) for r in result.reports] == [
        ("apply_gradients", "passed"),
        ("apply_gradients", "failed"),
    ]
    assert offence(result.reports[1]) == {("backbone/c/kernel", "leak"), ("backbone/c/bias", "leak")}


def test_drift_of_what_a_pattern_names(run: Any) -> None:
    """D3: the tape is over the head only, and batch normalisation moves in the forward pass all the same."""
    body = """
    base, model = make()
    loop(model, keras.optimizers.SGD(0.1), lambda m: m.layers[-1].trainable_variables, 3)
    """
    assert run(body).verdict == "passed"
    result = run(body, frozen=["backbone/**"])
    assert offence(result.reports[0]) == {(f"backbone/bn/moving_{n}", "drift") for n in ("mean", "variance")}


def test_patterns_that_match_nothing(run: Any) -> None:
    result = run("base, model = make()\nmodel.fit(x, y, verbose=0)", frozen=["bakbone/**"])
    assert result.verdict == "failed"
    assert "bakbone/**" in result.unmatched[0]
    assert "backbone/c" in result.unmatched[0]


def test_optimizer_minimize_on_keras_2(run: Any, generation: str) -> None:
    if generation == "3":
        pytest.skip("Keras 3 optimizers have no minimize")
    result = run(
        """
        base, model = make()
        optimizer = keras.optimizers.SGD(0.1)
        for _ in range(4):
            optimizer.minimize(lambda: tf.reduce_mean((model(x) - y) ** 2), model.trainable_variables)
        """
    )
    assert calls(result) == [("apply_gradients", "m", "passed", 1)]


def test_fit_generator_on_keras_2(run: Any, generation: str) -> None:
    if generation == "3":
        pytest.skip("Keras 3 has no fit_generator")
    result = run(
        """
        base, model = make()
        def batches():
            while True:
                yield x, y
        model.fit_generator(batches(), steps_per_epoch=9, epochs=9, verbose=0)
        assert int(model.optimizer.iterations.numpy()) == 1
        """
    )
    assert result.status == 0
    assert calls(result) == [("fit_generator", "m", "passed", 1)]


def test_a_script_sees_itself_as_under_python(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "beside.py").write_text("value = 42")
    before = list(sys.path), list(sys.argv), os.getcwd()
    result = run(
        """
        import beside, pickle
        class Local: pass
        pickle.loads(pickle.dumps(Local()))
        main = sys.modules["__main__"].__dict__ is globals()
        print(__name__, sys.argv[1:], beside.value, os.getcwd(), main)
        sys.exit(7)
        """,
        "--lr",
        "0.1",
    )
    assert capsys.readouterr().out == f"__main__ ['--lr', '0.1'] 42 {os.getcwd()} True\n"
    assert (result.status, result.reports) == (7, ())
    assert (list(sys.path), list(sys.argv), os.getcwd()) == before


def test_an_exception_keeps_its_traceback(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(
        """
        base, model = make()
        class Bad(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                if batch == 1: raise KeyError("mine")
        model.fit(x, y, batch_size=4, verbose=0, callbacks=[Bad()])
        """,
        steps=5,
    )
    error = capsys.readouterr().err
    assert result.status == 1
    assert calls(result) == [("fit", "m", "passed", 1)], "the step before the exception is judged"
    assert error.startswith("Traceback (most recent call last):\n")
    assert 'train.py", line' in error.splitlines()[1]
    assert error.rstrip().endswith("KeyError: 'mine'")
    assert "freezelint" not in error


def test_nothing_stays_patched(run: Any, keras: Any) -> None:
    cls = next(c for c in keras.Model.__mro__ if "fit" in vars(c) and "train_on_batch" in vars(c))
    before = vars(cls)["fit"], vars(keras.optimizers.Optimizer).get("apply_gradients"), list(sys.meta_path)
    run(
        """
        base, model = make()
        model.fit(x, y, verbose=0)
        loop(model, keras.optimizers.SGD(0.1), lambda m: m.weights[:1], 1)
        """
    )
    assert before == (
        vars(cls)["fit"],
        vars(keras.optimizers.Optimizer).get("apply_gradients"),
        list(sys.meta_path),
    )


def test_variables_of_no_keras_model(run: Any) -> None:
    """Training is met even where no model can be judged, so it is not said that the script never trains."""
    result = run(
        """
        v = tf.Variable([1.0, 2.0])
        optimizer = keras.optimizers.SGD(0.1)
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(v ** 2)
            optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        """
    )
    assert [(r.call, r.verdict) for r in result.reports] == [("apply_gradients", "passed")]


COMMAND = "import sys; from importlib import import_module as i; i('freezelint.cli.verify').command(sys.argv[1:])"


def command(tmp_path: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("click")
    script = tmp_path / "train.py"
    script.write_text(HEAD + textwrap.dedent(body))
    arguments = [sys.executable, "-c", COMMAND, *options, str(script), "--epochs", "3"]
    return subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path, timeout=120)


def test_the_command_line(tmp_path: Path, keras: Any, generation: str) -> None:
    """In a process of its own, where the script is the first to import TensorFlow."""
    body = """
    print("hello")
    base, model = make()
    model.fit(x, y, verbose=0)
    base.trainable = False
    model.fit(x, y, verbose=0)
    """
    done = command(tmp_path, body, "--output-format", "json")
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert "hello" in done.stderr
    assert (document["schema"], document["verdict"], document["engine"]["generation"]) == (
        1,
        "failed",
        generation,
    )
    assert [call["verdict"] for call in document["calls"]] == ["passed", "failed"]
    assert {v["verdict"] for v in document["calls"][1]["variables"]} == {"ok", "leak", "drift"}


def test_a_script_that_never_trains(tmp_path: Path, keras: Any) -> None:
    done = command(tmp_path, "print('done', sys.argv[1:])")
    assert (done.returncode, done.stdout) == (2, "done ['--epochs', '3']\n")
    assert "made no training call" in done.stderr.splitlines()[-1]


def test_no_such_script(tmp_path: Path, keras: Any) -> None:
    testing = pytest.importorskip("click.testing")
    from freezelint.cli.verify import command as verify

    result = testing.CliRunner().invoke(verify, [str(tmp_path / "nope.py")])
    assert result.exit_code == 2
    assert "nope.py: no such file" in result.output


def test_the_demo(keras: Any) -> None:
    """The bundled script leaks, and its repair does not."""
    from freezelint import demo

    assert [r.verdict for r in run_script(demo.SCRIPT).reports] == ["passed", "failed"]


def test_the_repaired_demo(keras: Any, tmp_path: Path) -> None:
    from freezelint import demo

    script = tmp_path / "fine_tune.py"
    script.write_text(demo.fixed(demo.SCRIPT.read_text()))
    assert [r.verdict for r in run_script(script).reports] == ["passed", "passed"]
    with pytest.raises(ValueError, match="no longer holds the freeze bug"):
        demo.fixed("nothing")
