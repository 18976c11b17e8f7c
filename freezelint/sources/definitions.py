"""Functions and methods of a program, and which of them no rule can find anything in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from freezelint.sources import gate_ast, seen_before
from freezelint.sources.gate_ast import Look
from freezelint.sources.gate_classes import marks
from freezelint.sources.parts import Part

#: Methods that Python or Keras calls, by how their names begin.
_HOOKS = ("__", "on_", "call", "build", "train_step", "test_step", "predict_step")


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A function of a module or a method of the class `owner`, and what the gate sees in it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    part: Part
    owner: str
    look: Look

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def called(self) -> bool:
        """Python or Keras calls it."""
        return self.name.startswith(_HOOKS)

    @property
    def alone(self) -> bool:
        """Nothing that another method did to the object is there when it runs: functions, and tests of a class."""
        return not self.owner or self.name.startswith("test")


@dataclass(slots=True, eq=False)
class _Class:
    """All classes of one name: their methods, and what the gate wants to know of a class as a whole."""

    methods: list[Definition] = field(default_factory=list)
    marks: Look = field(default_factory=Look)


class Outline:
    """The definitions of a program, and the rest of it: what runs when it is imported."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._definitions: list[Definition] = []
        self._classes: dict[str, _Class] = {}
        rest: list[ast.AST] = []
        for part in parts:
            for statement in part.tree.body:
                if isinstance(statement, ast.ClassDef):
                    rest += self._class(statement, part)
                else:
                    rest += self._piece(statement, part)
        self._rest = gate_ast.look(ast.Module(rest, []), whole=True)  # type: ignore[arg-type]
        self._named: dict[str, list[Definition]] = {}
        for definition in self._definitions:
            self._named.setdefault(definition.name, []).append(definition)
        self._known = self._named.keys() | self._classes.keys()

    def _class(self, statement: ast.ClassDef, part: Part) -> Iterator[ast.AST]:
        this = self._classes.setdefault(statement.name, _Class())
        this.marks.names.update(marks(statement))
        for node in statement.body:
            yield from self._piece(node, part, statement.name, this.methods)
        yield from (*statement.bases, *statement.keywords, *statement.decorator_list)

    def _piece(
        self, node: ast.AST, part: Part, owner: str = "", methods: list[Definition] | None = None
    ) -> Iterator[ast.AST]:
        """Note a definition; what of it runs with the module: its decorators and defaults. Other code as it is."""
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            return
        found = Definition(node, part, owner, seen_before.look(node, part.text))
        self._definitions.append(found)
        if methods is not None:
            methods.append(found)
        yield from (*node.decorator_list, node.args)

    def silent(self, beside: Sequence[Look]) -> tuple[list[Definition], Look]:
        """What nobody names and in which no rule can find anything, and what the gate sees in all the rest.

        `beside` is seen in the modules that the program imports.
        """
        shared = self._reach(self._rest)
        for look in beside:
            shared.add(Look(look.wrong, look.ordered, names=look.names))
        silent: list[Definition] = []
        left = self._definitions
        if not shared.loud:
            heard: dict[Definition, bool] = {}
            while more := self._unheard(left, shared, heard):
                silent += more
                left = [each for each in left if each not in more]
        seen = Look()
        for part in (self._rest, *(each.marks for each in self._classes.values()), *(each.look for each in left)):
            seen.add(part)
        return silent, seen

    def _unheard(self, left: list[Definition], shared: Look, heard: dict[Definition, bool]) -> set[Definition]:
        """Of the definitions that are left those that nobody names and in which nothing can be found."""
        named = self._rest.words.union(*(each.look.words - {each.name} for each in left))
        free = [each for each in left if each.name not in named and not each.called]
        for each in free:
            if each not in heard:
                heard[each] = self._is_heard(each, shared)
        classes = {each.owner for each in left if not each.alone and (each.look.loud or heard.get(each))}
        return {each for each in free if not heard[each] and (each.alone or each.owner not in classes)}

    def _is_heard(self, definition: Definition, shared: Look) -> bool:
        """Whether something may be found in it, beside what runs with the module and what it may call itself."""
        found = self._reach(definition.look, definition.owner)
        found.names |= shared.names
        return found.loud or found.combined()

    def _reach(self, look: Look, owner: str = "") -> Look:
        """A look at some code and at all that it may lead to: what it names, with all methods of a class.

        Of the class that it is a method of: what Python and Keras call.
        """
        found = Look()
        waiting = [look]
        if owner in self._classes:
            this = self._classes[owner]
            waiting += (this.marks, *(each.look for each in this.methods if each.called))
        seen: set[str] = set()
        while waiting:
            here = waiting.pop()
            found.add(here)
            for name in (here.words & self._known) - seen:
                seen.add(name)
                waiting += (each.look for each in self._named.get(name, ()))
                if name in self._classes:
                    named = self._classes[name]
                    waiting += (named.marks, *(each.look for each in named.methods))
        return found
