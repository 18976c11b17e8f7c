"""freezelint verify: run a training script for one step per training call and say what moved."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("script", type=click.Path(path_type=Path))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.option("--steps", type=click.IntRange(min=1), default=1, show_default=True, help="Steps per training call.")
@click.option("--full", is_flag=True, help="Train for as long as the script says.")
@click.option("--expect-frozen", multiple=True, metavar="PATTERN", help="These must stay, such as backbone/**.")
@click.option("--expect-trainable", multiple=True, metavar="PATTERN", help="These must move.")
@click.option("--output-format", type=click.Choice(["table", "json"]), default="table", show_default=True,
              help="With json the script's own prints go to standard error.")  # fmt: skip
@click.pass_context
def verify(
    context: click.Context,
    script: Path,
    args: tuple[str, ...],
    steps: int,
    full: bool,
    expect_frozen: tuple[str, ...],
    expect_trainable: tuple[str, ...],
    output_format: str,
) -> None:
    """Run SCRIPT with ARGS, one step per training call, and say what the flags said and what moved.

    Options go before SCRIPT, everything after it is the script's. Exit 0: all as expected; 1: something
    leaked, drifted or could not train, or nothing moved; 2: the script never trained, a pattern matched
    nothing, or no such script. A script that fails or exits with a status of its own keeps that status.
    """
    from freezelint.runtime.script import run_script

    quiet = contextlib.redirect_stdout(sys.stderr) if output_format == "json" else contextlib.nullcontext()
    try:
        with quiet:
            run = run_script(
                script, args, steps=None if full else steps, frozen=expect_frozen, trainable=expect_trainable
            )
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error
    if output_format == "json":
        click.echo(run.to_json())
    elif run.reports:
        _show(run.to_table())
    for sentence in run.unmatched:
        click.echo(f"error: {sentence}", err=True)
    if run.status:
        context.exit(run.status)
    for sentence in run.unjudged:
        click.echo(f"error: {sentence}: build it, or call it on a batch, before that call", err=True)
    if not run.reports and not run.unjudged:
        click.echo(
            f"error: {script} made no training call (fit, train_on_batch, or an optimizer's apply), "
            "so there was nothing to verify",
            err=True,
        )
    if not run.reports:
        context.exit(2)
    context.exit(2 if run.unmatched else int(run.verdict != "passed"))


def _show(table: str) -> None:
    from freezelint.cli.output import wants_color
    from freezelint.cli.verdict_colors import colored

    color = wants_color(sys.stdout)
    click.echo(colored(table) if color else table, color=color)


command = verify
