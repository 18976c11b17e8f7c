"""What the program does, in order: a program's source becomes events on models, layers and variables."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import libcst as cst

from freezelint.sources.source import Program, Segment
from freezelint.timeline import trees
from freezelint.timeline.budget import OutOfBudget
from freezelint.timeline.detail.memory import Detail
from freezelint.timeline.events import Event, Site
from freezelint.timeline.grouping import group
from freezelint.timeline.imported import Imported
from freezelint.timeline.machine import Machine
from freezelint.timeline.python.calls import run_alone
from freezelint.timeline.python.expressions import evaluate
from freezelint.timeline.python.instances import new_instance
from freezelint.timeline.python.lower import Lowering
from freezelint.timeline.room import with_room
from freezelint.timeline.syntax import code_of
from freezelint.timeline.trees import Tree
from freezelint.timeline.values import Class, Function, Ref

_E = TypeVar("_E", bound=Event)
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A segment that does not parse: its index, and the 1-based row and column in its text."""

    segment: int
    row: int
    column: int
    message: str


@dataclass(slots=True)
class Timeline:
    """The events of one program in execution order. `complete` is False when the walk ran out of its budget."""

    events: tuple[Event, ...]
    problems: tuple[SyntaxProblem, ...]
    complete: bool
    machine: Machine
    program: Program
    _trees: dict[int, Tree] = field(default_factory=dict)
    _of_kind: dict[object, tuple[Event, ...]] = field(default_factory=dict)
    _grouped: dict[object, Any] = field(default_factory=dict)

    def of(self, kind: type[_E]) -> Iterator[_E]:
        """Events of one kind, in order."""
        if kind not in self._of_kind:
            self._of_kind[kind] = tuple(event for event in self.events if isinstance(event, kind))
        return iter(self._of_kind[kind])  # type: ignore[arg-type]

    def by(self, kind: type[_E], keys: Callable[[_E], Iterable[_K]]) -> Mapping[_K, Sequence[_E]]:
        """Events of one kind under each of their keys (see `grouping`), in order."""
        if (kind, keys) not in self._grouped:
            self._grouped[kind, keys] = group(self.of(kind), keys)
        return self._grouped[kind, keys]  # type: ignore[no-any-return]

    def span(self, site: Site) -> tuple[int, int, int, int]:
        """(row, column, end row, end column) of a site in its segment: 1-based, the end exclusive."""
        return self._tree(site.segment).span(site.node)

    def path(self, site: Site) -> list[cst.CSTNode]:
        """The nodes from the module of a segment down to a site, both included."""
        return self._tree(site.segment).path(site.node)

    def inside(self, site: Site) -> Iterable[cst.CSTNode]:
        """A site's node and all that are in it, in the order of the text."""
        return self._tree(site.segment).inside(site.node)

    def tree(self, number: int) -> cst.Module:
        """The tree of a segment that was walked."""
        return self._tree(number).module

    def _tree(self, number: int) -> Tree:
        imported = self.machine.imported
        if imported is None or not imported.is_foreign(number):
            return self._trees[number]
        return imported.segments[number - imported.first][2]

    def has(self, number: int) -> bool:
        """Whether a segment of the program parsed, so that it has a tree."""
        return number in self._trees or (self.machine.imported is not None and self.machine.imported.is_foreign(number))

    def segment(self, number: int) -> tuple[str | None, Segment]:
        """A segment of a site, and the file that it is in when that is another than the program's."""
        imported = self.machine.imported
        if imported is None or not imported.is_foreign(number):
            return None, self.program.segments[number]
        return imported.shown(number), imported.segments[number - imported.first][1]

    def function_of(self, site: Site) -> str:
        """The function or method that a site is in: `build`, `Trainer.run`; "" outside of functions."""
        row, column, _, _ = self.span(site)
        return self._tree(site.segment).function_at(row, column)

    def label(self, id: int) -> str:
        """How a reader would name an object."""
        return self.machine.label(id)


