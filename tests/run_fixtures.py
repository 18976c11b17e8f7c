"""Run every fixture and measure whether the evidence in its header is true.

    python tests/run_fixtures.py                  both generations, side by side
    python tests/run_fixtures.py --keras 3 PATH…  one generation, some fixtures
    python tests/run_fixtures.py --plan           also what `freezelint plan` says, weight by weight
    python tests/run_fixtures.py --backend jax    Keras 3 on that backend (torch, jax), where it is installed

Prints fixture, engine, claim, what was measured and whether it holds; exit status 1 when a claim does not
hold. The notation is described in fixtures/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import importlib.util
import io
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence import FIXTURES, Fact, facts_for

#: What compares one program with its plan: the path, the recorder of its run, to sentences about what differs.
Planned = Callable[[Path, "Recorder"], list[str]]


@dataclass
class Call:
    """One training call: what it was called, and per model the weights before and after it."""

    method: str
    before: dict[int, dict[str, bytes]]
    after: dict[int, dict[str, bytes]] = field(default_factory=dict)
    line: int = 0
    raised: bool = False


class Recorder:
    """Snapshots the weights of the models round every outermost training call of one program."""

    def __init__(self, tf: Any) -> None:
        self.tf = tf
        self.filename = ""
        self.namespace: dict[str, Any] = {}
        self.calls: list[Call] = []
        self.depth = 0

    def start(self, filename: str) -> dict[str, Any]:
        self.filename = filename
        self.namespace = {"__name__": "__main__"}
        self.calls = []
        self.depth = 0
        return self.namespace

    def models(self) -> list[Any]:
        values = list(self.namespace.values())
        owners = [v for v in values if hasattr(v, "__dict__") and not isinstance(v, type(os))]
        inside = [v for owner in owners for v in vars(owner).values()]
        kind = self.tf.keras.Model
        return list({id(v): v for v in values + inside if isinstance(v, kind)}.values())

    def skip(self, owner: Any, method: str) -> None:
        """Record nothing inside a method that trains nothing, such as `evaluate`."""
        original = getattr(owner, method)
        recorder = self

        def skipped(self: Any, *args: Any, **kwargs: Any) -> Any:
            recorder.depth += 1
            try:
                return original(self, *args, **kwargs)
            finally:
                recorder.depth -= 1

        setattr(owner, method, skipped)

    def wrap(self, owner: Any, method: str, name: str | None = None) -> None:
        original = getattr(owner, method)
        recorder = self

        def recorded(self: Any, *args: Any, **kwargs: Any) -> Any:
            called = name or getattr(self, "__name__", method)
            if recorder.depth or not recorder.tf.executing_eagerly():
                return original(self, *args, **kwargs)
            own = [self] if isinstance(self, recorder.tf.keras.Model) else recorder.models()
            call = Call(called, {id(model): snapshot(model) for model in own}, line=line_in(recorder.filename))
            recorder.depth += 1
            try:
                return original(self, *args, **kwargs)
            except BaseException:
                call.raised = True
                raise
            finally:
                recorder.depth -= 1
                # On JAX the weights cannot be read any more when `fit` has raised, and reading raises TypeError.
                with contextlib.suppress(TypeError):
                    call.after = {id(model): snapshot(model) for model in own}
                recorder.calls.append(call)

        setattr(owner, method, recorded)


def line_in(filename: str) -> int:
    """The line of the program that runs now, in whichever of its files, 0 when none does."""
    frame = sys._getframe()
    folder = os.path.dirname(filename)
    while frame is not None and os.path.dirname(frame.f_code.co_filename) != folder:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


def labelled(layer: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Weights with their labels: layer names from the model inwards, then the weight's own name."""
    inner = list(layer._flatten_layers(recursive=False, include_self=False))
    pairs = [pair for child in inner for pair in labelled(child, f"{prefix}{child.name}/")]
    taken = {id(weight) for _, weight in pairs}
    own = [weight for weight in layer.weights if id(weight) not in taken]
    return pairs + [(prefix + weight.name.split("/")[-1].split(":")[0], weight) for weight in own]


def snapshot(model: Any) -> dict[str, bytes]:
    try:
        return {label: weight.numpy().tobytes() for label, weight in labelled(model)}
    except ValueError:  # Keras 2: a model that is not built has no weights yet
        return {}


def matches(label: str, pattern: str) -> bool:
    """Whether the pattern fits the label from some layer on; `**` stands for the rest."""
    names = label.split("/")
    return any(fnmatch.fnmatchcase("/".join(names[i:]), pattern) for i in range(len(names)))


