"""IPython syntax to Python, row for row and, where real Python stands behind a magic, column for column."""

from __future__ import annotations

import re

from freezelint.sources.gate import parse
from freezelint.sources.rows import Scanner

# Magics that run the Python behind them.
_RUNNERS = r"time|timeit|prun|memit|lprun|mprun|capture|scalene|heat|snakeviz|pyinstrument|wandb|notify"
_CELL_MAGIC = re.compile(r"%%(\w[\w.-]*)?")
_PYTHON_CELL = re.compile(rf"%%(?:{_RUNNERS})\b")
_RUNNER = re.compile(r"%(?:time|timeit|prun|memit)(?=\s|$)(?:\s+-(?:[sfTDlrnp]\s*[\w.]+|\w+)(?=\s))*\s*")
_COMPOUND = re.compile(r"(?:for|while|if|with|try|def|class|async|match|@)\b")
_ASSIGNED = re.compile(r"^(?P<left>[^=!%#]*[^=!%#<>\s]\s*=\s*)(?P<sign>[%!])(?!=)")
_HELP = re.compile(r"(?:%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?\d+\])*)\?\??\s*;?\s*$")
_SHELL = r"pip3?|conda|mamba|cd|ls|mkdir|rmdir|rm|cp|mv|cat|matplotlib|load_ext|reload_ext|autoreload|run"
_AUTOMAGIC = re.compile(rf"(?:{_SHELL})\s+(?!(?:in|is|and|or|not|if|else|for)\b)(?:[A-Za-z_~\"'/.]|-\w+\s+\w)")
_ENVIRONMENT = re.compile(r"%(?:set_)?env\s+(TF_USE_LEGACY_KERAS|KERAS_BACKEND)\s*[=\s]\s*[\"']?([\w.]+)")


def to_python(text: str) -> str:
    """The text of a cell as Python.

    A text that is Python as it stands comes back unchanged. Otherwise magics, shell commands and help
    requests at the start of a logical line become `pass` or blanks, unless this Python's `ast` is merely
    too old for the text.
    """
    if parse(text) is not None:
        return text
    changed = _transform(text)
    if changed == text or parse(changed) is not None:
        return changed
    return text if parses(text) else changed


def without_leading_indent(text: str) -> tuple[str, int]:
    """A cell that begins with blanks runs without them: the text, and how many columns it lost."""
    rows = text.split("\n")
    first = next((row for row in rows if row.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if not indent or parse(text) is not None:
        return text, 0
    if not all(row.startswith(indent) or not row.strip() for row in rows):
        return text, 0
    return "\n".join(row.removeprefix(indent) for row in rows), len(indent)


def parses(text: str) -> bool:
    """Whether libcst, which knows newer syntax than the running Python, parses the text."""
    import libcst

    try:
        libcst.parse_module(text)
    except (libcst.ParserSyntaxError, RecursionError, ValueError):
        return False
    except Exception:  # libcst raises a bare error on some broken tokens
        return False
    return True


def _transform(text: str) -> str:
    rows = text.split("\n")
    filled = (index for index, row in enumerate(rows) if row.strip() and not row.lstrip().startswith("#"))
    first = next(filled, 0)
    while _CELL_MAGIC.match(rows[first]):
        if not _PYTHON_CELL.match(rows[first]):
            return "\n" * (len(rows) - 1)
        rows[first] = ""
        if first + 1 < len(rows):
            first += 1
    scanner = Scanner()
    swallowing = False
    for index, row in enumerate(rows):
        if swallowing:
            swallowing = row.endswith("\\")
            rows[index] = ""
        elif scanner.at_start:
            rows[index] = _row(row)
            swallowing = rows[index] != row and row.endswith("\\") and not rows[index].endswith("\\")
        if not swallowing and rows[index]:
            scanner.feed(rows[index])
    return "\n".join(rows)


def _row(row: str) -> str:
    """One row that starts a logical line."""
    body = row.lstrip(" \t\x0c")
    indent = row[: len(row) - len(body)]
    if not body or body[0] == "#":
        return row
    if body[0] == "%":
        return indent + _line_magic(body)
    if body[0] in "!?" or (body[0] in "/,;" and re.match(r"[/,;]\s*[A-Za-z_]", body)):
        return indent + "pass"
    assigned = _ASSIGNED.match(body)
    if assigned:
        return indent + _assigned(body, assigned)
    if _AUTOMAGIC.match(body) or ("?" in body and _help(body)):
        return indent + "pass"
    return row


def _line_magic(body: str) -> str:
    environment = _ENVIRONMENT.match(body)
    if environment:
        return f'import os; os.environ["{environment[1]}"] = "{environment[2]}"'
    runner = _RUNNER.match(body)
    if not runner or _HELP.match(body):
        return "pass"
    statement = body[runner.end() :]
    if not statement or _COMPOUND.match(statement):
        return "pass"
    return "pass;".ljust(runner.end()) + statement


def _assigned(body: str, match: re.Match[str]) -> str:
    """`x = !ls` and `x = %sql ...` give `x = None`; `x = %time f()` keeps its call in its column."""
    runner = _RUNNER.match(body, match.start("sign"))
    if runner and runner.end() < len(body):
        return match["left"].ljust(runner.end()) + body[runner.end() :]
    return match["left"] + "None"


def _help(body: str) -> bool:
    """Whether the row ends in a help request: `model.fit?`, also behind an assignment."""
    masked = Scanner().feed(body)
    return "#" not in masked and bool(_HELP.search(body)) and '"' not in masked[-2:]
