"""`freezelint check` as a person calls it: exit codes, both ways through, and what goes to which stream."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from freezelint.__main__ import main
from freezelint.cli import group, output, quick
from freezelint.result import Result

FLAG = "base.trainable = False\n"
FULL = """\
FRZ101 the flag is written
 --> a.py:1:1
  |
1 | base.trainable = False
  | ^^^^^^^^^^^^^^^^^^^^^^
  |
note: the program starts here
 --> a.py:1:1
  |
1 | base.trainable = False
  |
help: `freezelint rule FRZ101` or https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ101.md

"""
FOUND = "Found 1 error in 1 file (1 file checked).\n"
MISSING = "freezelint: error: nope.py: no such file or directory; the other paths were checked\n"


@pytest.fixture
def project(stub_rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `freezelint check …`."""
    status = main(["check", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_clean(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("x = 1\n")
    expected = (0, "All checks passed! (1 file checked)\n", "")
    assert run(capsys) == expected
    assert run(capsys, "a.py", "--output-format", "full") == expected
    assert run(capsys, "a.py", "--output-format", "json") == (0, "[]\n", "")
    assert run(capsys, "a.py", "--output-format", "github") == (0, "", "")


def test_both_ways_say_the_same_where_nothing_can_matter(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("src", "build"):
        (project / folder).mkdir()
    for name in ("a.py", "src/b.py", "src/c.ipynb", "ignored.py", "src/d.txt", "build/e.py"):
        (project / name).write_text("{}\n")
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("ignored.py\n")
    given = ["a.py", "src/b.py", "build/e.py"]
    some = ([], ["."], ["src"], ["a.py", "src", "--no-cache"], ["ignored.py"], ["--isolated"], given)
    for arguments in (*some, ["--force-exclude", *given]):
        assert quick.run(["check", *arguments]) == 0
        short = capsys.readouterr()
        assert group.run(["check", *arguments]) == 0
        assert capsys.readouterr() == short
        assert short.out.startswith("All checks passed! (")


@pytest.mark.parametrize(
    "arguments",
    [[], ["rule"], ["check", "nope.py"], ["check", "-"], ["check", "--select", "FRZ1"], ["check", "empty"]],
)
def test_the_short_way_leaves_to_the_long_way_what_it_cannot_answer(project: Path, arguments: list[str]) -> None:
    (project / "a.py").write_text("x = 1\n")
    (project / "empty").mkdir()
    assert quick.run(arguments) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.py", FLAG),
        ("b.py", "x = 1  # freezelint: ignore[FRZ101]\n"),
        ("freezelint.toml", ""),
        (".freezelint.toml", ""),
        ("pyproject.toml", "[tool.freezelint]\n"),
    ],
)
def test_the_short_way_gives_up_when_a_file_may_matter(project: Path, name: str, text: str) -> None:
    (project / "a.py").write_text("x = 1\n")
    assert quick.run(["check"]) == 0
    (project / name).write_text(text)
    assert quick.run(["check"]) is None


def test_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text(FLAG)
    assert run(capsys) == (1, FULL + FOUND, "")
    assert run(capsys, "--output-format", "concise") == (
        1,
        "a.py:1:1: FRZ101 the flag is written\n" + FOUND,
        "",
    )
    assert run(capsys, "--exit-zero") == (0, FULL + FOUND, "")
    assert run(capsys, "--statistics") == (1, "1  FRZ101  flag-written\n" + FOUND, "")
    assert run(capsys, "--ignore", "FRZ1") == (0, "All checks passed! (1 file checked)\n", "")
    assert run(capsys, "--select", "FRZ102,FRZ9", "--extend-select", "FRZ101")[0] == 1
    assert run(capsys, "--keras-version", "3", "--output-format", "concise")[1].endswith(
        "Found 1 warning in 1 file (1 file checked).\n"
    )
    status, text, _ = run(capsys, "--output-format", "json")
    assert (status, [finding["code"] for finding in json.loads(text)]) == (1, ["FRZ101"])


def test_a_missing_path_is_never_clean(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("x = 1\n")
    incomplete = "Nothing found, but the run is incomplete (1 file checked).\n"
    assert run(capsys, "a.py", "nope.py") == (2, incomplete, MISSING)
    assert run(capsys, "nope.py", "--exit-zero")[0] == 2
    assert run(capsys, "nope.py", "--show-files") == (2, "", MISSING)
    assert run(capsys, "nope.py", "--show-settings") == (2, "", MISSING.split(";")[0] + "\n")
    (project / "a.py").write_text(FLAG)
    assert run(capsys, "a.py", "nope.py") == (2, FULL + FOUND, MISSING)


def test_unreadable_files_and_rules_that_raise_exit_2(
    project: Path, stub_rules: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "a.ipynb").write_text("{ base.trainable = False")
    status, text, _ = run(capsys, "--output-format", "concise", "--exit-zero", "--select", "FRZ102")
    assert status == 2
    assert text.startswith("a.ipynb:1:1: FRZ903 ")
    (project / "a.ipynb").unlink()
    (project / "a.py").write_text(FLAG)
    stub_rules["FRZ102"] = lambda timeline, target: 1 / 0
    status, text, _ = run(capsys, "--output-format", "concise", "--select", "FRZ102")
    assert status == 2
    assert text == (
        "a.py:1:1: FRZ904 rule FRZ102 raised ZeroDivisionError: division by zero; the rest was checked. "
        "Please report this bug of freezelint\n" + FOUND
    )


def test_a_syntax_error_exits_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("base.trainable = = False\n")
    assert run(capsys, "--output-format", "concise") == (1, "a.py:1:18: FRZ900 broken\n" + FOUND, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "FRZ7777"], 'command line: select: unknown rule code "FRZ7777"; '),
        (
            ["--output-format", "xml"],
            'command line: output-format: expected "full", "concise", "grouped", "json", ',
        ),
        (["--keras-version", "4"], 'command line: keras-version: expected "2", "3" or "auto", got "4"'),
        (
            ["--config", "no.toml"],
            "no.toml: cannot be read (No such file or directory); give an existing file",
        ),
    ],
)
def test_a_wrong_setting_exits_2_with_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (project / "a.py").write_text(FLAG)
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"freezelint: error: {message}")


