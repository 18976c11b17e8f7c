"""Every rule over every fixture, for both generations: exactly the expected findings and no other.

The notation of the fixtures is described in fixtures/README.md; tests/run_fixtures.py measures the evidence.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from freezelint import Settings, check_source
from freezelint.rules import modules

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
FOLDERS = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
PROGRAMS = sorted(FIXTURES.glob("*/*.py"))
GENERATIONS = ("2", "3")
EXPECT = re.compile(r"expect(?:\[keras([23])\])?: (FRZ\d{3}(?:, FRZ\d{3})*)")
EVIDENCE = re.compile(
    r"# evidence\[keras([23])\](?: [\w.]+(?:\[-?\d+\])?)?: "
    r"(?:(?:moved|still) [\w*/]+|(?:like|unlike) [\w.]+|nothing moved|raises \w+|runs)"
)


def name_of(path: Path) -> str:
    return f"{path.parent.name.partition('-')[0]}/{path.stem}"


def expected(text: str, generation: str) -> Counter[tuple[int, str]]:
    """(row, code) of every finding that the comments of a fixture announce for one generation."""
    found: Counter[tuple[int, str]] = Counter()
    for row, line in enumerate(text.splitlines(), start=1):
        _, mark, comment = line.partition("# expect")
        for only, codes in EXPECT.findall(f"expect{comment}") if mark else ():
            if only in ("", generation):
                found.update((row, code) for code in codes.split(", "))
    return found


@pytest.fixture(scope="module", params=GENERATIONS)
def settings(request: pytest.FixtureRequest) -> Settings:
    """All rules, those in preview as well, for one declared generation on TensorFlow."""
    return Settings.of(select=["ALL"], preview=True, keras_version=request.param, backend="tensorflow")


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_all_rules_say_what_the_fixture_expects(path: Path, settings: Settings) -> None:
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"# (?:expect|evidence)[^\n]*", "", text)  # a code in a comment would open the gates
    findings = check_source(bare, filename="program.py", settings=settings)
    found = Counter((finding.location.row, finding.code) for finding in findings)
    assert found == expected(text, settings.keras_version)


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_fixture_parses_and_carries_evidence_for_both_generations(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    lines = [line for line in text.splitlines() if line.startswith("# evidence")]
    facts = [EVIDENCE.fullmatch(line) for line in lines]
    assert None not in facts
    assert {fact[1] for fact in facts if fact} == set(GENERATIONS)


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_bad_fixtures_expect_their_own_code_and_good_ones_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    codes = {code for generation in GENERATIONS for _, code in expected(text, generation)}
    if path.name.startswith("bad_"):
        assert path.parent.name.partition("-")[0] in codes
    else:
        assert path.name.startswith("good_")
        assert "# expect" not in text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_named_after_its_rule_and_is_not_empty(folder: Path) -> None:
    code, _, name = folder.name.partition("-")
    assert modules()[code] == f"{code.lower()}_{name.replace('-', '_')}"
    assert len(list(folder.glob("bad_*.py"))) >= 2
    assert len(list(folder.glob("good_*.py"))) >= 3


def test_good_fixtures_outnumber_bad_ones() -> None:
    assert len(list(FIXTURES.glob("*/good_*.py"))) > len(list(FIXTURES.glob("*/bad_*.py")))
