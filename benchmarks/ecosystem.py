"""Judge a change by real code: two versions of freezelint over a folder of repositories, and what differs.

    python benchmarks/ecosystem.py REPOS                        main and the working tree
    python benchmarks/ecosystem.py REPOS --old v0.1.0 --new main --keras-version 3 --output report.md
    python benchmarks/ecosystem.py REPOS --old "/old/bin/python -m freezelint" --slow 10

Each folder in REPOS is a repository. A version is a git revision of this project (it is run from a temporary
worktree, with this Python) or a command; without `--new` it is the working tree. Both check each repository once,
`check --isolated --output-format json`, in one process. Prints Markdown: crashes, findings that came and went or
whose words changed (a finding with the same words on another line has only moved), totals for each code, times.

Exit status 1 when the new version crashes anywhere: exit 2 for another reason than an unreadable file (FRZ903,
which is a finding), FRZ904, time-out, no JSON. A difference is no failure: a person judges it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from ecosystem_findings import RULE_CRASHED, UNREADABLE, Finding, Repository, Run, SlowFile  # noqa: E402
from ecosystem_report import render  # noqa: E402

from freezelint.sources.discovery import discover  # noqa: E402

#: What a comment on GitHub may hold, in characters.
LONGEST_COMMENT = 65_536


class NoVersion(Exception):
    """What was given for a version names none."""


@dataclass(frozen=True, slots=True)
class Version:
    """A freezelint to run: how reports call it, its command, and where; `home` is its source, "" for a command."""

    label: str
    command: tuple[str, ...]
    cwd: str
    home: str = ""

    def run(self, arguments: Sequence[str], timeout: float) -> subprocess.CompletedProcess[str]:
        """Raises subprocess.TimeoutExpired, and OSError when the command cannot be started."""
        path = os.pathsep.join(filter(None, [self.home, os.environ.get("PYTHONPATH")]))
        return subprocess.run(
            arguments, cwd=self.cwd, env={**os.environ, "PYTHONPATH": path}, timeout=timeout,
            capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """What is done with each repository. `timeout` is in seconds for one version, `slow` asks for each file's time."""

    old: Version
    new: Version
    keras: str
    timeout: float
    slow: bool

    def __call__(self, repository: Path) -> Repository:
        found = discover([str(repository)])
        files = Counter(os.path.splitext(filename)[1].lower() for filename in found.files)
        old = check(self.old, repository, self.keras, self.timeout)
        new = check(self.new, repository, self.keras, self.timeout)
        slow = slow_files(self.new, repository, self.keras, self.timeout) if self.slow else ()
        return Repository(repository.name, files, old, new, slow)


def check(version: Version, repository: Path, keras: str, timeout: float) -> Run:
    """Run one version on one repository; nothing else may run in this process at that time, it counts CPU time."""
    command = [*version.command, "check", str(repository), "--isolated", "--no-cache", "--jobs", "1",
               "--output-format", "json", "--keras-version", keras]  # fmt: skip
    wall, cpu = time.perf_counter(), _children_cpu()
    try:
        done = version.run(command, timeout)
    except subprocess.TimeoutExpired:
        return Run(None, f"stopped after {timeout:g} s", time.perf_counter() - wall, _children_cpu() - cpu)
    except OSError as error:
        return Run(None, f"{version.command[0]} cannot be started: {error.strerror or error}")
    seconds = time.perf_counter() - wall, _children_cpu() - cpu
    try:
        entries = json.loads(done.stdout)
        findings = tuple(sorted(Finding.of(entry, version.cwd, str(repository)) for entry in entries))
    except (ValueError, KeyError, TypeError):
        return Run(None, f"exit status {done.returncode}, no JSON: {_last_line(done.stderr)}", *seconds)
    return Run(findings, _crash(done.returncode, findings, done.stderr), *seconds)


