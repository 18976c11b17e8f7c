"""The cache: the very same result while nothing changed, and a new look as soon as anything did."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freezelint import Settings, check_paths, gates, pool
from freezelint.cache import keys, open_cache, present
from freezelint.cache.entries import decode, encode
from freezelint.file_check import FileResult
from freezelint.findings import Edit, Finding, Fix, Location, Related
from freezelint.observed import Sieve
from freezelint.result import Result
from freezelint.settings import Resolver
from freezelint.sources import project
from freezelint.target import project as dependencies

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
OTHER = "import json\n"
Run = Callable[..., Result]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were not answered from the cache."""
    seen: list[str] = []
    original = gates.first

    def first(filename: str, settings: Settings, sieve: Sieve | None) -> gates.Verdict:
        seen.append(filename)
        return original(filename, settings, sieve)

    monkeypatch.setattr(gates, "first", first)
    return seen


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_at: list[str]) -> Run:
    """Checks a project of three files, each time as a new process would: nothing is remembered but on disk."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(present, "_SETTLED", -3_600_000_000_000)  # the files of a test are young
    (tmp_path / ".git").mkdir()
    for name, text in (("main.py", MAIN), ("parts.py", PARTS), ("other.py", OTHER)):
        (tmp_path / name).write_text(text)

    def check(jobs: int = 1, **settings: object) -> Result:
        project.forget()
        dependencies.ask.cache_clear()
        looked_at.clear()
        chosen = Settings.of(**{"keras_version": "3", **settings})
        return check_paths(["."], chosen, jobs=jobs, cache=open_cache(chosen))

    return check


def codes(result: Result) -> list[str]:
    return [f"{f.filename}:{f.location.row} {f.code}" for f in result.findings]


def test_a_second_run_looks_at_nothing_and_says_the_same(run: Run, looked_at: list[str]) -> None:
    first = run()
    assert codes(first) == ["parts.py:12 FRZ102"]
    assert looked_at == ["main.py", "other.py", "parts.py"]
    second = run()
    assert looked_at == []
    assert second == first
    assert dict(second.lines) == dict(first.lines)


def test_the_pool_fills_the_cache_as_one_process_does(
    run: Run, looked_at: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "WORTH_IT", 2)
    for number in range(12):
        (tmp_path / f"main{number}.py").write_text(MAIN)
    first = run(jobs=3)
    assert run(jobs=3) == first
    assert looked_at == []
    (tmp_path / "parts.py").write_text(PARTS.replace("False", "True"))
    assert codes(run(jobs=3)) != codes(first)


def test_a_file_that_was_written_with_the_same_text_is_not_analysed(
    run: Run, looked_at: list[str], tmp_path: Path
) -> None:
    first = run()
    os.utime(tmp_path / "main.py")
    assert run() == first
    assert looked_at == []


def test_a_change_in_the_file_itself(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    run()
    (tmp_path / "main.py").write_text(MAIN.replace("freeze(base)\n", ""))
    assert codes(run()) == []
    assert looked_at == ["main.py"]


def test_a_change_of_the_same_length_at_the_same_time_is_seen(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    run()
    before = os.stat(tmp_path / "main.py")
    (tmp_path / "main.py").write_text(MAIN.replace("freeze(base)", "print(base) "))
    os.utime(tmp_path / "main.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert codes(run()) == []


def test_a_file_with_the_stamp_of_last_time_is_not_even_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()
    monkeypatch.setattr(present.observed, "digest_of", lambda data: pytest.fail("a file was read"))
    assert run() == first


def test_a_stamp_of_just_now_is_not_trusted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written twice within a tick of the clock has one stamp for two texts."""
    monkeypatch.setattr(present, "_SETTLED", 2_000_000_000)
    run()
    stamps = json.loads(cache_file(tmp_path).read_text().partition("\n")[2])["stamps"]
    assert stamps == {}


