"""`freezelint completion`, in the shells themselves where they are installed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from freezelint.__main__ import main

OFFERS = [
    ("freezelint confi", {"config"}),
    ("freezelint config keras-", {"keras-version"}),
    ("freezelint check --write-b", {"--write-baseline"}),
    ("freezelint check --output-format conc", {"concise"}),
    ("freezelint check --backend ", {"tensorflow", "jax", "torch", "auto"}),
    ("freezelint check --select FRZ60", {"FRZ601", "FRZ602", "FRZ603", "FRZ604", "FRZ605", "FRZ606"}),
    ("freezelint rule frz30", {f"FRZ30{digit}" for digit in range(1, 10)}),
    ("freezelint zebra", set()),
]


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A path on which `freezelint` is a command, an empty home, and a plain terminal."""
    command = tmp_path / "bin" / "freezelint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m freezelint "$@"\n')
    command.chmod(0o755)
    (tmp_path / "home").mkdir()
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path / "home"), "TERM": "dumb"}


def script(environment: dict[str, str], shell: str, text: str) -> list[str]:
    """The lines that a shell prints for a script, in the folder of its home."""
    command = {"bash": ["bash", "--norc", "-c", text], "fish": ["fish", "--no-config", "-c", text]}[shell]
    home = environment["HOME"]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_shell_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in capsys.readouterr().err


@needs("bash")
@pytest.mark.parametrize(("line", "offered"), OFFERS)
def test_bash(environment: dict[str, str], line: str, offered: set[str]) -> None:
    words = " ".join(f"'{word}'" for word in line.split(" "))
    call = f"COMP_WORDS=({words}); COMP_CWORD={line.count(' ')}; _freezelint_completion freezelint"
    show = "printf '%s\\n' \"${COMPREPLY[@]}\""
    found = script(environment, "bash", f'eval "$(freezelint completion bash)"; {call}; {show}')
    assert set(filter(None, found)) == offered


@needs("bash")
def test_paths_are_left_to_the_shell(environment: dict[str, str]) -> None:
    ask = "COMP_WORDS='freezelint check tr' COMP_CWORD=2 _FREEZELINT_COMPLETE=bash_complete freezelint"
    assert script(environment, "bash", ask) == ["file,tr"]


@needs("fish")
@pytest.mark.parametrize(("line", "offered"), OFFERS)
def test_fish(environment: dict[str, str], line: str, offered: set[str]) -> None:
    found = script(environment, "fish", f"freezelint completion fish | source; complete -C '{line}'")
    assert {entry.split("\t")[0] for entry in found} == offered


@needs("zsh")
def test_zsh(environment: dict[str, str]) -> None:
    """zsh completes in a terminal only: two lines are typed, the tab key is pressed."""
    controller, terminal = pty.openpty()
    home = environment["HOME"]
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=terminal, stdout=terminal, stderr=terminal, env=environment, cwd=home, close_fds=True
    ) as shell:
        os.close(terminal)
        os.write(
            controller, b'autoload -U compinit; compinit -u -D; eval "$(freezelint completion zsh)"; echo READ""Y\n'
        )
        until(controller, b"READY")
        os.write(controller, b"freezelint confi\tkeras-v\t")
        seen = until(controller, b"freezelint config keras-version", b"config keras-version", b"version ")
        shell.kill()
    os.close(controller)
    assert b"version" in seen


def until(controller: int, *wanted: bytes) -> bytes:
    """What a terminal shows until one of the texts appears."""
    seen = b""
    while not any(text in seen for text in wanted):
        ready, _, _ = select.select([controller], [], [], 60)
        assert ready, seen
        seen += os.read(controller, 4096)
    return seen
