"""Bodies that cannot matter are left out before libcst sees them: its tree costs ten times that of `ast`.

A function that nobody in the program names is analysed on its own. Where the gates would stop a file that held nothing
but this function and what it may call, its body becomes `pass`, with as many rows as before, so that every other place
keeps its row and column.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from freezelint.sources import gate_ast
from freezelint.sources.gate import parse
from freezelint.sources.modules import ModuleFile
from freezelint.sources.source import Program

#: Methods that Python or Keras calls, by how their names begin.
_HOOKS = ("__", "on_", "call", "build", "train_step", "test_step", "predict_step")


@dataclass(frozen=True, slots=True)
class _Definition:
    """A function of a module or a method of the class `owner`, with the identifiers in it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    segment: int
    owner: str
    names: frozenset[str]

    @property
    def alone(self) -> bool:
        """Nothing that another method did to the object is there when it runs: functions, and tests of a class."""
        return not self.owner or self.node.name.startswith("test")


def trim(program: Program, *, beside: Sequence[ModuleFile] = ()) -> Program:
    """The program without the bodies that cannot matter to a rule; as it is where `ast` cannot parse a segment.

    `beside` are the modules that it imports: what they do may be wrong beside anything here.
    """
    texts = [segment.text for segment in program.segments]
    trees = [parse(text) for text in texts]
    if any(tree is None for tree in trees):
        return program
    definitions: list[_Definition] = []
    rest: list[ast.AST] = []
    for number, tree in enumerate(trees):
        if tree is not None:
            definitions += _definitions(tree, number, rest)
    rows = [text.split("\n") for text in texts]
    looks = [module.look for module in beside]
    for definition in _silent(definitions, rest, looks):
        _empty(definition.node, rows[definition.segment])
    segments = zip(program.segments, rows, map(cuts, trees), strict=True)
    return Program(tuple(replace(segment, text="\n".join(lines), cuts=where) for segment, lines, where in segments))


def cuts(tree: ast.Module | None) -> tuple[int, ...]:
    """How many rows lie before each statement of the top level, with its decorators; those of one row are one."""
    found = [0]
    last = 0
    for number, statement in enumerate(tree.body if tree else ()):
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        if number and first > last:
            found.append(last)
        last = statement.end_lineno or first
    return tuple(found) if tree else ()


def _definitions(tree: ast.Module, segment: int, rest: list[ast.AST]) -> Iterator[_Definition]:
    """Functions and methods; every other piece of code goes to `rest`."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _Definition(statement, segment, "", frozenset(_identifiers(statement)))
        elif isinstance(statement, ast.ClassDef):
            rest += (*statement.bases, *statement.keywords, *statement.decorator_list)
            for part in statement.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield _Definition(part, segment, statement.name, frozenset(_identifiers(part)))
                else:
                    rest.append(part)
        else:
            rest.append(statement)


def _identifiers(tree: ast.AST) -> Iterator[str]:
    """Every name in a piece of code, and every string that could be one."""
    for node in gate_ast.walk(tree):
        kind = type(node)
        if kind is ast.Name:
            yield node.id  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            yield node.attr  # type: ignore[attr-defined]
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def _silent(
    definitions: list[_Definition], rest: list[ast.AST], beside: Sequence[gate_ast.Look]
) -> Iterator[_Definition]:
    """What nobody names and in which no rule can find anything, not even beside all that is named."""
    named = frozenset(name for piece in rest for name in _identifiers(piece))
    named = named.union(*(d.names - {d.node.name} for d in definitions))
    free = [d for d in definitions if d.node.name not in named and not d.node.name.startswith(_HOOKS)]
    others = set(definitions).difference(free)
    shared = gate_ast.look(ast.Module([*rest, *(d.node for d in others)], []))  # type: ignore[list-item]
    if any(look.wrong or look.ordered for look in (shared, *beside)):
        return
    shared.names.update(*(look.names for look in beside))
    looks = {d: gate_ast.look(d.node) for d in free}
    loud = {d for d in free if looks[d].wrong or looks[d].ordered}
    classes = {d.owner for d in loud if not d.alone}
    for definition in free:
        looks[definition].names |= shared.names
        heard = definition in loud or looks[definition].combined()
        if not heard and (definition.alone or definition.owner not in classes):
            yield definition


def _empty(node: ast.FunctionDef | ast.AsyncFunctionDef, rows: list[str]) -> None:
    """The body becomes `pass`, except in a function of one row."""
    start = node.body[0]
    decorators = getattr(start, "decorator_list", [])
    first, last = (decorators or [start])[0].lineno, node.end_lineno or 0
    head = rows[first - 1][: start.col_offset]
    if first > node.lineno and not head.strip():
        rows[first - 1 : last] = [f"{head}pass", *[""] * (last - first)]
