"""`freezelint completion`."""

from __future__ import annotations

import sys

import click

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the script that makes SHELL complete commands, options, codes and settings of freezelint.

    bash: eval "$(freezelint completion bash)" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc, below compinit; fish:
    freezelint completion fish > ~/.config/fish/completions/freezelint.fish
    """
    from click.shell_completion import get_completion_class

    from freezelint.cli.group import cli

    complete = get_completion_class(shell)
    assert complete is not None
    sys.stdout.write(complete(cli, {}, "freezelint", "_FREEZELINT_COMPLETE").source().rstrip() + "\n")
    return 0
