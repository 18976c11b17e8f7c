"""`freezelint config`."""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import asdict

import click

from freezelint.cli import output
from freezelint.cli.complete import setting_names
from freezelint.settings import KEYS


@click.command(short_help="Explain a setting, or list all of them.")
@click.argument("key", required=False, shell_complete=setting_names)
@click.option("--schema", is_flag=True, help="Print the JSON schema of [tool.freezelint], for editors.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def command(key: str | None, schema: bool, output_format: str) -> int:
    """Explain the KEY of [tool.freezelint]: what it does, its values, its default, an example. Without KEY, list all.

    What holds for a file, and from where, says `freezelint check FILE --show-settings`. Exit status: 0, or 2 when
    there is no such key.
    """
    from freezelint.settings import describe

    if schema:
        if key is not None:
            raise click.UsageError("--schema prints all keys; give it or KEY")
        sys.stdout.write(json.dumps(describe.json_schema(), indent=2) + "\n")
        return 0
    name = None if key is None else key.removeprefix("tool.freezelint.").replace("_", "-")
    if name is not None and name not in KEYS:
        near = difflib.get_close_matches(name, KEYS, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else "`freezelint config` lists every key"
        output.complain(f'error: there is no setting "{key}"; {hint}')
        return 2
    found = [describe.key(known) for known in ([name] if name else KEYS)]
    if output_format == "json":
        objects = [asdict(known) for known in found]
        sys.stdout.write(json.dumps(objects[0] if name else objects, indent=2) + "\n")
    elif name:
        sys.stdout.write(_page(found[0]))
    else:
        width = max(len(known.name) for known in found)
        sys.stdout.write("".join(f"{known.name:<{width}}  {known.about}\n" for known in found))
    return 0


def _page(known: object) -> str:
    from freezelint.settings.describe import Key

    assert isinstance(known, Key)
    return (
        f"{known.name}\n\n{known.about}\n\nValues: {known.type}\nDefault: {known.default}\n\n"
        f"[tool.freezelint]\n{known.name} = {known.example}\n"
    )
