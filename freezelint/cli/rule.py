"""`freezelint rule`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from freezelint import rules
from freezelint.cli import output
from freezelint.cli.complete import rule_codes
from freezelint.rules.page import REFERENCES, REPORTS, engines, heading, links, severities
from freezelint.settings.codes import nearest_code


@click.command(short_help="Explain a rule, or list all of them.")
@click.argument("code", required=False, shell_complete=rule_codes)
@click.option("--all", "every", is_flag=True, help="All rules, one a line; as JSON with all of their pages.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def command(code: str | None, every: bool, output_format: str) -> int:
    """Explain a rule by its CODE or name: what it finds, why that is wrong, what Keras 2 and Keras 3 do.

    Exit status: 0, or 2 when there is no such rule.
    """
    if every == (code is not None):
        raise click.UsageError("give one CODE such as FRZ102, or --all")
    if code is None:
        found = [rules.load(known) for known in rules.modules()]
    else:
        known = _find(code)
        if known is None:
            near = nearest_code(code)
            hint = f'did you mean "{near}"?' if near else "`freezelint rule --all` lists every code"
            output.complain(f'error: there is no rule "{code}"; {hint}')
            return 2
        found = [rules.load(known)]
    if output_format == "json":
        objects = [_object(rule) for rule in found]
        sys.stdout.write(json.dumps(objects if every else objects[0], indent=2, ensure_ascii=False) + "\n")
    elif every:
        width = max((len(rule.name) for rule in found), default=0)
        sys.stdout.write("".join(f"{rule.code}  {rule.name:<{width}}  {rule.summary}\n" for rule in found))
    else:
        rule = found[0]
        sys.stdout.write(f"{heading(rule.code, rule.name, rule.page, preview=rule.preview)}\n\n{rule.page.rstrip()}\n")
    return 0


def _find(text: str) -> str | None:
    """The code that a code in any case, or a rule's name, stands for."""
    for code, module in rules.modules().items():
        if text.upper() == code or text.lower() == module.split("_", 1)[1].replace("_", "-"):
            return code
    return None


def _object(rule: rules.Rule) -> dict[str, object]:
    """One rule as JSON: `severity` by target, None where the rule is silent; `engines` the rows of its table."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "preview": rule.preview,
        "url": rule.url,
        "severity": severities(rule.page),
        "engines": [asdict(row) for row in engines(rule.page)],
        "reports": [asdict(link) for link in links(rule.page, REPORTS)],
        "references": [asdict(link) for link in links(rule.page, REFERENCES)],
        "explanation": rule.page,
    }
