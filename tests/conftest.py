"""What several tests share: a working directory of their own, and rules that find what a test wants found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

# Tests that start a Python of their own find the package here, installed or not.
ROOT = str(Path(__file__).parents[1])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH"))))

FLAG = re.compile(r"\w+\.trainable = \w+")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: runs other programs for several seconds, some need a package index")


@dataclass
class StubTimeline:
    """A timeline whose sites are spans: every `x.trainable = y` of the text, and the problems of the text."""

    program: Any
    problems: list[Any] = field(default_factory=list)

    def span(self, site: Any) -> tuple[int, int, int, int]:
        return site.node

    def function_of(self, site: Any) -> str:
        return ""

    def segment(self, number: int) -> tuple[None, Any]:
        return None, self.program.segments[number]

    def sites(self) -> Iterator[Any]:
        for number, segment in enumerate(self.program.segments):
            for row, line in enumerate(segment.text.split("\n"), start=1):
                for match in FLAG.finditer(line):
                    span = (row, match.start() + 1, row, match.end() + 1)
                    yield SimpleNamespace(segment=number, node=span)


def _build(program: Any, *, filename: str | None = None) -> StubTimeline:
    problems = []
    for number, segment in enumerate(program.segments):
        for row, line in enumerate(segment.text.split("\n"), start=1):
            if "= =" in line:
                column = line.index("= =") + 3
                problems.append(SimpleNamespace(segment=number, row=row, column=column, message="broken"))
    return StubTimeline(program, problems)


def _check(timeline: StubTimeline, target: Any) -> Iterator[Any]:
    for site in timeline.sites():
        first = SimpleNamespace(segment=site.segment, node=(1, 1, 1, 2))
        yield SimpleNamespace(
            site=site,
            message="the flag is written",
            severity="warning" if target.keras == "3" else "error",
            keras=target.keras or "any",
            related=(("the program starts here", first),),
            fix=None,
        )


@pytest.fixture
def stub_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A catalogue of FRZ101 (fires on every flag write), a silent FRZ102 and 9xx.

    The returned dictionary maps codes to checks: a test may exchange them. The working directory is empty.
    """
    from freezelint import cache, rules, timeline

    names = ("frz101_flag_written", "frz102_silent", "frz900_syntax_error", "frz901_unused_suppression")
    names += ("frz902_unknown_code", "frz903_unreadable_file", "frz904_rule_crashed")
    known = {name[:6].upper(): name for name in names}
    checks: dict[str, Any] = {"FRZ101": _check, "FRZ102": lambda timeline, target: iter(())}

    def load(code: str) -> rules.Rule:
        name = known[code][7:].replace("_", "-")
        return rules.Rule(code, name, f"{name}.", f"{name}.\n\nMore.", checks.get(code))

    monkeypatch.setattr(rules, "modules", lambda: known)
    monkeypatch.setattr(rules, "load", load)
    monkeypatch.setattr(timeline, "build", _build)
    monkeypatch.setattr(cache, "open_cache", lambda settings: None)  # what rules of a test found is not kept
    monkeypatch.chdir(tmp_path)
    return checks
