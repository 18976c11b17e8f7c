"""The page of a rule beside the code that it speaks of."""

from __future__ import annotations

from lsprotocol import types

from freezelint import rules
from freezelint.findings import Finding
from freezelint.rules.page import heading


def hover(findings: list[Finding]) -> types.Hover | None:
    """What each finding says and the page of its rule, as Markdown; None without a finding."""
    pages = []
    for code in dict.fromkeys(finding.code for finding in findings):
        rule = rules.load(code)
        said = "\n\n".join(f"**{f.message}**" for f in findings if f.code == code)
        title = heading(rule.code, rule.name, rule.page, preview=rule.preview)
        pages.append(f"{said}\n\n{title}\n\n{rule.page.strip()}\n\n[{rule.code} on the web]({rule.url})")
    if not pages:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)))
