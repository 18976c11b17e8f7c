"""How long freezelint takes beside ruff, flake8 with bugbear, pylint and Fixit, on the same trees, in one run.

    python benchmarks/linter_speed.py [--bin FOLDER] [--peers FOLDER] [--runs N] [--slow]

FOLDER of --bin (default: that of this Python) holds freezelint, ruff and python, and its Python has keras; that of
--peers (default: the same) holds flake8, pylint and fixit. Needs hyperfine. --slow runs pylint and Fixit too, once
each: minutes. Prints a Markdown table: wall time (mean), processor time (user + system), and both as ratios to the
reference of the group. On a machine that does other work at the same time, look at the processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = """\
def train_{n}(images, labels):
    base = keras.applications.MobileNetV2(include_top=False, weights=None)
    base.trainable = False
    model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense({n} + 1)])
    model.compile("adam", "mse")
    model.fit(images, labels)
    base.trainable = True
    model.compile("adam", "mse")
    model.fit(images, labels)
    return model


"""
PLAIN = "import json\n\n\ndef read(path):\n    with open(path) as file:\n        return json.load(file)\n"


@dataclass(frozen=True)
class Group:
    """Commands that are compared to the first of them; `limit` is what the ratio of a command may be."""

    title: str
    commands: dict[str, list[str]]
    limits: dict[str, float] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True)
class Time:
    """Seconds: the mean of the wall time, and of the time that processors were busy."""

    wall: float
    busy: float


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bin", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args(argv)
    print("| what | command | wall | processor | ratio (wall) | ratio (processor) | at most |")
    print("|---|---|---|---|---|---|---|")
    _compile(options.bin)
    with tempfile.TemporaryDirectory() as folder:
        for group in groups(Path(folder), options.bin, options.peers or options.bin, slow=options.slow):
            _print(group, 1 if group.once else options.runs)


def _compile(own: Path) -> None:
    """Bytecode as `pip install` leaves it: a checkout may have none, where PYTHONDONTWRITEBYTECODE is set."""
    code = "import compileall, freezelint; compileall.compile_dir(freezelint.__path__[0], quiet=1)"
    subprocess.run([str(own / "python"), "-c", code], check=True)


def groups(folder: Path, own: Path, peers: Path, *, slow: bool) -> Iterator[Group]:
    """What is measured; trees are written into `folder`."""
    check = [str(own / "python"), "-m", "freezelint", "check", "--isolated"]
    for title, tree, limit in ((*_keras(own), 5.0), (*_library(folder), 5.0)):
        warm = [*check, "--cache-dir", str(folder / "cache"), tree]
        ruff = [str(own / "ruff"), "check", "--no-cache", "--isolated", "--quiet", tree]
        cold = [*check, "--no-cache", tree]
        yield Group(
            title,
            {"ruff, no cache": ruff, "freezelint, no cache": cold, "freezelint, warm cache": warm},
            {"freezelint, no cache": limit, "freezelint, warm cache": 1.5},
        )
        slowest = {"flake8 + bugbear": [str(peers / "flake8"), "--isolated", "--exit-zero", "-q", tree]}
        if slow:
            slowest["pylint"] = [
                str(peers / "pylint"),
                "--rcfile=/dev/null",
                "--exit-zero",
                "-sn",
                "--recursive=y",
                tree,
            ]
            slowest["Fixit"] = [str(peers / "fixit"), "--quiet", "lint", tree]
        yield Group(f"{title}, peers", {"freezelint, no cache": cold, **slowest}, once=True)
    five = [str(_write(folder / f"plain{n}.py", PLAIN)) for n in range(5)]
    yield Group(
        "five files without Keras",
        {"python -c pass": [str(own / "python"), "-c", "pass"], "freezelint": [*check, *five]},
        {"freezelint": 3.0},
    )
    alone = [*check, "--no-cache", "--jobs", "1"]
    small, large = (str(_copies(folder / f"trees{n}", n)) for n in (1, 2))
    yield Group(
        "twice the files", {"100 programs": [*alone, small], "200 programs": [*alone, large]}, {"200 programs": 2.1}
    )
    short, long = (str(_write(folder / f"long{n}.py", _program(n))) for n in (25_000, 50_000))
    yield Group(
        "one long file", {"25,000 lines": [*alone, short], "50,000 lines": [*alone, long]}, {"50,000 lines": 2.2}, True
    )


def _keras(own: Path) -> tuple[str, str]:
    code = "import importlib.util as u; print(u.find_spec('keras').submodule_search_locations[0])"
    found = subprocess.run([str(own / "python"), "-c", code], capture_output=True, text=True, check=True)
    return _named("the keras package", found.stdout.strip())


def _library(folder: Path) -> tuple[str, str]:
    """Python's standard library without its tests and what is installed beside it."""
    tree = folder / "library"
    leave = shutil.ignore_patterns(
        "site-packages", "test", "tests", "idlelib", "lib2to3", "__pycache__", "*.so", "config-*"
    )
    shutil.copytree(os.path.dirname(os.__file__), tree, ignore=leave)
    return _named("Python's library", str(tree))


def _named(name: str, tree: str) -> tuple[str, str]:
    files = list(Path(tree).rglob("*.py"))
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    return f"{name} ({len(files)} files, {lines:,} lines)", tree


def _program(lines: int) -> str:
    count = lines // PROGRAM.count("\n")
    return "from tensorflow import keras\n\n\n" + "".join(PROGRAM.format(n=n) for n in range(count))


def _copies(folder: Path, times: int) -> Path:
    for number in range(100 * times):
        _write(folder / f"program{number}.py", _program(120))
    return folder


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _print(group: Group, runs: int) -> None:
    reference: Time | None = None
    for name, command in group.commands.items():
        time = measure(command, runs)
        reference = reference or time
        limit = f"{group.limits[name]:g}" if name in group.limits else ""
        wall, busy = time.wall / reference.wall, time.busy / reference.busy
        row = (group.title, name, f"{time.wall:.3f} s", f"{time.busy:.3f} s", f"{wall:.2f}", f"{busy:.2f}", limit)
        print(f"| {' | '.join(row)} |", flush=True)


def measure(command: list[str], runs: int) -> Time:
    """Run a command `runs` times, after one run that is not counted unless there is only one."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        warmup = ["--warmup", "1"] if runs > 1 else []
        hyperfine = ["hyperfine", "-N", "-i", *warmup, "--runs", str(runs), "--export-json", file.name]
        shown = " ".join(f"'{word}'" for word in command)
        subprocess.run([*hyperfine, shown], check=True, capture_output=True)
        result = json.load(file)["results"][0]
    return Time(result["mean"], result["user"] + result["system"])


if __name__ == "__main__":
    main()
