"""Findings that no file shows alone: where they are reported, once, and how they are silenced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint import Settings, check_paths, check_source
from freezelint.findings import Finding
from freezelint.plan import plan_text
from freezelint.sources import project

Check = Callable[..., list[Finding]]

PARTS = """\
import keras


def build():
    base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="d")], name="base")
    model = keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(1, name="head")])
    model.compile("sgd", "mse")
    return base, model


def freeze(layer):
    layer.trainable = False
"""
MAIN = """\
from parts import build, freeze

base, model = build()
model.fit(x, y)
freeze(base)
model.fit(x, y)
"""
FREEZE = "    layer.trainable = False\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Writes files into a project and checks some of them, by default all."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    project.forget()

    def run(*paths: str, settings: Settings | None = None, jobs: int = 1, **texts: str) -> list[Finding]:
        for name, text in {"main": MAIN, "parts": PARTS, **texts}.items():
            (tmp_path / f"{name}.py").write_text(text)
        chosen = settings or Settings.of(keras_version="3")
        return list(check_paths(paths or (".",), chosen, jobs=jobs).findings)

    return run


def where(findings: list[Finding]) -> list[str]:
    return [f"{f.filename}:{f.location.row} {f.code}" for f in findings]


def test_the_finding_is_where_the_write_is(check: Check) -> None:
    (finding,) = check()
    assert where([finding]) == ["parts.py:12 FRZ102"]
    assert [(r.filename, r.location.row) for r in finding.related] == [("parts.py", 7), ("main.py", 4), ("main.py", 6)]


def test_the_notes_say_in_which_function_of_another_place_it_happens(check: Check) -> None:
    main = MAIN.replace("model.fit(x, y)", "run(model)").replace("from", "def run(m):\n    m.fit(x, y)\n\n\nfrom", 1)
    (finding,) = check(main=main)
    assert [related.message for related in finding.related] == ["compiled in `build`", "trained again in `run`"]
    (finding,) = check()
    assert [related.message for related in finding.related] == [
        "compiled in `build`",
        "first trained here",
        "trained again here",
    ]


@pytest.mark.parametrize("path", ["main.py", "."])
def test_it_is_there_also_when_only_the_program_is_given(check: Check, path: str) -> None:
    assert where(check(path)) == ["parts.py:12 FRZ102"]


def test_the_module_alone_shows_nothing(check: Check) -> None:
    assert check("parts.py") == []


def test_two_programs_lead_to_one_finding(check: Check) -> None:
    assert where(check(other=MAIN, jobs=2)) == ["parts.py:12 FRZ102"]


def test_what_a_module_shows_alone_is_its_own_business(check: Check) -> None:
    parts = PARTS + "\n\nbase, model = build()\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n"
    assert where(check("parts.py", parts=parts)) == ["parts.py:17 FRZ102"]
    assert where(check("main.py", parts=parts)) == ["parts.py:12 FRZ102"]


def test_it_can_be_switched_off(check: Check) -> None:
    assert check(settings=Settings.of(keras_version="3", follow_imports=False)) == []


def test_a_comment_beside_the_write_silences_it_and_counts_as_used(check: Check) -> None:
    silent = PARTS.replace(FREEZE, "    layer.trainable = False  # freezelint: ignore[FRZ102] meant\n")
    assert check(parts=silent) == []
    assert check("main.py", parts=silent) == []


def test_a_comment_that_no_program_needs_is_unused(check: Check) -> None:
    silent = PARTS.replace(FREEZE, "    layer.trainable = False  # freezelint: ignore[FRZ102] meant\n")
    assert where(check(parts=silent, main="import parts\n")) == ["parts.py:12 FRZ901"]


def test_nobody_calls_a_comment_unused_while_a_program_that_may_need_it_is_not_checked(check: Check) -> None:
    silent = PARTS.replace(FREEZE, "    layer.trainable = False  # freezelint: ignore[FRZ102] meant\n")
    alone = check("parts.py", parts=silent, main="import os\n")
    assert where(alone) == ["parts.py:12 FRZ901"]
    cyclic = check("parts.py", "main.py", parts="import main\n" + silent, main="import parts\n")
    assert where(cyclic) == ["parts.py:13 FRZ901"]
    assert check("parts.py", parts=silent) == []
    assert check("parts.py", "helpers.py", parts=silent, main="import helpers\n", helpers="import parts\n") == []
    assert check("parts.py", parts=silent, main="import os\n", other="from helpers import x\n", helpers=MAIN) == []


def test_a_project_too_large_to_look_through_is_not_judged(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = PARTS.replace(FREEZE, "    layer.trainable = False  # freezelint: ignore[FRZ102] meant\n")
    monkeypatch.setattr("freezelint.sources.importers.MOST", 1)
    assert check("parts.py", parts=silent, main="import os\n") == []


def test_ignores_go_by_the_file_of_the_finding(check: Check) -> None:
    table = {"parts.py": ["FRZ1"]}
    assert check(settings=Settings.of(keras_version="3", per_file_ignores=table)) == []
    table = {"main.py": ["FRZ1"]}
    assert where(check(settings=Settings.of(keras_version="3", per_file_ignores=table))) == ["parts.py:12 FRZ102"]


def test_a_program_elsewhere_names_files_as_it_is_named_itself(check: Check, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "train.py").write_text(MAIN)
    assert where(check("sub/train.py")) == ["parts.py:12 FRZ102"]
    assert where(check(str(tmp_path / "sub" / "train.py"))) == ["parts.py:12 FRZ102"]


def test_a_notebook_imports_modules_too(check: Check, tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": MAIN, "execution_count": None}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "run.ipynb").write_text(json.dumps(notebook))
    (finding,) = check("run.ipynb")
    assert where([finding]) == ["parts.py:12 FRZ102"]
    assert [(r.filename, r.cell) for r in finding.related] == [("parts.py", None), ("run.ipynb", 1), ("run.ipynb", 1)]


def test_text_that_has_no_file_follows_nothing(check: Check) -> None:
    check()
    assert check_source(MAIN, settings=Settings.of(keras_version="3")) == []


def test_the_text_of_an_editor_is_checked_beside_the_files_on_disk(check: Check) -> None:
    check(main="")
    findings = check_source(MAIN, "main.py", Settings.of(keras_version="3"))
    assert where(findings) == ["parts.py:12 FRZ102"]


def test_the_plan_names_the_file_of_a_call_and_of_what_froze(check: Check, tmp_path: Path) -> None:
    train = "import keras\n\n\ndef train(model):\n    model.fit(x, y)\n"
    main = MAIN.replace("model.fit(x, y)", "train(model)")
    main = "from loop import train\n" + main.replace("freeze(base)\n", "freeze(base)\nmodel.compile('sgd', 'mse')\n")
    check(main=main, loop=train)
    calls = plan_text(main, "main.py").calls
    assert [(call.filename, call.line, call.trains) for call in calls] == [
        ("loop.py", 5, ("base", "head")),
        ("loop.py", 5, ("head",)),
    ]
    assert any("line 12 of parts.py" in sentence for sentence in calls[1].why)
