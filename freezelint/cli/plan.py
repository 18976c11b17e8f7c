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
    from freezelint.sources.load import load
    from freezelint.sources.source import Program, UnreadableSource

    given = {"keras-version": keras_version, "backend": backend}
    try:
        resolver = Resolver(overrides={name: value for name, value in given.items() if value is not None})
        settings = resolver.for_directory(os.path.dirname(script))
        source = load(script, gated=False)
    except (SettingsError, UnreadableSource) as error:
        output.complain(f"error: {script}: {error}" if isinstance(error, UnreadableSource) else f"error: {error}")
        return 2
    programs = source.programs if source else (Program(()),)
    target = target_of(programs[0], script, settings)
    if source is None:
        output.complain(f"error: {script}: nothing to plan")
        return 2
    plan = plan_source(source, target)
    if output_format == "json":
        click.echo(plan.to_json())
    return 0
