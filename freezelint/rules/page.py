"""The parts of a rule's page: its docstring, read as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The targets of a table of engines, and the rows that speak for them.
TARGETS = {
    "keras2": ("Keras 2",),
    "keras3": ("Keras 3 on TensorFlow", "Keras 3 on any backend"),
    "keras3-jax": ("Keras 3 on JAX", "Keras 3 on JAX and torch", "Keras 3 on any backend"),
    "keras3-torch": ("Keras 3 on torch", "Keras 3 on JAX and torch", "Keras 3 on any backend"),
}
ENGINES, REPORTS, REFERENCES = "What each Keras does", "Public reports", "References"
NOT_REPORTED = "–"
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)([^\n]*(?:\n  [^\n]+)*)")


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One row of the table: what happens on an engine, by column, and how the rule reports it there."""

    engine: str
    happens: dict[str, str]
    reported: str


@dataclass(frozen=True, slots=True)
class Link:
    """`title` is the text of the link, `note` what the page says of it."""

    title: str
    url: str
    note: str


def sections(page: str) -> dict[str, str]:
    """Title to text for every `##` section, in order."""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def engines(page: str) -> list[EngineRow]:
    """The rows of the table of engines; empty for a page without one."""
    lines = [line for line in sections(page).get(ENGINES, "").splitlines() if line.startswith("|")]
    if len(lines) < 3:
        return []
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    found = []
    for row in rows:
        cells = dict(zip(header[1:], row[1:], strict=True))
        reported = cells.pop("reported", "")
        found.append(EngineRow(row[0], cells, reported))
    return found


def severities(page: str) -> dict[str, str | None]:
    """Target to "error", "warning", "error or warning", or None where the rule is silent there or does not say."""
    rows = {row.engine: row.reported for row in engines(page)}
    said = {target: next((rows[name] for name in names if name in rows), "") for target, names in TARGETS.items()}
    return {target: None if text in ("", NOT_REPORTED) else text for target, text in said.items()}


def links(page: str, section: str) -> list[Link]:
    """The links of a section, in order."""
    found = _LINK.findall(sections(page).get(section, ""))
    return [Link(*(" ".join(part.lstrip(":,").split()) for part in parts)) for parts in found]


def heading(code: str, name: str, page: str, *, preview: bool) -> str:
    """What stands above the docstring: name, code, and how the rule reports on which Keras."""
    said = {row.engine: row.reported for row in engines(page) if row.engine.startswith("Keras") and row.reported}
    lines = [f"# {name} ({code})"]
    if said:
        how = [f"{'nothing' if text == NOT_REPORTED else text} ({engine})" for engine, text in said.items()]
        lines.append("Reported as: " + ", ".join(how))
    if preview:
        lines.append("This rule is in preview: select it with `--preview`.")
    return "\n\n".join(lines)
