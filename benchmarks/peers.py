"""What other linters say about the bad programs of fixtures/: a message on the line to change, and which.

    python benchmarks/peers.py                 with the linters of the environment that runs it
    python benchmarks/peers.py --bin DIR       with those in DIR
    python benchmarks/peers.py --missed        name the bad programs in which no other linter marks the line

    pip install ruff pylint flake8 flake8-bugbear fixit torchfix

Every linter runs with all its rules on. A bad program counts as marked when a message stands on a line that the
program's `# expect:` names, whatever the message says: below each number are the rules that stand there and how
often, so that a reader can tell which speak about the defect. The marks themselves are taken out of the copies that
are linted. A linter that is not installed is left out, with a line that says so.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
MARK = re.compile(r"\s*# expect(?:\[[^\]]*\])?: .*")
FLAKE8_LINE = re.compile(r"^(?P<path>.+?):(?P<row>\d+):\d+: (?P<code>[A-Z]+\d+)", re.MULTILINE)
FIXIT_LINE = re.compile(r"^(?P<path>.+?)@(?P<row>\d+):\d+ (?P<code>\w+): ", re.MULTILINE)

#: (path, row, rule) of one message.
Message = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Linter:
    """How a linter is run over a folder with all its rules, and how its output is read. `version` is an argument."""

    name: str
    command: tuple[str, ...]
    read: Callable[[str], Iterable[Message]]
    version: tuple[str, ...] = ("--version",)


def _ruff(text: str) -> Iterable[Message]:
    return [(m["filename"], m["location"]["row"], m["code"] or "syntax") for m in json.loads(text)]


def _pylint(text: str) -> Iterable[Message]:
    return [(m["path"], m["line"], m["symbol"]) for m in json.loads(text)]


def _lines(pattern: re.Pattern[str]) -> Callable[[str], Iterable[Message]]:
    return lambda text: [(m["path"], int(m["row"]), m["code"]) for m in pattern.finditer(text)]


def _freezelint(text: str) -> Iterable[Message]:
    return [(m["filename"], m["location"]["row"], m["code"]) for m in json.loads(text)]


LINTERS = (
    Linter("ruff", ("ruff", "check", "--isolated", "--no-cache", "--preview", "--select=ALL",
                    "--output-format=json", "."), _ruff),
    Linter("pylint", ("pylint", "--rcfile=", "--enable=all", "--disable=invalid-name,missing-module-docstring",
                      "--output-format=json", "--recursive=y", "."), _pylint),
    Linter("flake8", ("flake8", "--isolated", "--extend-select=B,B9",
                      "--max-line-length=200", "."), _lines(FLAKE8_LINE)),
    Linter("Fixit", ("fixit", "--quiet", "lint", "."), _lines(FIXIT_LINE)),
    Linter("TorchFix", ("torchfix", "--select=ALL", "."), _lines(FLAKE8_LINE)),
)  # fmt: skip


def copies(folder: Path) -> dict[str, set[int]]:
    """Copy every bad program of one file without its marks; relative path to the rows that were marked."""
    marked = {}
    for program in sorted(FIXTURES.glob("*/bad_*.py")):
        lines = program.read_text(encoding="utf-8").splitlines()
        target = folder / program.relative_to(FIXTURES)
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n".join(MARK.sub("", line) for line in lines) + "\n", encoding="utf-8")
        rows = {row for row, line in enumerate(lines, start=1) if MARK.search(line)}
        marked[target.relative_to(folder).as_posix()] = rows
    return marked


def run(linter: Linter, bin_folder: Path, folder: Path) -> list[Message] | None:
    """The messages of one linter with paths relative to the folder; None when it is not installed."""
    program = bin_folder / linter.command[0]
    if not program.exists():
        return None
    done = subprocess.run([str(program), *linter.command[1:]], cwd=folder, capture_output=True, text=True, check=False)
    messages = linter.read(done.stdout)
    if not messages and done.returncode > 1:
        raise SystemExit(f"{linter.name} failed: {done.stderr.strip()[-400:]}")
    return [(_relative(path, folder), row, rule) for path, row, rule in messages]


def _relative(path: str, folder: Path) -> str:
    full = (folder / path).resolve()
    return full.relative_to(folder.resolve()).as_posix()


def version_of(linter: Linter, bin_folder: Path) -> str:
    done = subprocess.run(
        [str(bin_folder / linter.command[0]), *linter.version], capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return found[0] if found else "?"


def row_of(title: str, messages: Iterable[Message], marked: dict[str, set[int]]) -> tuple[str, set[str]]:
    """One row of the table, and the programs that have a message on a marked line."""
    hits = {(path, rule) for path, row, rule in messages if row in marked.get(path, ())}
    programs = {path for path, _ in hits}
    rules = sorted(Counter(rule for _, rule in hits).items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{rule} {count}" for rule, count in rules[:12]) + (" …" if len(rules) > 12 else "")
    return f"| {title} | {len(programs)} of {len(marked)} | {shown or '–'} |", programs


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bin", type=Path, default=Path(sys.executable).parent, help="the folder of the linters")
    parser.add_argument("--missed", action="store_true", help="name the programs that no other linter marks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        marked = copies(folder)
        print("| linter | bad programs with a message on the line to change | rules that stand there, programs |")
        print("|---|---|---|")
        seen: set[str] = set()
        for linter in LINTERS:
            messages = run(linter, options.bin, folder)
            if messages is None:
                print(f"{linter.name} is not installed in {options.bin}: left out", file=sys.stderr)
                continue
            text, programs = row_of(f"{linter.name} {version_of(linter, options.bin)}", messages, marked)
            seen |= programs
            print(text)
        own = (sys.executable, "-m", "freezelint", "check", "--isolated", "--no-cache", "--select=ALL", "--preview")
        done = subprocess.run(
            [*own, "--output-format=json", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        ours = [(_relative(path, folder), row, rule) for path, row, rule in _freezelint(done.stdout)]
        print(row_of("freezelint", ours, marked)[0])
    if options.missed:
        print(*sorted(marked.keys() - seen), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
