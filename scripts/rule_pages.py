"""Write the rules' pages in docs/rules/ from their docstrings and fixtures.

    python scripts/rule_pages.py           write them
    python scripts/rule_pages.py --check   exit status 1 when a page in docs/rules/ is not what would be written

What a rule says about itself is its docstring, which `freezelint rule FRZ101` prints as well. What only the fixtures
know (which program claims what for which engine) is on the page in docs/rules/ alone: the wheel has no fixtures.
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from evidence import DOES_NOT_APPLY, ENGINES, FIXTURES, Fact, facts_for, read_facts  # noqa: E402

from freezelint import Settings, check_source  # noqa: E402
from freezelint.rules import Rule, load, modules  # noqa: E402
from freezelint.rules.page import engines, heading, sections  # noqa: E402

PAGES = ROOT / "docs" / "rules"
TITLES = {
    "keras2": "Keras 2",
    "keras3": "Keras 3 on TensorFlow",
    "keras3-jax": "Keras 3 on JAX",
    "keras3-torch": "Keras 3 on torch",
}
GROUPS = {
    "FRZ1": "The flag is written when training no longer looks",
    "FRZ2": "State that keeps moving although the weights are frozen",
    "FRZ3": "Variables",
    "FRZ4": "Hierarchy",
    "FRZ5": "Custom loops and optimizers",
    "FRZ6": "Writes that do nothing",
    "FRZ7": "Saving, loading, adapting",
    "FRZ8": "Practice (preview: off unless selected)",
    "FRZ9": "freezelint itself",
}

#: How freezelint reports about itself where that is no error; it does so on every Keras.
OWN = {"FRZ901": "warning", "FRZ902": "warning"}


def page(rule: Rule) -> str:
    """The whole page of a rule: heading, docstring, the programs that show it."""
    text = heading(rule.code, rule.name, rule.page, preview=rule.preview)
    parts = [text, rule.page.rstrip()]
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    if folder.is_dir():
        parts.append(_programs(folder))
    module = f"{modules()[rule.code]}.py"
    parts.append(
        f"<!-- Written by scripts/rule_pages.py from freezelint/rules/{module} and its fixtures: change those. -->"
    )
    return "\n\n".join(parts) + "\n"


def _programs(folder: Path) -> str:
    """The fixtures of a rule and what running them shows."""
    paths = [*sorted(folder.glob("bad_*.py")), *sorted(folder.glob("good_*.py"))]
    facts = {path: read_facts(path.read_text(encoding="utf-8")) for path in paths}
    shown = [e for e in ENGINES if e in ("keras2", "keras3") or any(f.engine == e for fs in facts.values() for f in fs)]
    lines = [
        "## Programs that show it",
        "",
        "Each was run on every engine named, and showed what its row says, bit by bit "
        "([notation](../../fixtures/README.md)). `bad` programs are reported, `good` ones are not, unless a comment in "
        "them names a backend.",
        "",
        "| program | " + " | ".join(TITLES[engine] for engine in shown) + " |",
        "|---|" + "---|" * len(shown),
    ]
    for path in paths:
        link = f"[{path.stem}](../../fixtures/{folder.name}/{path.name})"
        claims = ["<br>".join(_claim(f) for f in facts[path] if f.engine == engine) for engine in shown]
        lines.append(f"| {link}<br>{_purpose(path)} | " + " | ".join(claims) + " |")
    lines += ["", _elsewhere(paths)]
    return "\n".join(lines)


def _elsewhere(paths: list[Path]) -> str:
    """How many of the programs were run on the other backends of Keras 3, where a cell without a claim is no gap."""
    texts = [path.read_text(encoding="utf-8") for path in paths]
    ran = [sum(facts_for(text, engine) is not None for text in texts) for engine in ("keras3-jax", "keras3-torch")]
    return (
        f"{ran[0]} of the {len(paths)} programs run on JAX and {ran[1]} on torch, the others are programs for "
        "TensorFlow; where nothing else is said they show there what they show on TensorFlow."
    )


def _claim(fact: Fact) -> str:
    if fact.claim.startswith(DOES_NOT_APPLY):
        return fact.claim
    return f"`{fact.claim}`" if fact.subject == "model" else f"`{fact.subject}: {fact.claim}`"


def _purpose(path: Path) -> str:
    """The first comment of a fixture that is not evidence: what the program is an example of."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and not re.match(r"# (evidence|expect)", line):
            return re.sub(r"__|[|*<]", lambda found: "".join(f"\\{mark}" for mark in found[0]), line[2:])
    return ""


