"""`freezelint check`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from freezelint.cli import complete, output
from freezelint.cli.optional_reason import OptionalReason
from freezelint.settings import KEYS, Resolver, SettingsError
from freezelint.settings.schema import FORMATS

if TYPE_CHECKING:
    from freezelint.cli.destinations import Destination
    from freezelint.result import Result


def _codes(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> list[str] | None:
    """Join repeated and comma-separated codes; None when the option was not given."""
    return [code.strip() for text in value for code in text.split(",") if code.strip()] if value else None


def _files(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[Destination, ...]:
    if not value:
        return ()
    from freezelint.cli.destinations import parse

    return parse(value)


_CODES: Any = {"multiple": True, "metavar": "CODE,...", "callback": _codes, "shell_complete": complete.codes}
_CHOICE: Any = {"shell_complete": complete.values}
_FILE: Any = {"metavar": "FILE", "shell_complete": complete.files}


@click.command(cls=OptionalReason, short_help="Find freeze bugs in Python files, notebooks and Markdown.")
@click.argument("paths", nargs=-1, metavar="[PATH ... | -]", shell_complete=complete.files)
@click.option("--select", **_CODES, help="Rules to enable, by prefix: FRZ1, FRZ102, ALL.")
@click.option("--ignore", **_CODES, help="Rules to disable, by prefix.")
@click.option("--extend-select", **_CODES, help="Like --select, but on top of the other selections.")
@click.option("--preview/--no-preview", default=None, help="Enable preview rules (FRZ8) that are selected.")
@click.option("--keras-version", **_CHOICE, metavar="2|3|auto", help="The Keras generation to check for.")
@click.option("--backend", **_CHOICE, metavar="tensorflow|jax|torch|auto", help="The Keras 3 backend to check for.")
@click.option("--output-format", **_CHOICE, metavar="FORMAT", help=f"How to print findings: {', '.join(FORMATS)}.")
@click.option("--output-file", multiple=True, metavar="[FORMAT:]FILE", callback=_files,
              help="Write the findings to a file instead; with a FORMAT, as well. Repeatable.")  # fmt: skip
@click.option("--fix/--no-fix", default=None, help="Apply the safe fixes to the files.")
@click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="With --fix or --diff: unsafe fixes as well.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing. Exit 1 if anything.")
@click.option("--baseline", **_FILE, help="Report only what exceeds this baseline.")
@click.option("--write-baseline", **_FILE, help="Write the findings to a baseline, or shrink one.")
@click.option("--extend-baseline", is_flag=True, help="With --write-baseline: new findings enter an old baseline too.")
@click.option("--add-ignore", metavar="[=REASON]", help="Add an ignore comment to every statement with a finding.")
@click.option("--statistics", is_flag=True, help="Print how often each rule fired instead of the findings.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 even with findings, still 2 when incomplete.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to use (default: one a core).")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("--cache-dir", metavar="DIR", help="The folder of the cache (default: .freezelint_cache).")
@click.option("--isolated", is_flag=True, help="Ignore all settings files.")
@click.option("--config", **_FILE, help="Use this pyproject.toml or freezelint.toml only.")
@click.option("--stdin-filename", metavar="NAME", help="The name of what is read from standard input.")
@click.option("--force-exclude", is_flag=True, help="Exclude files also when they are given by name.")
@click.option(
    "--follow-imports/--no-follow-imports", default=None, help="Read imported modules of the project (default)."
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--show-files", is_flag=True, help="List the files that would be checked, and stop.")
@click.option("--show-settings", is_flag=True, help="Show settings and target, and where each came from.")
def command(paths: tuple[str, ...], config: str | None, isolated: bool, **options: object) -> int:
    """Find freeze bugs in Python files, Jupyter notebooks and the Python blocks of Markdown files.

    PATH is a file, a folder (default: the working directory) or - for standard input.

    Exit status: 0 clean, 1 findings, 2 when the whole job could not be done.
    """
    if config is not None and isolated:
        raise click.UsageError("--config and --isolated contradict each other; give one of them")
    try:
        overrides = _overrides(options)
        resolver = Resolver(config=config, isolated=isolated, overrides=overrides)
        if options["watch"]:
            from freezelint.cli.watching import watch

            again = partial(Resolver, config=config, isolated=isolated, overrides=overrides)
            return watch(paths or (os.curdir,), again, {**options, "config": config})
        return _run(paths, resolver, options)
    except SettingsError as error:
        output.complain(f"error: {error}")
        return 2


def _overrides(options: dict[str, object]) -> dict[str, object]:
    """The options that are settings, under their names in the settings file."""
    given = {name: options[name.replace("-", "_")] for name in KEYS if name.replace("-", "_") in options}
    given["force-exclude"] = options["force_exclude"] or None
    return {name: value for name, value in given.items() if value is not None}


def _run(paths: tuple[str, ...], resolver: Resolver, options: dict[str, object]) -> int:
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) stands alone; give it or paths")
    wanted = paths or (os.curdir,)
    gc.set_threshold(1_000_000, 20, 50)  # trees are large and hold no cycles: a tenth less time
    if options["show_settings"]:
        from freezelint.cli.show import show_settings

        return show_settings(_standard_input_name(options) if "-" in paths else wanted, resolver)
    if options["show_files"]:
        from freezelint.cli.show import show_files

        return show_files(wanted, resolver)
    review = _review(wanted, resolver, options)
    if options["diff"] or resolver.for_directory(os.curdir).fix:
        from freezelint.cli import fixing

        return fixing.run(wanted, resolver, options, review)
    from freezelint import engine

    if "-" in paths:
        (name,) = _standard_input_name(options)
        result = engine.check_text(sys.stdin.buffer.read(), name, resolver)
    else:
        cache = None
        if not options["no_cache"]:
            from freezelint.cache import open_cache

            cache = open_cache(resolver.for_directory(os.curdir))
        result = engine.check_paths(wanted, resolver, progress=output.Progress(), jobs=options["jobs"], cache=cache)  # type: ignore[arg-type]
        if not result.files and not result.errors:
            output.complain("warning: no Python, notebook or Markdown file under the given paths")
    return output.conclude(review(result), resolver, options)


def _review(paths: tuple[str, ...], resolver: Resolver, options: dict[str, object]) -> Callable[[Result], Result]:
    """What is done with a result before it is reported: a baseline, comments that ignore."""
    asked = any(options[name] not in (None, False) for name in ("write_baseline", "extend_baseline", "add_ignore"))
    if not asked and not resolver.for_directory(os.curdir).baseline:
        return lambda result: result
    from freezelint.cli.review import review_of

    return review_of(paths, resolver, options)


def _standard_input_name(options: dict[str, object]) -> tuple[str, ...]:
    return (str(options["stdin_filename"] or "<stdin>"),)
