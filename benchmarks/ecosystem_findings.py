"""What `ecosystem.py` knows about one repository: the findings of two versions, and how they differ."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

#: Findings of freezelint about itself: a rule raised, a file cannot be read.
RULE_CRASHED, UNREADABLE = "FRZ904", "FRZ903"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One finding; `filename` is relative to the repository, `cell` is 0 outside of notebooks."""

    filename: str
    cell: int
    row: int
    column: int
    code: str
    message: str
    severity: str

    @classmethod
    def of(cls, entry: dict[str, Any], cwd: str, repository: str) -> Finding:
        """From an entry of `--output-format json`; its file name is absolute or relative to `cwd`."""
        where = entry["location"]
        return cls(
            os.path.relpath(os.path.join(cwd, entry["filename"]), repository),
            entry["cell"] or 0,
            where["row"],
            where["column"],
            entry["code"],
            entry["message"],
            entry["severity"],
        )

    @property
    def place(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.filename}:{cell}{self.row}:{self.column}"


@dataclass(frozen=True, slots=True)
class Run:
    """One version on one repository: `findings` is None when it printed no result, `crash` says what went wrong.

    `wall` and `cpu` are seconds.
    """

    findings: tuple[Finding, ...] | None
    crash: str = ""
    wall: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class SlowFile:
    """CPU seconds of one file on its own; with `problem` the file did not get to its end."""

    filename: str
    cpu: float
    problem: str = ""


@dataclass(slots=True)
class Difference:
    """Findings of the new version only, of the old one only, and pairs that are one finding in both."""

    came: list[Finding] = field(default_factory=list)
    went: list[Finding] = field(default_factory=list)
    changed: list[tuple[Finding, Finding]] = field(default_factory=list)
    moved: list[tuple[Finding, Finding]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.changed or self.moved)


@dataclass(frozen=True, slots=True)
class Repository:
    """What both versions say about one repository; `files` are the suffixes of the files that it holds."""

    name: str
    files: Counter[str]
    old: Run
    new: Run
    slow: tuple[SlowFile, ...] = ()

    @property
    def difference(self) -> Difference:
        """Nothing when one of the versions printed no result: that is a crash, not a change of every finding."""
        if self.old.findings is None or self.new.findings is None:
            return Difference()
        return compare(self.old.findings, self.new.findings)


def compare(old: Iterable[Finding], new: Iterable[Finding]) -> Difference:
    """Pair what is one finding in both versions: first at the same place, then in the same words elsewhere."""
    before, after = Counter(old), Counter(new)
    went, came = sorted((before - after).elements()), sorted((after - before).elements())
    changed = _pair(went, came, lambda f: (f.filename, f.cell, f.row, f.column, f.code))
    moved = _pair(went, came, lambda f: (f.filename, f.code, f.message, f.severity))
    return Difference(came, went, changed, moved)


def _pair(
    went: list[Finding], came: list[Finding], key: Callable[[Finding], Hashable]
) -> list[tuple[Finding, Finding]]:
    """Take findings with equal keys out of both sorted lists, the first with the first."""
    waiting: dict[Hashable, list[Finding]] = {}
    for finding in came:
        waiting.setdefault(key(finding), []).append(finding)
    pairs = [(old, waiting[key(old)].pop(0)) for old in tuple(went) if waiting.get(key(old))]
    for old, new in pairs:
        went.remove(old)
        came.remove(new)
    return pairs