def _crash(status: int, findings: Sequence[Finding], stderr: str) -> str:
    for finding in findings:
        if finding.code == RULE_CRASHED:
            return f"{finding.place}: {finding.code} {finding.message}"
    if status in (0, 1) or (status == 2 and any(finding.code == UNREADABLE for finding in findings)):
        return ""
    return f"exit status {status}: {_last_line(stderr)}"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["(nothing on standard error)"])[-1][:300]


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def slow_files(version: Version, repository: Path, keras: str, timeout: float) -> tuple[SlowFile, ...]:
    """CPU seconds of each file of a repository; the one that was being checked at the time-out is named."""
    script = str(Path(__file__).with_name("ecosystem_slow.py"))
    problem = ""
    try:
        done = version.run([sys.executable, script, str(repository), "--keras-version", keras], timeout)
        output, problem = done.stdout, _last_line(done.stderr) if done.returncode else ""
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"").decode(errors="replace") if not isinstance(error.stdout, str) else error.stdout
        problem = f"stopped: the repository took {timeout:g} s"
    lines = [json.loads(line) for line in output.splitlines()]
    name = partial(os.path.relpath, start=repository)
    files = [SlowFile(name(os.path.join(version.cwd, line[0])), line[1]) for line in lines if len(line) == 2]
    if problem:
        last = name(os.path.join(version.cwd, lines[-1][0])) if lines and len(lines[-1]) == 1 else "(before any file)"
        files.append(SlowFile(last, 0.0, problem))
    return tuple(files)


# -- versions ------------------------------------------------------------------------------------------------


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)


@contextlib.contextmanager
def version_of(text: str | None) -> Iterator[Version]:
    """The version that `text` names, None for the working tree. Raises NoVersion."""
    if text is None:
        yield _at(f"working tree ({_git('describe', '--always', '--dirty').stdout.strip()})", ROOT)
        return
    revision = _git("rev-parse", "--verify", "--quiet", "--short", f"{text}^{{commit}}")
    if revision.returncode == 0:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "freezelint")
            added = _git("worktree", "add", "--detach", str(place), text)
            if added.returncode:
                raise NoVersion(f"{text}: git makes no worktree of it: {_last_line(added.stderr)}")
            try:
                yield _at(f"{text} ({revision.stdout.strip()})", place)
            finally:
                _git("worktree", "remove", "--force", str(place))
        return
    command = tuple(shlex.split(text))
    if not command or shutil.which(command[0]) is None:
        raise NoVersion(f"{text!r} is neither a git revision of {ROOT} nor a command that can be run")
    yield Version(f"`{text}`", command, os.getcwd())


def _at(label: str, home: Path) -> Version:
    return Version(label, (sys.executable, "-m", "freezelint"), str(home), str(home))


# -- the command ---------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repos", type=Path, metavar="REPOS", help="a folder of repositories")
    parser.add_argument("--old", metavar="REVISION|COMMAND", default="main", help="default: main")
    parser.add_argument("--new", metavar="REVISION|COMMAND", help="default: the working tree")
    parser.add_argument("--keras-version", choices=["auto", "2", "3"], default="auto", help="default: auto")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for one run (default: 600)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="repositories at a time (default: 1)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there, too")
    parser.add_argument(
        "--slow", type=float, metavar="SECONDS", help="also check each file alone; list those that take more CPU time"
    )
    return parser


def main(argv: list[str] | None = None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if not arguments.repos.is_dir():
        parser.error(f"{arguments.repos} is no folder")
    repos = sorted(p for p in arguments.repos.absolute().iterdir() if p.is_dir() and not p.name.startswith("."))
    if not repos:
        parser.error(f"{arguments.repos} holds no folders; each repository is one")
    try:
        with version_of(arguments.old) as old, version_of(arguments.new) as new:
            if arguments.slow is not None and not new.home:
                parser.error("--slow needs the source of the new version: a git revision, or the working tree")
            work = Check(old, new, arguments.keras_version, arguments.timeout, arguments.slow is not None)
            results = list(_progress(work, repos, arguments.jobs))
            names = {"old": old.label, "new": new.label, "target": f"`--keras-version {work.keras}`"}
    except NoVersion as error:
        parser.error(str(error))
    report = render(results, slow=arguments.slow, **names)
    sys.stdout.write(report)
    if arguments.output:
        arguments.output.write_text(report, encoding="utf-8")
    if len(report) > LONGEST_COMMENT:
        print(f"{len(report)} characters: a comment on GitHub holds {LONGEST_COMMENT}; attach a file", file=sys.stderr)
    return int(any(result.new.crash for result in results))


def _progress(work: Check, repos: Sequence[Path], jobs: int) -> Iterator[Repository]:
    with ProcessPoolExecutor(jobs) as pool:
        for number, result in enumerate(pool.map(work, repos), 1):
            difference = result.difference
            print(f"[{number}/{len(repos)}] {result.name}: +{len(difference.came)} -{len(difference.went)}, "
                  f"{result.old.wall:.1f} s and {result.new.wall:.1f} s", file=sys.stderr)  # fmt: skip
            yield result


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that no worktree is left behind
    sys.exit(main())
