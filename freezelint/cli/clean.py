"""`freezelint clean`."""

from __future__ import annotations

import os

import click

from freezelint.cli import output
from freezelint.settings import Resolver, SettingsError


@click.command(short_help="Delete the cache.")
@click.option("--cache-dir", metavar="DIR", help="The folder of the cache (default: as `check` would choose it).")
def command(cache_dir: str | None) -> int:
    """Delete the cache that `freezelint check` keeps for the project of the working directory.

    Exit status: 0, also where there is none; 2 when it cannot be deleted.
    """
    from freezelint.cache import folder_of
    from freezelint.cache.store import clean

    overrides = {} if cache_dir is None else {"cache-dir": cache_dir}
    try:
        folder = folder_of(Resolver(overrides=overrides).for_directory(os.curdir))
        removed = clean(folder)
    except (SettingsError, ValueError) as error:
        output.complain(f"error: {error}")
        return 2
    except OSError as error:
        output.complain(f"error: {error.filename or folder}: cannot be deleted ({error.strerror}); change its rights")
        return 2
    click.echo(f"Removed {folder}" if removed else f"There is no cache at {folder}")
    return 0