def index(rules: list[Rule]) -> str:
    """docs/rules/index.md: every rule, by group, with how it is reported on which Keras."""
    parts = [
        "# Rules",
        "",
        "`freezelint rule CODE` prints the page of a rule, `freezelint rule --all` lists them. How a finding is "
        "reported depends on the Keras that the project uses; – says that nothing is reported, or that the defect "
        "cannot occur. Fixes are those that the rule's bad programs get: safe ones change nothing that runs, unsafe "
        "ones change what trains, as they must, and those to display are suggestions.",
    ]
    for group, members in groupby(rules, key=lambda rule: rule.code[:4]):
        parts += [
            "",
            f"## {group}xx {GROUPS[group]}",
            "",
            "| code | name and defect | Keras&nbsp;2 | Keras&nbsp;3 | fix |",
        ]
        parts.append("|---|---|---|---|---|")
        for rule in members:
            two, three = severity(rule, "Keras 2"), severity(rule, "Keras 3")
            named = f"**{rule.name}**<br>{rule.summary}"
            parts.append(f"| [{rule.code}]({rule.code}.md) | {named} | {two} | {three} | {fixes(rule)} |")
    parts += ["", "<!-- Written by scripts/rule_pages.py from the docstrings of freezelint/rules/. -->"]
    return "\n".join(parts) + "\n"


def severity(rule: Rule, generation: str) -> str:
    """How a rule is reported on a generation; where the backends differ, each by its name."""
    if rule.code.startswith("FRZ9"):
        return OWN.get(rule.code, "error")
    rows = [(row.engine, row.reported) for row in engines(rule.page) if row.engine.startswith(generation)]
    if len({reported for _, reported in rows}) <= 1:
        return rows[0][1] if rows else ""
    return ", ".join(f"{reported} ({engine.rpartition(' ')[2]})" for engine, reported in rows)


def fixes(rule: Rule) -> str:
    """The applicabilities of the fixes that a rule offers for its own bad programs, – when it offers none."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("bad_*.py"))]
    texts += re.findall(r"```python\n(.*?)```", sections(rule.page).get("Example", ""), re.DOTALL)
    found = set()
    for generation in ("2", "3"):
        settings = Settings.of(select=["ALL"], preview=True, keras_version=generation, backend="tensorflow")
        for text in texts:
            findings = check_source(text, filename="example.py", settings=settings)
            found |= {f.fix.applicability for f in findings if f.fix and f.code == rule.code}
    return ", ".join(name for name in ("safe", "unsafe", "display") if name in found) or "–"


def written() -> dict[Path, str]:
    """Every file of docs/rules/ with the text that it should have."""
    rules = [load(code) for code in modules()]
    return {PAGES / "index.md": index(rules), **{PAGES / f"{rule.code}.md": page(rule) for rule in rules}}


def stale(files: dict[Path, str]) -> list[str]:
    """What is wrong with docs/rules/: pages that are missing, differ, or belong to no rule."""
    found = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    extra = [path for path in sorted(PAGES.glob("*.md")) if path not in files]
    return [f"{path.relative_to(ROOT)} is not what its rule says" for path in found] + [
        f"{path.relative_to(ROOT)} belongs to no rule" for path in extra
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when a page is stale")
    files = written()
    if parser.parse_args(arguments).check:
        wrong = stale(files)
        print("\n".join([*wrong, "run `python scripts/rule_pages.py`"] if wrong else [f"{len(files)} pages are fresh"]))
        return 1 if wrong else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(files)} pages in {PAGES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
