"""`freezelint plan`."""

from __future__ import annotations

import os

import click

from freezelint.cli import output
from freezelint.settings import Resolver, SettingsError


@click.command(short_help="Say what each training call of a script will train, without running it.")
@click.argument("script")
@click.option("--keras-version", metavar="2|3|auto", help="The Keras generation to plan for.")
@click.option("--backend", metavar="tensorflow|jax|torch|auto", help="The Keras 3 backend to plan for.")
@click.option("--output-format", type=click.Choice(["table", "json"]), default="table", show_default=True,
              help="How to print the plan.")  # fmt: skip
def command(script: str, keras_version: str | None, backend: str | None, output_format: str) -> int:
    """Say for every training call of SCRIPT what it will train, what stays still and what is not known.

    SCRIPT is a Python file, a notebook or a Markdown file; nothing of it is run. Exit status: 0, or 2 when the
    whole job could not be done.
    """
    from freezelint.file_check import target_of
    from freezelint.plan import plan_source
    from freezelint.plan.table import table
    from freezelint.sources.load import load
    from freezelint.sources.source import Program, UnreadableSource

    given = {"keras-version": keras_version, "backend": backend}
    try:
        resolver = Resolver(overrides={name: value for name, value in given.items() if value is not None})
        settings = resolver.for_directory(os.path.dirname(script))
        source = load(script, gated=False)
    except SettingsError as error:
        output.complain(f"error: {error}")
        return 2
    except UnreadableSource as error:
        output.complain(f"error: {script}: {error}")
        return 2
    if source is None or not source.programs:
        output.complain(f"error: {script}: there is no Python code in it")
        return 2
    target = target_of(Program(tuple(s for p in source.programs for s in p.segments)), script, settings)
    plan = plan_source(source, target)
    if output_format == "json":
        click.echo(plan.to_json())
    else:
        click.echo(table(plan))
        if not plan.calls:
            click.echo(f"{script} makes no training call (fit, train_on_batch, apply_gradients).")
    return 2 if any("does not parse" in note for note in plan.notes) else 0
