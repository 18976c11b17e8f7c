"""What a shell offers behind an option: asked for by click when somebody presses the tab key, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def codes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes and groups of rules, also behind a comma."""
    from click.shell_completion import CompletionItem

    from freezelint import rules

    before, _, last = incomplete.rpartition(",")
    start = f"{before}," if before else ""
    found = {code: rules.load(code).summary for code in rules.modules()} | {"ALL": "every rule"}
    return [CompletionItem(start + code, help=found[code]) for code in sorted(found) if code.startswith(last.upper())]


def rule_codes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes of rules."""
    return [item for item in codes(context, parameter, incomplete) if item.value != "ALL"]


def setting_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Keys of `[tool.freezelint]`."""
    from freezelint.settings import KEYS

    return [key for key in KEYS if key.startswith(incomplete)]


def values(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The values of an option that is a setting with a choice, such as --output-format."""
    from freezelint.settings import KEYS
    from freezelint.settings.schema import Choice

    parser = KEYS.get((parameter.name or "").replace("_", "-"))
    return [text for text in parser.choices if text.startswith(incomplete)] if isinstance(parser, Choice) else []


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders: the shell lists them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]
