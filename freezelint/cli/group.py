"""The command group. A command's module is imported when the command runs, so that `--help` stays quick."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from freezelint import __version__

COMMANDS = {
    "check": "Find freeze bugs in Python files, notebooks and Markdown.",
    "rule": "Explain a rule, or list all of them.",
    "plan": "Say what each training call of a script will train, without running it.",
    "verify": "Run a training script for one step per training call and say what moved.",
    "server": "Speak the language server protocol with an editor.",
    "config": "Explain a setting, or list all of them.",
    "completion": "Print the completion script of a shell.",
    "clean": "Delete the cache.",
    "demo": "A fine-tuning script with a freeze bug: linted, verified, repaired, verified again.",
}


class _Commands(click.Group):
    """Commands by name: `check` is the command `check` in freezelint/cli/check.py."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"freezelint.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1, cutoff=0.5)
            hint = f'did you mean "{near[0]}"?' if near else f"use one of: {', '.join(COMMANDS)}."
            ctx.fail(f'No such command "{args[0]}"; {hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="freezelint", message="%(prog)s %(version)s")
def cli() -> None:
    """What will really train, and did the rest stay still? A linter and verifier for Keras and TensorFlow code."""


def run(arguments: list[str]) -> int:
    """Run the command line; whatever happens ends in an exit status and at most a message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(args=arguments, prog_name="freezelint", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("freezelint: interrupted; not everything was checked\n")
        return 2
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(f"freezelint: internal error: {reason}; please report it with your command\n")
        return 2


def _reader_gone() -> int:
    """The reader of our output has gone (`| head`): be quiet, also when Python flushes at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2
