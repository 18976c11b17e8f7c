"""The rules: one file each, found by name, registered nowhere else.

A rule is a module `frz101_toggle_after_compile.py`. Its file name gives code and name, its docstring is the page
that `freezelint rule FRZ101` prints (the first line is the summary), and its function

    def check(timeline: Timeline, target: Target) -> Iterator[Report]

looks for the defect. Modules of the 9xx group have a page but no `check`: the engine reports those itself.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freezelint.rules.report import Report
    from freezelint.target import Target
    from freezelint.timeline import Timeline

    Check = Callable[[Timeline, Target], Iterator[Report]]

#: Where the sources of this project are read. Nothing else names an address of it: whoever moves it, moves this.
REPOSITORY = "https://github.com/freezelint/freezelint"
RULE_URL = REPOSITORY + "/blob/main/docs/rules/{}.md"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue: `page` is Markdown, `summary` its first line, `preview` rules are off by default."""

    code: str
    name: str
    summary: str
    page: str
    check: Check | None

    @property
    def preview(self) -> bool:
        return self.code.startswith("FRZ8")

    @property
    def url(self) -> str:
        return RULE_URL.format(self.code)


@cache
def modules() -> dict[str, str]:
    """Code to module name for every rule there is, in order, from the file names alone: nothing is imported."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("frz"))
    return {name.split("_", 1)[0].upper(): name for name in names}


@cache
def load(code: str) -> Rule:
    """Import one rule by its code; KeyError when there is no such rule."""
    module_name = modules()[code]
    module = importlib.import_module(f"{__name__}.{module_name}")
    page = inspect.getdoc(module) or ""
    return Rule(
        code=code,
        name=module_name.split("_", 1)[1].replace("_", "-"),
        summary=page.partition("\n")[0],
        page=page,
        check=getattr(module, "check", None),
    )
