"""The machine that the walk drives: objects, names, branches, events. It knows no Keras and no syntax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libcst as cst

from freezelint.timeline import budget, joins
from freezelint.timeline.events import Event, Frame, Moment, Site
from freezelint.timeline.store import MISSING, Key, Store
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import (
    Class,
    Const,
    Function,
    Items,
    Kind,
    Object,
    Ref,
    Selection,
    Value,
    Weight,
    Weights,
)

if TYPE_CHECKING:
    from freezelint.timeline.detail.memory import Detail
    from freezelint.timeline.imported import Imported
    from freezelint.timeline.keras.origins import Copy, Origin

MAX_DEPTH = 12


class Machine:
    """State of one walk over one program."""

    def __init__(
        self,
        evaluate: Callable[[Machine, Any], Value],
        run_body: Callable[[Function], Value],
        execute: Callable[[cst.CSTNode], object],
    ) -> None:
        self._evaluate = evaluate
        self.run_body = run_body
        self.execute = execute
        self.store = Store()
        self.objects: list[Object] = []
        self.labels: dict[int, str | cst.CSTNode] = {}
        self.parts: dict[tuple[int, str], int] = {}
        self.parts_of: dict[int, list[int]] = {}
        self.contents: dict[int, dict[Key, None]] = {}
        self.events: list[Event] = []
        self.frames: list[Frame] = []
        self.guards: list[int] = []
        self.closing: tuple[int, ...] = ()
        self.ordered: set[int] = set()
        self.scopes: list[tuple[int, ...]] = [(0,)]
        self.redirects: dict[tuple[int, str], int] = {}
        self.segment = 0
        self.here: cst.CSTNode = cst.Pass()
        self.order = 0
        self.steps = 0
        self.call_limit = budget.CALL_BUDGET
        self.horizon = 0
        self.eager = False
        self.uses_keras = False
        self.roots: dict[int, Frame | None] = {}
        self.layer_names: set[str] = set()
        self.weight_names: set[str] = set()
        self.stopped = False
        self.forgotten = -1
        self.ran: set[int] = set()
        self.stack: list[Function] = []
        self.stars: dict[int, list[str]] = {}
        self.imported: Imported | None = None
        self.importing = 0
        self.literals: dict[int, Value] = {}
        self.yields: list[list[Value]] = []
        self.displayed: set[Any] = set()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.instantiated: dict[int, int] = {}
        self.made: dict[int, Any] = {}
        self.lists_read: list[int] = []
        self.consulted: list[int] = []
        self.forwarded: set[int] = set()
        self.reads_models = False
        self.bounds: dict[tuple[int, str], slice | None] = {}
        self.about: dict[int, int] = {}
        self.origins: dict[int, Origin] = {}
        self.reweighted: dict[int, int] = {}
        self.verdicts: dict[Any, set[bool | None]] = {}
        self.copied: dict[int, Copy] = {}
        self.used: dict[int, int] = {}
        self.reweighted_all = False
        self.detail: Detail | None = None
        self._counter = 0

    @contextmanager
    def elsewhere(self, scope: int, segment: int, frame: Frame) -> Iterator[None]:
        """Run the text of another module: its own names, its own place, no budget of the caller's."""
        outside = self.scopes, self.segment, self.here, self.steps, self.call_limit
        self.scopes, self.segment = [(scope,)], segment
        self.call_limit = self.steps + budget.UNCALLED_BUDGET
        self.importing += 1
        self.frames.append(frame)
        try:
            yield
        finally:
            self.frames.pop()
            self.importing -= 1
            self.scopes, self.segment, self.here, before, limit = outside
            self.call_limit = limit + self.steps - before
            self.stopped = False

    def defined(self, function: Function) -> None:
        """Remember a function of the program: what nobody calls is analysed on its own, but not that of other files."""
        if self.imported is None or not self.imported.is_foreign(function.segment):
            self.functions.append(function)

    # -- objects ---------------------------------------------------------------------------------------------

    def new(self, kind: Kind, **details: Any) -> Ref:
        """A new object; see `Object` for the details."""
        made = Object(len(self.objects), kind, **details)
        self.objects.append(made)
        return Ref(made.id)

    def opaque(self, label: str | cst.CSTNode = "") -> Ref:
        """Something that may be a model, of which nothing is known but its identity."""
        made = self.new("opaque")
        if label:
            self.labels[made.id] = label
        return made

    def part(self, parent: int, path: str, *, kind: Kind = "opaque", keras: bool = False) -> Ref:
        """What `path` leads to from `parent`: always the same object for the same path."""
        known = self.parts.get((parent, path))
        if known is None:
            known = self.new(kind, parent=parent, path=path, keras=keras).id
            self.parts[(parent, path)] = known
            self.parts_of.setdefault(parent, []).append(known)
        return Ref(known)

    def put(self, key: Key, value: Value) -> None:
        """Keep `value` in an object: `key` is ("attr", id, name) or ("entry", id, key)."""
        self.store.set(key, value)
        self.contents.setdefault(key[1], {})[key] = None

    def held(self, id: int) -> list[Value]:
        """What an object holds in its attributes and entries, or as a list."""
        found = [self.store.get(key) for key in self.contents.get(id, ())]
        return [v for v in (*found, *(self.store.get(("items", id)) or ())) if v is not None]

    def object(self, ref: Ref) -> Object:
        return self.objects[ref.id]

    def label(self, id: int) -> str:
        """How a reader would name the object."""
        if id in self.labels:
            label = self.labels[id]
            return label if isinstance(label, str) else text_of(label)
        this = self.objects[id]
        if this.parent is not None:
            dot = "" if this.path.startswith(("[", ".")) else "."
            return f"{self.label(this.parent)}{dot}{this.path}"
        return this.symbol.rpartition(".")[2] or "the model"

    def name(self, value: Value, label: str | cst.CSTNode) -> None:
        """Readers know an object by the first name that it gets but `self`; parts are named after their parent."""
        if isinstance(value, Ref) and self.objects[value.id].parent is None:
            known = self.labels.get(value.id)
            if known is None or known == "self" or type(known) is cst.Call:
                self.labels[value.id] = label

    # -- names -----------------------------------------------------------------------------------------------

    @property
    def scope(self) -> int:
        return self.scopes[-1][-1]

    def new_scope(self) -> int:
        self._counter += 1
        return self._counter

    def lookup(self, name: str) -> Value | None:
        """The value of a name here, innermost scope first; None when no path bound it."""
        for scope in reversed(self.scopes[-1]):
            scope = self.redirects.get((scope, name), scope)
            value = self.store.get(("name", scope, name))
            if value is not None:
                return value  # type: ignore[no-any-return]
        return None

    def bind(self, name: str, value: Value) -> None:
        scope = self.redirects.get((self.scope, name), self.scope)
        self.store.set(("name", scope, name), value)
        self.name(value, name)

    def evaluate(self, node: Any) -> Value:
        """The value of an expression here and now."""
        return self._evaluate(self, node)

    # -- time ------------------------------------------------------------------------------------------------

    def step(self, cost: int = 1) -> None:
        self.steps += cost
        if self.steps > budget.limit:
            raise budget.OutOfBudget

    def site(self, node: Any) -> Site:
        return Site(self.segment, node)

    def moment(self, site: Site, *, tick: int = 1) -> Moment:
        self.order += tick
        return Moment(self.order, site, tuple(self.frames), tuple(self.guards))

    def emit(self, event: Event) -> None:
        self.events.append(event)
        if self.detail is not None:
            self.detail.observe(self, event)

    @property
    def traced(self) -> bool:
        """Whether the code that runs now runs only while a graph is built."""
        return any(frame.role == "traced" for frame in self.frames)

    @contextmanager
    def guarded(self) -> Iterator[int]:
        """One arm of a branch: what happens in it happens on some runs only."""
        self._counter += 1
        depth = len(self.guards)
        self.guards.append(self._counter)
        try:
            yield self._counter
        finally:
            del self.guards[depth:]

    # -- joining paths ---------------------------------------------------------------------------------------

    def merge(self, outcomes: list[dict[Key, Any]]) -> None:
        """Continue with what holds after any of several paths; it counts as work, by what these changed."""
        if self.detail is not None:
            self.detail.complete(self, outcomes)
        self.step(self.store.merge(outcomes, self.join) // 4)

    def join(self, key: Key, before: Any, values: list[Any]) -> Any:
        """What holds for `key` when any of several paths was taken."""
        kind = key[0]
        if kind in ("name", "attr", "entry", "module"):
            return self.either([v for v in values if v is not MISSING])
        if kind == "flags":
            return joins.flags([{} if v is MISSING else v for v in values], self.closing)
        if kind in joins.OF_DETAIL:
            return joins.OF_DETAIL[kind](values)
        if kind in ("children", "parents", "compiles", "gathered"):
            return tuple(dict.fromkeys(item for v in values if v is not MISSING for item in v))
        if kind == "closed":
            return all(v is True for v in values)
        if kind in ("trained", "tracked", "open"):
            return any(v is True for v in values)
        if kind in joins.FACTS:
            return joins.fact(values)
        return "unknown"

    def either(self, values: list[Value]) -> Value:
        """One of several values."""
        return joins.either(self, values)


def holder(value: Value) -> int | None:
    """The object that a value belongs to, for things that are reached from a layer or model."""
    if isinstance(value, Ref):
        return value.id
    if isinstance(value, (Selection, Weights, Weight)):
        return value.owner
    return None


def truth(value: Value) -> bool | None:
    """Python's truth of a value when it is certain."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.items)
    return None