def lookup(namespace: dict[str, Any], dotted: str) -> Any:
    first, *rest = dotted.split(".")
    value = namespace[first]
    for name in rest:
        value = getattr(value, name)
    return value


def judge(fact: Fact, recorder: Recorder, error: BaseException | None) -> tuple[str, bool]:
    """What was measured for one fact, in words, and whether the fact holds."""
    ended = type(error).__name__ if error else "no exception"
    if fact.claim == "runs":
        return ended, error is None
    if fact.claim.startswith("raises "):
        return ended, ended == fact.claim.removeprefix("raises ")
    subject, _, number = fact.subject.rstrip("]").partition("[")
    names, method = subject, None
    word, _, pattern = fact.claim.partition(" ")
    if word in ("like", "unlike"):
        return compare(recorder, names, word, pattern)
    methods = {call.method for call in recorder.calls}
    if "." in subject and subject.rsplit(".", 1)[1] in methods:
        names, method = subject.rsplit(".", 1)
    try:
        model = lookup(recorder.namespace, names)
    except (KeyError, AttributeError) as missing:
        return f"no {names}: {missing}", False
    calls = [c for c in recorder.calls if id(model) in c.before and method in (None, c.method)]
    if not calls:
        return f"{subject} was never trained", False
    if int(number or -1) >= len(calls):
        return f"{names} was trained {len(calls)} times", False
    call = calls[int(number or -1)]
    before, after = call.before[id(model)], call.after.get(id(model), {})
    if not after or before.keys() != after.keys():
        return f"the weights of {names} are not the same before and after", False
    moved = {label for label in after if before[label] != after[label]}
    if fact.claim == "nothing moved":
        return f"moved: {', '.join(sorted(moved)) or 'nothing'}", not moved
    hits = {label for label in after if matches(label, pattern)}
    if word not in ("moved", "still") or not hits:
        return f"unknown claim, or no weight matches among {', '.join(after)}", False
    wrong = hits - moved if word == "moved" else hits & moved
    return f"{len(hits & moved)} of {len(hits)} moved", not wrong


def compare(recorder: Recorder, name: str, word: str, other: str) -> tuple[str, bool]:
    """Whether two models hold the same weights when the program has ended, in order and bit by bit."""
    mine, theirs = ([w.numpy() for w in lookup(recorder.namespace, n).weights] for n in (name, other))
    if [w.shape for w in mine] != [w.shape for w in theirs] or not mine:
        return f"{name} and {other} have different shapes", False
    same = sum(a.tobytes() == b.tobytes() for a, b in zip(mine, theirs, strict=True))
    return f"{same} of {len(mine)} weights are equal", (same == len(mine)) is (word == "like")


def run(path: Path, recorder: Recorder) -> BaseException | None:
    """Execute one fixture from a fresh state; the exception that ended it, if any."""
    tf = recorder.tf
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(0)
    namespace = recorder.start(str(path))
    program = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(program, namespace)
        except Exception as error:
            return error
        finally:
            sys.path.remove(str(path.parent))
            own = [name for name in set(sys.modules) - before if _is_beside(sys.modules[name], path)]
            for name in own:
                del sys.modules[name]
    return None


def _is_beside(module: Any, path: Path) -> bool:
    """Whether a module is one of the files of a program in several files."""
    return Path(getattr(module, "__file__", None) or os.devnull).parent == path.parent


