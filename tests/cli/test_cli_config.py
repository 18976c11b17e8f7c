"""`freezelint config`: wrong keys first."""

from __future__ import annotations

import json

import pytest

from freezelint.__main__ import main
from freezelint.settings import KEYS


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["config", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_key_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    message = 'freezelint: error: there is no setting "preveiw"; did you mean "preview"?\n'
    assert run(capsys, "preveiw") == (2, "", message)
    message = 'freezelint: error: there is no setting "zebra"; `freezelint config` lists every key\n'
    assert run(capsys, "zebra") == (2, "", message)
    assert run(capsys, "--schema", "preview")[:2] == (2, "")


def test_one_key(capsys: pytest.CaptureFixture[str]) -> None:
    page = """\
backend

The backend of Keras 3 that the code runs on.

Values: "tensorflow" | "jax" | "torch" | "auto"
Default: "auto"

[tool.freezelint]
backend = "jax"
"""
    assert run(capsys, "backend") == (0, page, "")
    assert run(capsys, "tool.freezelint.backend") == (0, page, "")
    assert run(capsys, "keras_version")[1].startswith("keras-version\n")
    status, text, _ = run(capsys, "backend", "--output-format", "json")
    assert (status, json.loads(text)["default"]) == (0, '"auto"')


def test_all_keys(capsys: pytest.CaptureFixture[str]) -> None:
    status, text, _ = run(capsys)
    assert (status, [line.split()[0] for line in text.splitlines()]) == (0, list(KEYS))
    assert [key["name"] for key in json.loads(run(capsys, "--output-format", "json")[1])] == list(KEYS)


def test_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    status, text, _ = run(capsys, "--schema")
    assert (status, sorted(json.loads(text)["properties"])) == (0, sorted(KEYS))
