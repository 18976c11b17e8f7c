"""Settings: the errors first, then which file wins, then which rules are on."""

from __future__ import annotations

from pathlib import Path

import pytest

from freezelint import rules
from freezelint.settings import Resolver, Settings, SettingsError

KEYS = (
    "Valid keys: select, ignore, extend-select, preview, per-file-ignores, exclude, extend-exclude, "
    "respect-gitignore, force-exclude, follow-imports, fix, unsafe-fixes, keras-version, backend, output-format, "
    "baseline, cache-dir"
)
LISTED = "`freezelint rule --all` lists every code"


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A catalogue that stays the same when rules are added, and an empty working directory."""
    names = (
        "frz101_toggle_after_compile",
        "frz102_toggle_after_training",
        "frz201_batchnorm_unfrozen_with_base",
    )
    names += ("frz801_unfreeze_at_full_learning_rate", "frz900_syntax_error", "frz901_unused_suppression")
    names += ("frz903_unreadable_file", "frz904_rule_crashed")
    known = {name.split("_")[0].upper(): name for name in names}
    monkeypatch.setattr(rules, "modules", lambda: known)
    monkeypatch.chdir(tmp_path)


def pyproject(directory: Path, text: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "pyproject.toml"
    file.write_text("[tool.freezelint]\n" + text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", f'unknown key "selct"; did you mean "select"? {KEYS}'),
        ("keras_version = '3'", f'unknown key "keras_version"; did you mean "keras-version"? {KEYS}'),
        ("zebra = 1", f'unknown key "zebra"; remove it. {KEYS}'),
        ("select = ['FRZ103']", f'select: unknown rule code "FRZ103"; did you mean "FRZ102"? {LISTED}'),
        (
            "ignore = ['toggle-after-training']",
            f'ignore: unknown rule code "TOGGLE-AFTER-TRAINING"; did you mean "FRZ102"? {LISTED}',
        ),
        (
            "select = ['E501']",
            f'select: unknown rule code "E501"; codes look like "FRZ102", prefixes like "FRZ1" {LISTED}',
        ),
        ("select = 'FRZ1'", 'select: expected a list of strings, got "FRZ1"'),
        ("select = [1]", "select: expected a list of strings, got [1]"),
        ("preview = 'yes'", 'preview: expected true or false, got "yes"'),
        ("preview = 1", "preview: expected true or false, got 1"),
        ("exclude = true", "exclude: expected a list of strings, got true"),
        ("keras-version = 4", 'keras-version: expected "2", "3" or "auto", got 4'),
        ("keras-version = true", 'keras-version: expected "2", "3" or "auto", got true'),
        (
            "backend = 'tensorflo'",
            'backend: expected "tensorflow", "jax", "torch" or "auto", got "tensorflo"; did you mean "tensorflow"?',
        ),
        (
            "output-format = 'sarf'",
            'output-format: expected "full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", '
            '"junit", "rdjson" or "pylint", got "sarf"; did you mean "sarif"?',
        ),
        (
            "per-file-ignores = ['a']",
            'per-file-ignores: expected a table such as {"tests/*" = ["FRZ1"]}, got ["a"]',
        ),
        (
            "per-file-ignores = {'a' = ['FRZ999']}",
            f'per-file-ignores: unknown rule code "FRZ999"; did you mean "FRZ904"? {LISTED}',
        ),
    ],
)
def test_an_invalid_setting_names_file_key_and_what_to_write(tmp_path: Path, text: str, message: str) -> None:
    pyproject(tmp_path, text)
    with pytest.raises(SettingsError) as error:
        Resolver().for_directory(".")
    assert str(error.value) == f"pyproject.toml: [tool.freezelint]: {message}"


def test_invalid_toml_is_an_error_only_where_it_is_about_freezelint(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.freezelint\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: invalid TOML: .*; correct the file$"):
        Resolver().for_directory(".")
    (tmp_path / "pyproject.toml").write_text("[tool.other\n", encoding="utf-8")
    assert Resolver().for_directory(".") == Settings()


def test_a_config_that_cannot_be_read_and_a_table_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^nope\.toml: cannot be read \(No such file or directory\); give an"):
        Resolver(config="nope.toml").for_directory(".")
    (tmp_path / "pyproject.toml").write_text("tool.freezelint = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        Resolver().for_directory(".")
    assert str(error.value) == "pyproject.toml: [tool.freezelint]: expected a table of settings, got 3"


def test_python_values_are_checked_like_a_file() -> None:
    assert Settings.of(keras_version=3, per_file_ignores={"a": ["frz1"]}) == Settings(
        keras_version="3", per_file_ignores=(("a", ("FRZ1",)),)
    )
    with pytest.raises(SettingsError, match=r'^argument: unknown key "slect"; did you mean "select"'):
        Settings.of(slect=["FRZ1"])


def test_the_nearest_file_wins_and_files_without_our_table_do_not_count(tmp_path: Path) -> None:
    pyproject(tmp_path, "keras-version = 2")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    pyproject(inner / "deep", "keras-version = '3'")
    resolver = Resolver()
    found = [resolver.for_directory(str(path)) for path in (tmp_path, inner, inner / "deep", inner / "deep" / "no")]
    assert [settings.keras_version for settings in found] == ["2", "2", "3", "3"]
    assert found[2].root == str(inner / "deep")
    assert found[2].origin("keras-version") == "inner/deep/pyproject.toml"
    assert found[2].origin("backend") == "default"


def test_isolated_config_and_the_command_line(tmp_path: Path) -> None:
    pyproject(tmp_path, "keras-version = 2\nbackend = 'tensorflow'")
    alone = tmp_path / "other" / "freezelint.toml"
    alone.parent.mkdir()
    alone.write_text("keras-version = 3\n", encoding="utf-8")
    assert Resolver(isolated=True).for_directory(".").keras_version == "auto"
    assert Resolver(config=str(alone)).for_directory(".").keras_version == "3"
    assert Resolver().for_directory("other").keras_version == "3"
    above = Resolver(overrides={"keras-version": "auto"}).for_directory(".")
    assert (above.keras_version, above.backend) == ("auto", "tensorflow")
    assert above.origin("keras-version") == "--keras-version"
    with pytest.raises(SettingsError, match=r"^command line: backend: expected"):
        Resolver(overrides={"backend": "theano"})


ALWAYS = {"FRZ900", "FRZ903", "FRZ904"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"FRZ101", "FRZ102", "FRZ201", "FRZ901"}),
        ({"preview": True}, {"FRZ101", "FRZ102", "FRZ201", "FRZ901"}),
        ({"select": ["FRZ8"]}, set()),
        ({"select": ["FRZ8"], "preview": True}, {"FRZ801"}),
        ({"select": ["FRZ1"]}, {"FRZ101", "FRZ102"}),
        ({"select": ["FRZ1"], "ignore": ["FRZ102"]}, {"FRZ101"}),
        ({"select": ["FRZ102"], "ignore": ["FRZ1"]}, {"FRZ102"}),
        ({"select": ["FRZ1"], "ignore": ["FRZ1"]}, set()),
        ({"select": ["ALL"], "ignore": ["FRZ"]}, {"FRZ904"} - ALWAYS),
        ({"select": ["FRZ101"], "extend-select": ["FRZ2"]}, {"FRZ101", "FRZ201"}),
        ({"ignore": ["FRZ9"]}, {"FRZ101", "FRZ102", "FRZ201"}),
    ],
)
def test_the_more_specific_selector_wins(values: dict[str, object], expected: set[str]) -> None:
    codes = Settings.of(**values).codes
    assert codes - ALWAYS == expected
    hidden = {"FRZ900"} if {"FRZ9", "FRZ"} & set(map(str, values.get("ignore", []))) else set()  # type: ignore[call-overload]
    assert codes & ALWAYS == ALWAYS - hidden


def test_a_select_on_the_command_line_replaces_the_file_and_an_ignore_adds_to_it(tmp_path: Path) -> None:
    pyproject(tmp_path, "select = ['FRZ101', 'FRZ2']\nignore = ['FRZ102']")
    assert Resolver().for_directory(".").codes == ALWAYS | {"FRZ101", "FRZ201"}
    assert Resolver(overrides={"select": ["FRZ1"]}).for_directory(".").codes == ALWAYS | {"FRZ101", "FRZ102"}
    assert Resolver(overrides={"ignore": ["FRZ1"]}).for_directory(".").codes == ALWAYS | {"FRZ201"}


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("tests/*", "src/tests.py", False),
        ("tests/*", "tests/a.py", True),
        ("tests/*", "tests/deep/a.py", True),
        ("a.py", "deep/a.py", True),
        ("**/a.py", "a.py", True),
        ("./tests/*", "tests/a.py", True),
        ("!src/*", "tests/a.py", True),
        ("!src/*", "src/a.py", False),
    ],
)
def test_per_file_ignores(pattern: str, path: str, ignored: bool) -> None:
    codes = Settings.of(per_file_ignores={pattern: ["FRZ1", "FRZ904"]}).codes_for(path)
    expected = {"FRZ201", "FRZ901"} if ignored else {"FRZ101", "FRZ102", "FRZ201", "FRZ901"}
    assert codes == ALWAYS | expected
