"""Markdown: fenced Python blocks, which run in order like the cells of a notebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from freezelint.sources import ipython, python2
from freezelint.sources.gate import parse
from freezelint.sources.python import decode
from freezelint.sources.source import Program, Segment, Source

FRAMEWORKS = frozenset({"tensorflow", "keras", "tf_keras"})

_MARK = r"(?:[ \t]*>)*(?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*"
_FENCE = re.compile(rf"^(?P<prefix>{_MARK})(?P<fence>`{{3,}}|~{{3,}})(?P<info>.*)$")
_QUOTE = re.compile(r"^(?:[ \t]*>)+[ ]?")
_NAMES = r"(?:i?python(?:[23](?:\.\d+)?)?|py3?|pycon|python-repl|code-cell|testcode|doctest)"
_PLAIN = re.compile(rf"{_NAMES}(?=$|[\s,;:{{])", re.IGNORECASE)
_BRACED = re.compile(rf"\{{\s*\.?{_NAMES}(?=[\s,}}])[^}}]*\}}", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\{(?:code-block|code|sourcecode|code-cell)\}\s*(?P<language>\S*)")
_OPTION = re.compile(r"^\s*:[\w-]+:")


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows between two fences; `columns` is what the mark of a quotation took from each row."""

    info: str
    rows: tuple[str, ...]
    first_row: int
    columns: int


def read_markdown(data: bytes, filename: str, *, preview: bool = False) -> Source:
    """A Markdown file as programs of fenced Python blocks.

    A block that imports its framework again begins a new program. A block that does not parse is left out,
    unless `preview` asks for it. Raises UnreadableSource where the bytes are not UTF-8 text.
    """
    programs: list[list[Segment]] = []
    imported = False
    for block in _blocks(decode(data).split("\n")):
        if not _is_python(block.info):
            continue
        segment, tree = _segment(block)
        if tree is None and not preview and not ipython.parses(segment.text):
            continue
        imports = tree is not None and _imports_framework(tree)
        if not programs or (imports and imported):
            programs.append([])
            imported = False
        imported = imported or imports
        programs[-1].append(segment)
    return Source(filename, "markdown", tuple(Program(tuple(segments)) for segments in programs))


def _blocks(rows: list[str]) -> Iterator[_Block]:
    """All fenced blocks, of whatever language: a fence inside another block is text of that block."""
    index = 0
    while index < len(rows):
        match = _FENCE.match(rows[index])
        index += 1
        if not match or (match["fence"][0] == "`" and "`" in match["info"]):
            continue
        start = index
        closing = re.compile(rf"^[ \t>]*{re.escape(match['fence'][0])}{{{len(match['fence'])},}}[ \t]*$")
        while index < len(rows) and not closing.match(rows[index]):
            index += 1
        content = rows[start:index]
        quoted = ">" in match["prefix"]
        marks = [_QUOTE.match(row) for row in content] if quoted else []
        columns = max((mark.end() for mark in marks if mark), default=0)
        if quoted:
            content = [row[mark.end() :] if mark else row for row, mark in zip(content, marks, strict=True)]
        yield _Block(match["info"].strip(), tuple(content), start + 1, columns)
        index += 1


def _is_python(info: str) -> bool:
    directive = _DIRECTIVE.match(info)
    if directive:
        language = directive["language"]
        return bool(re.fullmatch(_NAMES, language, re.IGNORECASE)) or info == "{code-cell}"
    return bool(_PLAIN.match(info) or _BRACED.match(info))


def _segment(block: _Block) -> tuple[Segment, ast.Module | None]:
    rows = list(block.rows)
    if _DIRECTIVE.match(block.info):
        _blank_options(rows)
    margin = _margin(rows)
    rows = [row[margin:] if row.strip() else "" for row in rows]
    indent = block.columns + margin
    if next((row for row in rows if row), "").startswith(">>>"):
        rows = _without_prompts(rows)
        indent += len(">>> ")
    text = ipython.to_python("\n".join(rows) + "\n")
    tree = parse(text)
    repaired = python2.repair(text) if tree is None else None
    if repaired is not None:
        text, tree = repaired, parse(repaired)
    return Segment(text, first_row=block.first_row, indent=indent, repaired=repaired is not None), tree


def _margin(rows: list[str]) -> int:
    """How many columns of blanks all rows have in common."""
    filled = [row for row in rows if row.strip()]
    margin = 0
    while filled and all(row[margin : margin + 1] in (" ", "\t") for row in filled):
        if len({row[margin] for row in filled}) > 1:
            break
        margin += 1
    return margin


def _blank_options(rows: list[str]) -> None:
    """Blank the options of a MyST directive: `:tags: [x]` rows, or a YAML block between `---`."""
    if rows and rows[0].strip() == "---":
        end = next((index for index, row in enumerate(rows[1:], 1) if row.strip() == "---"), 0)
        rows[: end + 1] = [""] * (end + 1)
        return
    for index, row in enumerate(rows):
        if not _OPTION.match(row):
            return
        rows[index] = ""


def _without_prompts(rows: list[str]) -> list[str]:
    """The code of an interactive session; output rows are blank."""
    code: list[str] = []
    inside = False
    for row in rows:
        prompt = row[:3] in (">>>", "...") and row[3:4] in ("", " ")
        inside = prompt and (row.startswith(">>>") or inside)
        code.append(row[4:] if inside else "")
    return code


def _imports_framework(tree: ast.Module) -> bool:
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        if any(name.partition(".")[0] in FRAMEWORKS for name in names):
            return True
    return False
