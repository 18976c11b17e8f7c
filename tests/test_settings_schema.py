"""The JSON schema of the settings: what it refuses, that it agrees with the parser, that it is up to date."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from freezelint import rules
from freezelint.settings import KEYS, Settings, SettingsError, describe
from freezelint.settings.schema import parse
from freezelint.toml import loads

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parents[1]
SCHEMA: dict[str, Any] = json.loads((ROOT / "freezelint/freezelint.schema.json").read_text(encoding="utf-8"))


def refused(table: object) -> bool:
    """Whether the committed schema refuses a table of settings."""
    return not jsonschema.Draft7Validator(SCHEMA).is_valid(table)


@pytest.mark.parametrize(
    "table",
    [
        {"selct": ["FRZ1"]},
        {"keras_version": "3"},
        {"select": "FRZ1"},
        {"select": ["FRZ7777"]},
        {"ignore": ["E501"]},
        {"preview": "yes"},
        {"keras-version": 4},
        {"backend": "theano"},
        {"output-format": "xml"},
        {"per-file-ignores": ["FRZ1"]},
        {"per-file-ignores": {"tests/**": ["FRZ999"]}},
        {"exclude": "legacy"},
        {"baseline": True},
    ],
)
def test_what_the_parser_refuses_the_schema_refuses(table: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        parse(table, where="test")
    assert refused(table)


@pytest.mark.parametrize("name", KEYS)
def test_every_key_its_default_and_its_example(name: str) -> None:
    known = describe.key(name)
    assert known.about.endswith(".")
    for value in (known.default, known.example):
        table = loads(f"{name} = {value}")
        parse(table, where="test")
        assert not refused(table)
    if name not in ("select", "exclude", "ignore", "extend-select", "per-file-ignores"):
        assert getattr(Settings(), name.replace("-", "_")) == describe.default(name)


def test_the_readme_s_example_is_accepted() -> None:
    (text,) = re.findall(r"```toml\n(\[tool\.freezelint\]\n.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    table = loads(text)["tool"]["freezelint"]  # type: ignore[index]
    assert len(table) > 5
    parse(table, where="README.md")
    assert not refused(table)
    assert refused({"preveiw": True, **table})


def test_every_code_and_prefix_is_a_selector() -> None:
    selectors = SCHEMA["definitions"]["selector"]["enum"]
    assert set(rules.modules()) | {"ALL", "FRZ", "FRZ1", "FRZ10"} <= set(selectors)
    parse({"select": selectors}, where="test")


def test_the_schema_is_one_and_up_to_date() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    command = [sys.executable, str(ROOT / "scripts/settings_schema.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
