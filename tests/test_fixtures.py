"""Every rule over every fixture, for both generations: exactly the expected findings and no other.

The notation of the fixtures is described in fixtures/README.md; tests/run_fixtures.py measures the evidence.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from evidence import ENGINES, FIXTURES, read_facts

from freezelint import Settings, check_paths, check_source
from freezelint.rules import modules

FOLDERS = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
PROGRAMS = sorted(FIXTURES.glob("*/*.py"))
#: Programs in several files: a folder each, with a main.py.
PROJECTS = sorted(path.parent for path in FIXTURES.glob("*/*/main.py"))
EXPECT = re.compile(r"expect(?:\[([\w, -]+)\])?: (nothing|FRZ\d{3}(?:, FRZ\d{3})*)")
CLAIM = re.compile(
    r"(?:moved|still) [\w*/]+|(?:like|unlike) [\w.]+|nothing moved|raises \w+|runs|does not apply: .{10,}"
)


def name_of(path: Path) -> str:
    folder, *rest = path.relative_to(FIXTURES).parts
    return "/".join([folder.partition("-")[0], *rest]).removesuffix(".py")


def expected(text: str, engine: str) -> Counter[tuple[int, str]]:
    """(row, code) of every finding that the comments of a fixture announce for one engine.

    On a backend a line that names it counts alone; otherwise what is expected of Keras 3 is expected there too.
    """
    found: Counter[tuple[int, str]] = Counter()
    for row, line in enumerate(text.splitlines(), start=1):
        _, mark, comment = line.partition("# expect")
        announced = EXPECT.findall(f"expect{comment}") if mark else []
        named = [(set(only.split(", ")), codes) for only, codes in announced]
        assert {name for only, _ in named for name in only} <= {"", *ENGINES}, line
        heard = {engine} if any(engine in only for only, _ in named) else {"", engine.partition("-")[0]}
        for only, codes in named:
            if only & heard and codes != "nothing":
                found.update((row, code) for code in codes.split(", "))
    return found


@pytest.fixture(scope="module", params=ENGINES)
def settings(request: pytest.FixtureRequest) -> Settings:
    """All rules, those in preview as well, for one declared engine."""
    generation, _, backend = request.param.removeprefix("keras").partition("-")
    return Settings.of(select=["ALL"], preview=True, keras_version=generation, backend=backend or "tensorflow")


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_all_rules_say_what_the_fixture_expects(path: Path, settings: Settings) -> None:
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"# (?:expect|evidence)[^\n]*", "", text)  # a code in a comment would open the gates
    findings = check_source(bare, filename="program.py", settings=settings)
    found = Counter((finding.location.row, finding.code) for finding in findings)
    backend = "" if settings.backend == "tensorflow" else f"-{settings.backend}"
    assert found == expected(text, f"keras{settings.keras_version}{backend}")


@pytest.mark.parametrize("folder", PROJECTS, ids=name_of)
def test_all_rules_say_what_a_program_in_several_files_expects(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    """No file shows by itself what all of them together do."""
    backend = "" if settings.backend == "tensorflow" else f"-{settings.backend}"
    wanted: Counter[tuple[str, int, str]] = Counter()
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(re.sub(r"# (?:expect|evidence)[^\n]*", "", text), encoding="utf-8")
        announced = expected(text, f"keras{settings.keras_version}{backend}")
        wanted.update({(path.name, *finding): number for finding, number in announced.items()})
    found = check_paths([tmp_path], settings).findings
    assert Counter((Path(f.filename).name, f.location.row, f.code) for f in found) == wanted
    assert not check_paths([tmp_path], replace(settings, follow_imports=False)).findings


@pytest.mark.parametrize("path", [*PROGRAMS, *(folder / "main.py" for folder in PROJECTS)], ids=name_of)
def test_fixture_parses_and_carries_evidence_for_both_generations(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    facts = read_facts(text)
    assert len(facts) == text.count("# evidence")
    assert all(CLAIM.fullmatch(fact.claim) for fact in facts)
    assert {fact.engine for fact in facts} >= {"keras2", "keras3"}


@pytest.mark.parametrize("path", [*PROGRAMS, *PROJECTS], ids=name_of)
def test_bad_fixtures_expect_their_own_code_and_good_ones_nothing(path: Path) -> None:
    files = [path] if path.is_file() else sorted(path.glob("*.py"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    codes = {code for engine in ("keras2", "keras3") for _, code in expected(text, engine)}
    if path.name.startswith("bad_"):
        assert path.parent.name.partition("-")[0] in codes
    else:
        assert path.name.startswith("good_")
        assert not codes


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_named_after_its_rule_and_is_not_empty(folder: Path) -> None:
    code, _, name = folder.name.partition("-")
    assert modules()[code] == f"{code.lower()}_{name.replace('-', '_')}"
    assert len(list(folder.glob("bad_*.py"))) >= 2
    assert len(list(folder.glob("good_*.py"))) >= 3


def test_good_fixtures_outnumber_bad_ones() -> None:
    assert len(list(FIXTURES.glob("*/good_*.py"))) > len(list(FIXTURES.glob("*/bad_*.py")))
