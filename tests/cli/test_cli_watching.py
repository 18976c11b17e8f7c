"""`check --watch`: wrong usage first, then a real process in a terminal whose files change."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from freezelint.__main__ import main

BUG = "import keras\nkeras.layers.Dense(1).trainble = False\n"
needs_watchfiles = pytest.mark.skipif(find_spec("watchfiles") is None, reason="watchfiles is not installed")
WATCHING = "freezelint: watching for changes; Ctrl-C ends"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "--watch watches files, and standard input (-) is none"),
        (["--write-baseline", "b"], "--watch and --write-baseline contradict each other"),
        (["--add-ignore=x"], "--watch and --add-ignore contradict each other"),
        (["--add-ignore"], "--watch and --add-ignore contradict each other"),
        (["--show-files"], "--watch and --show-files contradict each other"),
        (["nope.py"], "error: nothing to watch: nope.py: no such file or directory"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--watch", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_without_watchfiles_the_extra_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["check", "--watch"]) == 2
    assert capsys.readouterr().err == "Error: --watch needs the package watchfiles: pip install 'freezelint[watch]'\n"


class Watched:
    """A process that watches, and the terminal that it writes to."""

    def __init__(self, process: subprocess.Popen[bytes], controller: int) -> None:
        self.process = process
        self._controller = controller

    def screen(self) -> str:
        """What the next run shows, from the clearing of the screen to the word that it watches."""
        seen = b""
        while WATCHING.encode() not in seen:
            ready, _, _ = select.select([self._controller], [], [], 30)
            assert ready, seen
            seen += os.read(self._controller, 4096)
        text = seen.decode().replace("\r\n", "\n")
        assert text.count("\x1b[2J\x1b[3J\x1b[H") == 1
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\n$", "", text).replace(WATCHING, "")

    def quiet(self) -> bool:
        """Whether nothing more is written for as long as two looks at the settings take."""
        return not select.select([self._controller], [], [], 2.5)[0]


@contextlib.contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watched]:
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "freezelint", "check", "--watch", "--output-format", "concise", *arguments]
    environment = {**os.environ, "TERM": "dumb"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells ignore it for background jobs
    ) as process:
        os.close(terminal)
        try:
            yield Watched(process, controller)
        finally:
            process.kill()
            os.close(controller)


@pytest.mark.slow
@needs_watchfiles
def test_it_checks_again_when_something_that_counts_changes(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "a.py").write_text("x = 1\n")
    with watching(tmp_path) as watched:
        assert watched.screen() == "All checks passed! (1 file checked)\n"
        (tmp_path / "a.py").write_text(BUG)
        assert watched.screen().startswith("a.py:2:1: FRZ601 ")
        (tmp_path / "build" / "b.py").write_text(BUG)
        (tmp_path / "notes.txt").write_text(BUG)
        assert watched.quiet()
        (tmp_path / "c.md").write_text(f"```python\n{BUG}```\n")
        assert "c.md:3:1: FRZ601 " in watched.screen()
        (tmp_path / "pyproject.toml").write_text("[tool.freezelint]\nselct = []\n")
        assert 'unknown key "selct"' in watched.screen()
        (tmp_path / "pyproject.toml").write_text("[tool.freezelint]\nignore = ['FRZ601']\n")
        assert watched.screen() == "All checks passed! (2 files checked)\n"
        (tmp_path / "c.md").unlink()
        assert watched.screen() == "All checks passed! (1 file checked)\n"
        os.killpg(watched.process.pid, signal.SIGINT)
        assert watched.process.wait(60) == 0


@pytest.mark.slow
@needs_watchfiles
def test_a_file_that_an_editor_replaces_and_settings_above_it(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n")
    (tmp_path / "src" / "b.py").write_text(BUG)
    with watching(tmp_path, "src/a.py") as watched:
        assert watched.screen() == "All checks passed! (1 file checked)\n"
        (tmp_path / "src" / "new").write_text(BUG)
        os.replace(tmp_path / "src" / "new", tmp_path / "src" / "a.py")
        assert watched.screen().startswith("src/a.py:2:1: FRZ601 ")
        (tmp_path / "src" / "b.py").write_text(BUG + "x = 1\n")
        assert watched.quiet()
        (tmp_path / "freezelint.toml").write_text("ignore = ['FRZ601']\n")
        assert watched.screen() == "All checks passed! (1 file checked)\n"
