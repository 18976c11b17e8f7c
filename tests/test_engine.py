"""The engine: what is not reported, what is reported once, what goes wrong and how the rest still runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import freezelint
from freezelint import check_paths, check_source, engine
from freezelint.findings import Finding, Location, Related
from freezelint.settings import Resolver, Settings, SettingsError

FLAG = "base.trainable = False\n"
URL = "https://github.com/freezelint/freezelint/blob/main/docs/rules/{}.md"


def lines(result: freezelint.Result) -> list[str]:
    return [f"{f.filename}:{f.cell or ''}:{f.location.row}:{f.location.column} {f.code}" for f in result.findings]


def test_no_file_no_finding_but_a_missing_path_is_an_error(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    empty = check_paths([tmp_path])
    assert (empty.findings, empty.files, empty.errors, empty.exit_status) == ((), 0, (), 0)
    (tmp_path / "a.py").write_text(FLAG)
    result = check_paths(["nope", "a.py", "nope.py"])
    assert lines(result) == ["a.py::1:1 FRZ101"]
    assert result.errors == (
        "nope: no such file or directory; the other paths were checked",
        "nope.py: no such file or directory; the other paths were checked",
    )
    assert result.exit_status == 2


def test_nothing_is_said_of_files_that_do_not_matter(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n")
    (tmp_path / "reads.py").write_text("print(base.trainable)\n")
    (tmp_path / "broken_but_harmless.py").write_text("def (:\n")
    result = check_paths(["."])
    assert (result.findings, result.files, result.exit_status) == ((), 3, 0)


def test_a_finding_carries_all_that_a_report_needs(stub_rules: dict[str, Any]) -> None:
    found = check_source("x = 1\nif x:\n    base.trainable = False\n", "a.py", Settings.of(keras_version=3))
    assert found == [
        Finding(
            code="FRZ101",
            name="flag-written",
            severity="warning",
            message="the flag is written",
            filename="a.py",
            cell=None,
            location=Location(3, 5),
            end_location=Location(3, 27),
            keras="3",
            url=URL.format("FRZ101"),
            related=(Related("the program starts here", "a.py", None, Location(1, 1)),),
        )
    ]


def test_one_defect_is_reported_once(stub_rules: dict[str, Any]) -> None:
    once = stub_rules["FRZ101"]
    stub_rules["FRZ101"] = lambda timeline, target: [*once(timeline, target), *once(timeline, target)]
    assert len(check_source(FLAG)) == 1


def test_findings_are_in_reading_order_and_files_are_checked_once(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(FLAG + FLAG)
    (tmp_path / "a.md").write_text(f"```python\n{FLAG}```\n\n```python\n{FLAG}```\n")
    stub_rules["FRZ102"] = stub_rules["FRZ101"]
    result = check_paths(["b.py", ".", "b.py"])
    assert lines(result) == [
        "a.md::2:1 FRZ101",
        "a.md::2:1 FRZ102",
        "a.md::6:1 FRZ101",
        "a.md::6:1 FRZ102",
        "b.py::1:1 FRZ101",
        "b.py::1:1 FRZ102",
        "b.py::2:1 FRZ101",
        "b.py::2:1 FRZ102",
    ]
    assert result.files == 2
    assert result.lines["b.py", None] == ("base.trainable = False", "base.trainable = False", "")


def test_a_rule_that_raises_is_named_and_the_others_go_on(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FLAG)
    (tmp_path / "b.py").write_text(FLAG)

    def crash(timeline: Any, target: Any) -> Any:
        yield from stub_rules["FRZ101"](timeline, target)
        raise ValueError("bad\nnews")

    stub_rules["FRZ102"] = crash
    result = check_paths(["."], Settings.of(select=["FRZ1"]))
    codes = ["a.py::1:1 FRZ101", "a.py::1:1 FRZ102", "a.py::1:1 FRZ904"]
    assert lines(result) == codes + [line.replace("a.py", "b.py") for line in codes]
    assert result.findings[2].message == (
        "rule FRZ102 raised ValueError: bad news; the rest was checked. Please report this bug of freezelint"
    )
    assert result.exit_status == 2


def test_a_timeline_that_cannot_be_built_is_named(stub_rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def build(program: Any, **_: object) -> Any:
        raise RecursionError

    monkeypatch.setattr("freezelint.timeline.build", build)
    (found,) = check_source(FLAG)
    assert found.code == "FRZ904"
    assert found.message.startswith("timeline raised RecursionError; the rest was checked.")


def test_what_cannot_be_read_is_reported_and_the_rest_is_checked(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"# coding: nonsense\n" + FLAG.encode())
    (tmp_path / "b.ipynb").write_text('{"base.trainable = False')
    (tmp_path / "c.py").write_text(FLAG)
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "secret.py").write_text(FLAG)
    os.chmod(tmp_path / "secret.py", 0)
    result = check_paths(["."])
    secret = [] if os.access("secret.py", os.R_OK) else ["secret.py::1:1 FRZ903"]
    root = ["secret.py::1:1 FRZ101"] if not secret else []
    assert lines(result) == ["a.py::1:1 FRZ903", "b.ipynb::1:1 FRZ903", "c.py::1:1 FRZ101", *secret, *root]
    assert all(finding.severity == "error" and finding.message for finding in result.findings)
    assert result.exit_status == 2


def test_a_file_that_vanishes_between_listing_and_reading(
    stub_rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "files_of", lambda paths, settings: (["gone.py"], []))
    (found,) = check_paths(["."]).findings
    assert (found.code, found.message) == ("FRZ903", "cannot be read: No such file or directory")


def test_a_syntax_error_is_a_finding_that_only_ignore_hides(stub_rules: dict[str, Any]) -> None:
    text = FLAG + "base.trainable = = False\n"
    for settings in (Settings(), Settings.of(select=["FRZ1"])):
        assert [(f.code, f.message, f.location) for f in check_source(text, "a.py", settings)] == [
            ("FRZ101", "the flag is written", Location(1, 1)),
            ("FRZ900", "broken", Location(2, 18)),
        ]
    assert [f.code for f in check_source(text, "a.py", Settings.of(ignore=["FRZ900"]))] == ["FRZ101"]
    assert [f.code for f in check_source(text, "a.py", Settings.of(per_file_ignores={"a.py": ["FRZ9"]}))] == ["FRZ101"]


def test_each_file_has_its_nearest_settings(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    for name, text in {
        "pyproject.toml": "[tool.freezelint]\nper-file-ignores = {'skip*' = ['FRZ1']}\n",
        "a.py": FLAG,
        "skipped.py": FLAG,
        "inner/freezelint.toml": "exclude = ['gen']\nkeras-version = 3\n",
        "inner/a.py": FLAG,
        "inner/skipped.py": FLAG,
        "inner/gen/a.py": FLAG,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    result = check_paths(["."])
    assert lines(result) == ["a.py::1:1 FRZ101", "inner/a.py::1:1 FRZ101", "inner/skipped.py::1:1 FRZ101"]
    assert [finding.keras for finding in result.findings] == ["any", "3", "3"]
    assert lines(check_paths(["inner/gen/a.py"])) == ["inner/gen/a.py::1:1 FRZ101"]
    forced = Resolver(overrides={"force-exclude": True})
    assert check_paths(["inner/gen/a.py"], forced).files == 0
    (tmp_path / "inner" / "freezelint.toml").write_text("zebra = 1\n")
    with pytest.raises(SettingsError, match=r"^inner/freezelint\.toml: unknown key"):
        check_paths(["."])


def test_progress_counts_every_file(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    for name, text in (("a.py", ""), ("b.py", "base.trainable = 1"), ("c.py", ""), ("d.py", "base.trainable = 1")):
        (tmp_path / name).write_text(text)
    seen: list[tuple[int, int]] = []
    check_paths(["."], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 4), (3, 4), (4, 4)]


def test_text_with_a_coding_cookie_that_its_caller_has_already_decoded(stub_rules: dict[str, Any]) -> None:
    (found,) = check_source("# coding: latin-1\n'ä'; base.trainable = False\n")
    assert found.location == Location(2, 6)


def test_the_source_of_a_notebook_frame_is_the_cell_as_written(stub_rules: dict[str, Any], tmp_path: Path) -> None:
    cell = '{"cell_type": "code", "source": ["%time x\\n", "base.trainable = False"]}'
    (tmp_path / "n.ipynb").write_text(
        '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "x"}, ' + cell + "]}"
    )
    result = check_paths(["n.ipynb"])
    assert lines(result) == ["n.ipynb:1:2:1 FRZ101"]
    assert result.lines == {("n.ipynb", 1): ("%time x", "base.trainable = False")}