def test_a_wrong_settings_file_exits_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text("x = 1\n")
    (project / "pyproject.toml").write_text("[tool.freezelint]\nselct = []\n")
    status, out, err = run(capsys)
    assert (status, out) == (2, "")
    assert err.startswith('freezelint: error: pyproject.toml: [tool.freezelint]: unknown key "selct"; did you mean')
    assert run(capsys, "--isolated")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--isolated", "--config", "a"], "Error: --config and --isolated contradict each other"),
        (["-", "a.py"], "Error: - (standard input) stands alone; give it or paths"),
        (["--zebra"], "Error: No such option"),
    ],
)
def test_wrong_usage_exits_2(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_standard_input(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stdin(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    stdin(FLAG)
    assert run(capsys, "-", "--output-format", "concise")[:2] == (
        1,
        "<stdin>:1:1: FRZ101 the flag is written\n" + FOUND,
    )
    stdin(f"```python\n{FLAG}```\n")
    named = ("-", "--stdin-filename", "docs/a.md", "--output-format", "concise")
    assert run(capsys, *named)[:2] == (1, "docs/a.md:2:1: FRZ101 the flag is written\n" + FOUND)
    stdin(FLAG)
    forced = ("-", "--stdin-filename", "build/a.py", "--force-exclude")
    assert run(capsys, *forced) == (0, "All checks passed! (0 files checked)\n", "")


def test_no_file_to_check_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warning = "freezelint: warning: no Python, notebook or Markdown file under the given paths\n"
    assert run(capsys) == (0, "All checks passed! (0 files checked)\n", warning)


def test_show_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "build").mkdir()
    for name in ("b.py", "a.md", "build/c.py", "d.txt"):
        (project / name).write_text("")
    assert run(capsys, "--show-files") == (0, "a.md\nb.py\n", "")
    assert run(capsys, "--show-files", "build/c.py", "d.txt") == (0, "build/c.py\nd.txt\n", "")
    assert run(capsys, "--show-files", "--force-exclude", "build/c.py") == (0, "", "")


def test_show_settings_says_where_each_answer_came_from(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("tensorflow>=2.16\n")
    (project / "pyproject.toml").write_text(
        "[tool.freezelint]\nselect = ['FRZ1']\nper-file-ignores = {'a*' = ['FRZ101']}\nexclude = ['x']\n"
    )
    (project / "a.py").write_text("import os\nos.environ['KERAS_BACKEND'] = 'jax'\n")
    assert run(capsys, "a.py", "--show-settings", "--ignore", "FRZ102", "--preview") == (
        0,
        """\
Settings for a.py
  select = ["FRZ1"]  (pyproject.toml)
  ignore = ["FRZ102"]  (--ignore)
  extend-select = []  (default)
  preview = true  (--preview)
  per-file-ignores = {"a*" = ["FRZ101"]}  (pyproject.toml)
  exclude = ["x"]  (pyproject.toml)
  extend-exclude = []  (default)
  respect-gitignore = true  (default)
  force-exclude = false  (default)
  follow-imports = true  (default)
  fix = false  (default)
  unsafe-fixes = false  (default)
  keras-version = "auto"  (default)
  backend = "auto"  (default)
  output-format = "full"  (default)
  baseline = ""  (default)
  cache-dir = ".freezelint_cache"  (default)
  rules = ["FRZ101", "FRZ900", "FRZ903", "FRZ904"]  (the rules that are on after all of that)
  target.keras = "3"  (requirements.txt: tensorflow>=2.16)
  target.backend = "jax"  (the file sets KERAS_BACKEND to jax)
""",
        "",
    )
    assert run(capsys, ".", "--show-settings", "--keras-version", "2")[1].splitlines()[-2:] == [
        '  target.keras = "2"  (--keras-version)',
        '  target.backend = "tensorflow"  (Keras 2 runs on TensorFlow only)',
    ]


def test_output_file_is_written_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text(FLAG)
    (project / "out.txt").write_text("old")
    assert run(capsys, "a.py", "--output-file", "out.txt") == (1, FOUND, "")
    assert (project / "out.txt").read_text() == FULL
    assert run(capsys, "a.py", "--output-format", "json", "--output-file", "new.json") == (1, "", "")
    assert json.loads((project / "new.json").read_text())[0]["code"] == "FRZ101"
    assert sorted(os.listdir(project)) == ["a.py", "new.json", "out.txt"]
    status, _, err = run(capsys, "a.py", "--output-file", "no/where.txt")
    assert status == 2
    assert "--output-file no/where.txt: cannot be written (No such file or directory)" in err


def test_colour_only_where_it_is_wanted(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text(FLAG)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(capsys)[1].startswith("\033[1;31mFRZ101\033[0m \033[1mthe flag is written\033[0m\n \033[1;34m-->")
    assert "\033" not in run(capsys, "--output-format", "json")[1]
    run(capsys, "--output-file", "out.txt")
    assert (project / "out.txt").read_text() == FULL
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(capsys)[1] == FULL + FOUND
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("FORCE_COLOR", "")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert output.wants_color(Terminal())
    assert not output.wants_color(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not output.wants_color(Terminal())


def test_an_error_inside_is_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Result:
        raise RuntimeError("two\nlines")

    (project / "a.py").write_text(FLAG)
    monkeypatch.setattr("freezelint.engine.check_paths", fail)
    message = "freezelint: internal error: RuntimeError: two lines; please report it with your command\n"
    assert run(capsys) == (2, "", message)

    def interrupt(*_: object, **__: object) -> Result:
        raise KeyboardInterrupt

    monkeypatch.setattr("freezelint.engine.check_paths", interrupt)
    assert run(capsys) == (2, "", "\nfreezelint: interrupted; not everything was checked\n")


def test_progress_appears_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter((0.0, 0.5, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2))
    controller, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(output.time, "monotonic", lambda: next(clock, 3.0))
        progress = output.Progress()
        progress(1, 4)
        os.set_blocking(controller, False)
        with pytest.raises(BlockingIOError):
            os.read(controller, 1)
        for done in (2, 3, 4):
            progress(done, 4)
        assert b"Checking" in os.read(controller, 1000)
    os.close(controller)


def test_progress_is_silent_elsewhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    progress = output.Progress()
    for done in (1, 2):
        progress(done, 2)
    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```python\nimport keras\nkeras.layers.Dense(1).trainble = False\n```\n" * 3000)
    command = [sys.executable, "-m", "freezelint", "check", "a.md", "--output-format", "concise"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_output_that_the_terminal_cannot_encode_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "ä.py").write_text("x = 1\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "freezelint", "check", "ä.py", "--show-files"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"\\xe4.py\n")