def test_a_change_in_an_imported_module(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    run()
    (tmp_path / "parts.py").write_text(PARTS.replace("layer.trainable = False", "return layer"))
    assert codes(run()) == []
    assert looked_at == ["main.py", "parts.py"]


def test_a_module_that_is_gone_and_comes_back(run: Run, tmp_path: Path) -> None:
    first = run()
    (tmp_path / "parts.py").unlink()
    assert codes(run()) == []
    (tmp_path / "parts.py").write_text(PARTS)
    assert run() == first


def test_a_module_that_was_not_there(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    """Nothing that was read has changed: an import that led nowhere now leads somewhere."""
    (tmp_path / "parts.py").unlink()
    assert codes(run()) == []
    (tmp_path / "parts.py").write_text(PARTS)
    assert codes(run()) == ["parts.py:12 FRZ102"]
    assert looked_at == ["main.py", "parts.py"]


def test_a_package_that_shadows_a_module(run: Run, tmp_path: Path) -> None:
    """`parts.py` wins over `parts/`, and a module of the folder over one of the project's root."""
    (tmp_path / "app").mkdir()
    (tmp_path / "main.py").rename(tmp_path / "app" / "main.py")
    assert codes(run()) == ["parts.py:12 FRZ102"]
    (tmp_path / "app" / "parts.py").write_text(PARTS.replace("layer.trainable = False", "return layer"))
    assert codes(run()) == []


def test_a_suppression_in_another_file(run: Run, tmp_path: Path) -> None:
    run()
    (tmp_path / "parts.py").write_text(PARTS.replace("False", "False  # freezelint: ignore[FRZ102] wanted"))
    assert codes(run()) == []
    assert codes(run()) == []  # no FRZ901 either: what excused the comment is kept


def test_dependencies_that_tell_another_keras(run: Run, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.19\n")
    first = run(keras_version="auto")
    assert [finding.keras for finding in first.findings] == ["3"]
    (tmp_path / "requirements.txt").write_text("tensorflow==2.10\n")
    assert [finding.keras for finding in run(keras_version="auto").findings] == ["2"]


@pytest.mark.parametrize(
    "changed", [{"ignore": ["FRZ102"]}, {"follow_imports": False}, {"per_file_ignores": {"parts.py": ["FRZ102"]}}]
)
def test_other_settings_have_their_own_verdicts(run: Run, changed: dict[str, object]) -> None:
    first = run()
    assert codes(run(**changed)) == []
    assert run() == first


def test_settings_further_down_that_changed(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    """The cache file is that of the settings of the working directory; other folders have their own."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("import keras\nkeras.layers.Dense(1).trainabel = False\n")
    settings = tmp_path / "app" / "freezelint.toml"
    settings.write_text("")

    def check() -> list[str]:
        resolver = Resolver()
        return codes(check_paths(["app"], resolver, jobs=1, cache=open_cache(resolver.for_directory("."))))

    assert check() == ["app/main.py:2 FRZ601"]
    settings.write_text("ignore = ['FRZ601']\n")
    assert check() == []


def test_another_version_starts_afresh(run: Run, looked_at: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = run()
    monkeypatch.setattr(keys, "tool", lambda: "freezelint 99")
    assert run() == first
    assert looked_at == ["main.py", "other.py", "parts.py"]


def cache_file(tmp_path: Path) -> Path:
    (found,) = (tmp_path / ".freezelint_cache").glob("*.json")
    return found


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"FRZ102", b"FRZ101"),
        lambda data: b"\xff\xfe" + data,
        lambda data: b"[" * 100_000,
    ],
)
def test_a_damaged_cache_is_rebuilt_silently(
    run: Run, looked_at: list[str], tmp_path: Path, damage: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    first = run()
    file = cache_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert run() == first
    assert looked_at == ["main.py", "other.py", "parts.py"]
    assert file.read_bytes().partition(b"\n")[0] == keys.digest_of(file.read_bytes().partition(b"\n")[2]).encode()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("foreign", ["[]", "{}", '{"entries": 1, "units": [], "stamps": {}}'])
def test_a_foreign_cache_with_a_valid_digest_does_no_harm(run: Run, tmp_path: Path, foreign: str) -> None:
    first = run()
    cache_file(tmp_path).write_text(f"{keys.digest_of(foreign.encode())}\n{foreign}")
    assert run() == first


def test_a_foreign_entry_is_looked_at_anew(run: Run, tmp_path: Path) -> None:
    first = run()
    data = json.loads(cache_file(tmp_path).read_text().partition("\n")[2])
    data["entries"]["main.py"] = [0, None, [99], "x"]
    data["entries"]["parts.py"] = "nonsense"
    text = json.dumps(data)
    cache_file(tmp_path).write_text(f"{keys.digest_of(text.encode())}\n{text}")
    assert run() == first


def test_entries_of_files_that_are_gone_are_dropped(run: Run, tmp_path: Path) -> None:
    run()
    assert b"other.py" in cache_file(tmp_path).read_bytes()
    (tmp_path / "other.py").unlink()
    (tmp_path / "main.py").write_text(MAIN + "\n")
    run()
    assert b"other.py" not in cache_file(tmp_path).read_bytes()


def test_the_folder_says_what_it_is(run: Run, tmp_path: Path) -> None:
    run()
    folder = tmp_path / ".freezelint_cache"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert (folder / ".gitignore").read_text().endswith("\n*\n")
    assert b"pickle" not in cache_file(tmp_path).read_bytes()


@pytest.mark.parametrize("obstacle", ["a file", "read-only"])
def test_where_nothing_can_be_written_there_is_no_cache(
    run: Run, tmp_path: Path, obstacle: str, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".freezelint_cache"
    if obstacle == "a file":
        folder.write_text("in the way")
    else:  # the superuser may write everywhere, so rights alone do not show it
        monkeypatch.setattr(os, "makedirs", lambda *a, **k: (_ for _ in ()).throw(PermissionError(13, "denied")))
    first = run()
    assert codes(first) == ["parts.py:12 FRZ102"]
    assert run() == first
    assert looked_at == ["main.py", "other.py", "parts.py"]


def test_a_project_that_moved_is_the_same_project(
    run: Run, looked_at: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    shutil.copytree(tmp_path, moved)
    monkeypatch.chdir(moved)
    assert run() == first
    assert looked_at == []
    (moved / "parts.py").write_text(PARTS.replace("layer.trainable = False", "return layer"))
    assert codes(run()) == []


def test_what_depends_on_more_than_digests_show_is_not_kept(run: Run, looked_at: list[str], tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"x.trainable = False\0")
    assert codes(run()) == ["bytes.py:1 FRZ903", "parts.py:12 FRZ102"]
    assert codes(run()) == ["bytes.py:1 FRZ903", "parts.py:12 FRZ102"]
    assert looked_at == ["bytes.py"]


def test_two_runs_at_once_leave_a_whole_cache(run: Run, tmp_path: Path, looked_at: list[str]) -> None:
    command = [sys.executable, "-m", "freezelint", "check", "--keras-version", "3", "--output-format", "json", "."]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1
    assert [finding["code"] for finding in json.loads(outputs.pop())] == ["FRZ102"]
    digest, _, text = cache_file(tmp_path).read_bytes().partition(b"\n")
    assert digest.decode() == keys.digest_of(text)
    assert {path.name for path in (tmp_path / ".freezelint_cache").iterdir()} == {
        ".gitignore",
        "CACHEDIR.TAG",
        cache_file(tmp_path).name,
    }


def test_a_finding_with_every_field_comes_back_as_it_was() -> None:
    place = Location(3, 4)
    fix = Fix("unsafe", "do it", (Edit("x = 1\n", place, Location(3, 9)), Edit("", place, place)))
    related = (Related("compiled here", "b.py", None, place), Related("cell", "c.ipynb", 2, place))
    finding = Finding("FRZ101", "n", "error", "m \udcff", "a.py", 7, place, place, "2", "u", related, fix)
    result = FileResult([finding], {("a.py", 7): ("one", "", "three")}, {("b.py", place)})
    assert decode(json.loads(json.dumps(encode(result)))) == result


def test_what_a_run_without_a_cache_has_worked_out_is_noted_all_the_same(
    run: Run, looked_at: list[str], tmp_path: Path
) -> None:
    (tmp_path / "parts.py").write_text("from deep import *\n")
    check_paths(["."], Settings.of(keras_version="3"), jobs=1)
    run()
    (tmp_path / "deep.py").write_text(PARTS)
    run()
    assert looked_at == ["deep.py", "main.py", "parts.py"]