@with_room
def build(program: Program, detail: Detail | None = None, *, filename: str | None = None) -> Timeline:
    """Walk a program. Segments that do not parse become problems, the others are still followed.

    With `detail` the walk also follows one generation of Keras flag by flag and fills it. With `filename`, the file
    on disk that the program is in, imports of modules of its project are followed into their files.
    """
    found: dict[int, Tree] = {}
    problems = []
    for number, segment in enumerate(program.segments):
        parsed = _parse(number, segment.text, segment.cuts)
        if isinstance(parsed, SyntaxProblem):
            problems.append(parsed)
        else:
            found[number] = parsed
    machine = Machine(evaluate, lambda f: lowering.function_body(f), lambda node: lowering.statement(node))
    machine.detail = detail
    if filename is not None:
        machine.imported = Imported(filename, len(program.segments))
    lowering = Lowering(machine)
    complete = True
    try:
        for number, tree in found.items():
            machine.segment = number
            _note_displayed(machine, tree.module, program.segments[number].cell)
            lowering.block(tree.module.body)
        if detail is not None:
            detail.over = True
        _run_uncalled(machine)
    except (OutOfBudget, RecursionError):
        complete = False
    return Timeline(tuple(machine.events), tuple(problems), complete, machine, program, found)


def _parse(number: int, text: str, cuts: Sequence[int]) -> Tree | SyntaxProblem:
    """The tree of a segment. libcst decides what is valid; Python's own parser words the complaint better."""
    try:
        return trees.parse(text, cuts)
    except Exception as error:  # libcst has errors of its own for what it cannot even split into tokens
        try:
            ast.parse(text)
        except SyntaxError as better:
            return SyntaxProblem(number, better.lineno or 1, max(better.offset or 1, 1), better.msg)
        except (ValueError, RecursionError, MemoryError):
            pass
        if isinstance(error, cst.ParserSyntaxError):
            return SyntaxProblem(number, error.raw_line, error.raw_column + 1, "not valid Python")
        return SyntaxProblem(number, 1, 1, "not valid Python")


def _note_displayed(machine: Machine, module: cst.Module, cell: int | None) -> None:
    """The value of a cell's last expression is displayed: a comparison there does something."""
    if cell is not None and module.body:
        last = module.body[-1]
        if isinstance(last, cst.SimpleStatementLine):
            machine.displayed.add(last.body[-1])


def _run_uncalled(machine: Machine) -> None:
    """What nobody in the program calls is analysed on its own; what the program did before is not assumed."""
    position = 0
    while position < len(machine.functions):
        function = machine.functions[position]
        position += 1
        if id(function.node) in machine.ran:
            continue
        machine.horizon = machine.order
        mark = machine.store.mark()
        if function.owner is None:
            run_alone(machine, function)
        else:
            _run_methods(machine, function.owner)
        machine.store.undo(mark)


def _run_methods(machine: Machine, owner: Class) -> None:
    """Each method of a class that nobody calls, on the program's own instance or one made with anything.

    What `__init__` did to the flags is known in a method only if no other method can have changed it since.
    """
    init = owner.method("__init__")
    uncalled = [m for m in owner.methods.values() if id(m.node) not in machine.ran and m is not init]
    known = machine.instantiated.get(id(owner.node))
    made = new_instance(machine, owner, None)
    before, seen = machine.order, len(machine.events)
    if init is not None:
        run_alone(machine, init, made)
    meddlers = tuple(islice(_meddlers(owner, init), 2)) if len(machine.events) > seen else ()
    for method in uncalled:
        meddled = any(m is not method for m in meddlers)
        machine.horizon = machine.order if meddled else before
        mark = machine.store.mark()
        run_alone(machine, method, Ref(known) if known is not None and (meddled or init is None) else made)
        machine.store.undo(mark)
        machine.ran.add(id(method.node))


def _meddlers(owner: Class, init: Function | None) -> Iterator[Function]:
    """The methods of a class that, by their text, may compile, freeze or train something."""
    words = ("compile", "trainable", "fit(", "train_on_batch", "exec(")
    for method in owner.methods.values():
        code = "" if method is init else code_of(method.node)
        if any(word in code for word in words):
            yield method