def start_recorder(engine: str) -> tuple[Recorder, str]:
    """Import TensorFlow for one engine and patch the training calls of its Keras."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    generation, backend = engine[5], engine[7:] or "tensorflow"
    if generation == "2" and importlib.util.find_spec("tf_keras"):
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    if generation == "3":
        os.environ["KERAS_BACKEND"] = backend
    if backend == "torch":
        importlib.import_module("torch")  # before TensorFlow: the other order breaks some builds
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    version = sys.modules[tf.keras.Model.__module__.partition(".")[0]].__version__
    if version[0] != generation or tf.keras.backend.backend() != backend:
        raise SystemExit(f"this environment has Keras {version} on {tf.keras.backend.backend()}, not {engine}")
    recorder = Recorder(tf)
    for method in ("evaluate", "predict", "test_on_batch", "predict_on_batch"):
        recorder.skip(tf.keras.Model, method)
    recorder.wrap(tf.keras.Model, "fit", "fit")
    recorder.wrap(tf.keras.Model, "train_on_batch", "train_on_batch")
    recorder.wrap(tf.keras.optimizers.Optimizer, "apply_gradients", "apply_gradients")
    recorder.wrap(type(tf.function(lambda: None)), "__call__")
    under = f"TensorFlow {tf.__version__}" if backend == "tensorflow" else f"{backend} {version_of(backend)}"
    return recorder, f"Keras {version} on {under}"


def version_of(backend: str) -> str:
    return str(importlib.import_module(backend).__version__)


def measure(path: Path, facts: list[Fact], recorder: Recorder, planned: Planned) -> list[tuple[str, str, bool]]:
    """Run one fixture: claim, what was measured, and whether it holds; where its plan is wrong as well."""
    error = run(path, recorder)
    rows = [(f"{f.subject}: {f.claim}", *judge(f, recorder, error)) for f in facts]
    rows += [("(its plan)", wrong, False) for wrong in planned(path, recorder)]
    if not facts:
        rows.append(("(no evidence)", "not measured", False))
    if error and not any(f.claim.startswith("raises ") for f in facts):
        where = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno for frame in reversed(where) if frame.filename == str(path)), 0)
        rows.append(("(ends normally)", f"line {line}: {type(error).__name__}: {error}"[:300], False))
    return rows


def against_the_plan(engine: str) -> tuple[Planned, Callable[[str], str]]:
    """What compares one program with its plan, and what sums that up; only this needs freezelint installed."""
    import plan_evidence

    tally = plan_evidence.Tally()
    return lambda path, recorder: plan_evidence.compare(path, recorder, engine[-1], tally), tally.summary


def check(paths: list[Path], engine: str, *, verbose: bool, plan: bool) -> int:
    """Run the fixtures on one engine and print the table; the number of claims that do not hold."""
    recorder, title = start_recorder(engine)
    planned, summary = against_the_plan(engine) if plan else (lambda *_: [], lambda _: "")
    checked = failed = skipped = 0
    for path in paths:
        facts = facts_for(path.read_text(encoding="utf-8"), engine)
        if facts is None:
            skipped += 1
            continue
        for claim, measured, holds in measure(path, facts, recorder, planned):
            checked += 1
            failed += not holds
            if verbose or not holds:
                name = path.relative_to(FIXTURES) if path.is_relative_to(FIXTURES) else path
                print(
                    f"{'holds' if holds else 'FAILS'}  {name}  |  {title}  |  {claim}  |  {measured}",
                    flush=True,
                )
    left_out = f", {skipped} more are programs for TensorFlow" if skipped else ""
    ran = len(paths) - skipped
    print(f"{title}: {ran} programs, {checked} claims checked, {checked - failed} hold, {failed} do not{left_out}")
    if plan:
        print(summary(title))
    return failed


def programs(root: Path) -> list[Path]:
    """The programs in a folder: every file, of a program in several files only its `main.py`."""
    return [p for p in root.rglob("*.py") if p.name == "main.py" or not (p.parent / "main.py").exists()]


def both_generations() -> int:
    """Run this command for Keras 3 and Keras 2 side by side, print what each says as a whole; 1 if one failed."""
    command = [sys.executable, *sys.argv, "--keras"]
    both = [subprocess.Popen([*command, generation], stdout=subprocess.PIPE, text=True) for generation in "32"]
    for process in both:
        print(process.communicate()[0], end="", flush=True)
    return int(any(process.returncode for process in both))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keras", choices=["2", "3"], help="one generation (default: both, one process each)")
    parser.add_argument("--backend", choices=["tensorflow", "jax", "torch"], help="Keras 3 on this backend")
    parser.add_argument("--quiet", action="store_true", help="print only the claims that do not hold")
    parser.add_argument("--plan", action="store_true", help="hold the plan of every fixture against its run too")
    parser.add_argument("paths", nargs="*", type=Path, help="fixtures or folders of fixtures (default: all)")
    options = parser.parse_args()
    if options.plan and options.backend in ("jax", "torch"):
        parser.error("plans are held against TensorFlow runs only")
    if options.keras == "2" and options.backend:
        parser.error("only Keras 3 has backends")
    if options.keras is None and options.backend is None:
        return both_generations()
    roots = [path.resolve() for path in options.paths] or [FIXTURES]
    paths = sorted(p for root in roots for p in (programs(root) if root.is_dir() else [root]))
    engine = f"keras3-{options.backend}" if options.backend in ("jax", "torch") else f"keras{options.keras or 3}"
    return min(check(paths, engine, verbose=not options.quiet, plan=options.plan), 1)


if __name__ == "__main__":
    sys.exit(main())
