"""A rule's page as SARIF's reportingDescriptor: what code scanning shows beside a result."""

from __future__ import annotations

import re
from typing import Any

from freezelint import rules
from freezelint.rules.page import heading, sections, severities

# The engine reports these itself: their pages have no table of engines.
_WARNINGS = ("FRZ901", "FRZ902")
_BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"`([^`\n]*)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\([^)]*\)")


def descriptor(code: str) -> dict[str, Any]:
    """Name, summary, page (Markdown and plain) and default level of one rule."""
    rule = rules.load(code)
    page = f"{heading(rule.code, rule.name, rule.page, preview=rule.preview)}\n\n{rule.page.rstrip()}\n"
    severity = level(rule)
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": _plain(rule.summary)},
        "fullDescription": {"text": _plain(sections(rule.page).get("What it does", rule.summary))},
        "help": {"text": _plain(page), "markdown": page},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": severity, "enabled": not rule.preview},
        "properties": {"tags": ["keras", "tensorflow"], "problem.severity": severity, "precision": "high"},
    }


def level(rule: rules.Rule) -> str:
    """ "error" where a rule reports an error on any engine, else "warning"."""
    said = [text for text in severities(rule.page).values() if text]
    if said:
        return "error" if any("error" in text for text in said) else "warning"
    return "warning" if rule.code in _WARNINGS else "error"


def _plain(markdown: str) -> str:
    """Markdown without its marks, code indented: text that reads well where nothing renders it."""
    text = _BLOCK.sub(lambda match: "".join(f"    {row}\n" for row in match[1].splitlines()).rstrip("\n"), markdown)
    return _MARKS.sub(lambda match: match[1] or match[2] or match[3] or "", text)
