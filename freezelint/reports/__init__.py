"""Reports: one module per output format, each with `render(result, color=…)`, found by the format's name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from freezelint.result import Result

# Formats that a person reads end with the summary line; the others are for programs.
TEXT_FORMATS = ("full", "concise", "grouped")


def render(output_format: str, result: Result, *, color: bool = False) -> str:
    """The report in one format, "" or ending in a newline. ModuleNotFoundError for an unknown format."""
    from importlib import import_module

    text: str = import_module(f"freezelint.reports.{output_format.replace('-', '_')}").render(result, color=color)
    return text
