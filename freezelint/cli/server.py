"""`freezelint server`."""

from __future__ import annotations

import click


@click.command(short_help="Speak the language server protocol with an editor.")
@click.option("--stdio", is_flag=True, help="Use standard input and output, as always; for editors that say so.")
def command(stdio: bool) -> int:
    """Show findings in an editor while you type. An editor starts this command and speaks with it over standard
    input and output; docs/editors.md says how to set that up.

    Needs pygls 2: pip install 'freezelint[lsp]'.
    """
    try:
        import pygls.lsp.server  # noqa: F401
    except ImportError as error:
        raise click.ClickException(
            f"the language server needs pygls 2 or newer ({error}): pip install 'freezelint[lsp]'"
        ) from None
    from freezelint.server.app import serve

    serve()
    return 0
