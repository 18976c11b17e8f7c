"""All fixes of every fixture: the text parses, what was fixed is not found again, a second run changes nothing.

tests/fixed.py runs the fixed programs and measures that the harm is gone.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from evidence import FIXTURES

from freezelint import Settings
from freezelint.file_check import check_data
from freezelint.fixes.apply import applicable, fix_data
from freezelint.rules import load, modules
from freezelint.rules.page import sections

PROGRAMS = sorted(FIXTURES.glob("*/bad_*.py"))


@pytest.fixture(scope="module", params=["2", "3"])
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings.of(select=["ALL"], preview=True, keras_version=request.param, backend="tensorflow")


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"#[^\n]*", text))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name[:6]}/{path.stem}")
def test_all_fixes_of_a_fixture(path: Path, settings: Settings) -> None:
    before = re.sub(rb"  # expect[^\n]*", b"  # kept", path.read_bytes())
    found = check_data(before, "program.py", settings).findings
    fixable = Counter(finding.code for finding in found if applicable(finding.fix, unsafe=True))
    fixed = fix_data(before, "program.py", settings, unsafe=True)
    assert not fixed.problems
    assert set(fixable) <= set(fixed.codes)
    text = fixed.data.decode()
    ast.parse(text)
    assert not comments(before.decode()) - comments(text)
    left = [finding for finding in check_data(fixed.data, "program.py", settings).findings if finding.fix]
    assert not [finding for finding in left if applicable(finding.fix, unsafe=True)]
    assert fix_data(fixed.data, "program.py", settings, unsafe=True).data == fixed.data
    own = path.parent.name[:6]
    if own in fixed.codes:
        unfixable = sum(finding.code == own for finding in found) - fixable[own]
        after = check_data(fixed.data, "program.py", settings).findings
        assert sum(finding.code == own for finding in after) <= unfixable


def test_pages_tell_of_the_fixes_that_fixtures_have() -> None:
    """A page has a section on its fix exactly if some bad program has one."""
    fixable = {"FRZ901"}
    for keras in ("2", "3"):
        settings = Settings.of(select=["ALL"], preview=True, keras_version=keras, backend="tensorflow")
        for path in PROGRAMS:
            found = check_data(path.read_bytes(), "program.py", settings).findings
            fixable |= {f.code for f in found if applicable(f.fix, unsafe=True) and f.code == path.parent.name[:6]}
    assert fixable == {code for code in modules() if "Fix" in sections(load(code).page)}
