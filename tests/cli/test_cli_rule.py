"""`freezelint rule`: what does not exist first, then one rule, then all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freezelint.__main__ import main
from freezelint.rules import load, modules
from freezelint.rules.page import heading


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["rule", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("FRZ103", 'did you mean "FRZ102"?'),
        ("frz90", 'did you mean "FRZ900"?'),
        ("flag-writen", 'did you mean "FRZ101"?'),
        ("zebra", "`freezelint rule --all` lists every code"),
    ],
)
def test_an_unknown_rule_exits_2_and_names_the_nearest(
    stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str], text: str, hint: str
) -> None:
    assert run(capsys, text) == (2, "", f'freezelint: error: there is no rule "{text}"; {hint}\n')


@pytest.mark.parametrize("arguments", [[], ["FRZ101", "--all"], ["--output-format", "xml", "FRZ101"]])
def test_wrong_usage(stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(capsys, *arguments)[:2] == (2, "")


@pytest.mark.parametrize("text", ["FRZ101", "frz101", "flag-written"])
def test_one_rule_is_its_page(stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert run(capsys, text) == (0, "# flag-written (FRZ101)\n\nflag-written.\n\nMore.\n", "")


def test_one_rule_as_json(stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "FRZ101", "--output-format", "json")
    assert (status, json.loads(out)) == (
        0,
        {
            "code": "FRZ101",
            "name": "flag-written",
            "summary": "flag-written.",
            "preview": False,
            "url": "https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ101.md",
            "severity": {"keras2": None, "keras3": None, "keras3-jax": None, "keras3-torch": None},
            "engines": [],
            "reports": [],
            "references": [],
            "explanation": "flag-written.\n\nMore.",
        },
    )


def test_all_rules_one_a_line(stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--all") == (
        0,
        """\
FRZ101  flag-written        flag-written.
FRZ102  silent              silent.
FRZ900  syntax-error        syntax-error.
FRZ901  unused-suppression  unused-suppression.
FRZ902  unknown-code        unknown-code.
FRZ903  unreadable-file     unreadable-file.
FRZ904  rule-crashed        rule-crashed.
""",
        "",
    )


def test_every_rule_that_ships_has_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--all", "--output-format", "json")
    assert status == 0
    assert [rule["code"] for rule in json.loads(out)] == list(modules())
    for code in modules():
        rule = load(code)
        above = heading(code, rule.name, rule.page, preview=rule.preview)
        assert run(capsys, code) == (0, f"{above}\n\n{rule.page.rstrip()}\n", "")


def test_the_heading_says_how_the_rule_reports(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "FRZ202")
    assert out.splitlines()[:5] == [
        "# training-false-ignored (FRZ202)",
        "",
        "Reported as: nothing (Keras 2), error (Keras 3 on any backend)",
        "",
        load("FRZ202").summary,
    ]
    _, out, _ = run(capsys, "FRZ801")
    assert out.splitlines()[2:5] == [
        "Reported as: warning (Keras 2), warning (Keras 3 on any backend)",
        "",
        "This rule is in preview: select it with `--preview`.",
    ]


def test_the_command_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "freezelint 0.1.0\n"
    assert main(["chekc", "x.py"]) == 2
    assert 'No such command "chekc"; did you mean "check"?' in capsys.readouterr().err
    assert main([]) == 2
    shown = capsys.readouterr().err.partition("Commands:\n")[2]
    assert [line.split()[0] for line in shown.splitlines() if line[:3].strip()] == [
        "check",
        "rule",
        "plan",
        "verify",
        "server",
        "config",
        "completion",
        "clean",
        "demo",
    ]
    assert main(["check", "--help"]) == 0
    assert "Exit status: 0 clean, 1 findings, 2" in capsys.readouterr().out
