"""Statements in execution order: branches joined, loops twice, early exits kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import libcst as cst

from freezelint.timeline import loops, normalization
from freezelint.timeline.definitions import define_class, define_function, import_from, import_module
from freezelint.timeline.events import Compared
from freezelint.timeline.expressions import call, evaluate
from freezelint.timeline.keras_api import items_of
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.store import Key
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import UNKNOWN, Const, Function, Ref, Selection, Value
from freezelint.timeline.writes import set_attribute


class Flow(Enum):
    """How a block ends."""

    NEXT = auto()
    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()
    RAISE = auto()


@dataclass(slots=True)
class _Exits:
    """States in which a loop body or function is left early: changes since `mark`, and the value returned."""

    mark: int
    states: list[dict[Key, Any]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)


class Lowering:
    """Executes statements on a machine. One instance per walk."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.loop_exits: list[_Exits] = []
        self.returns: list[_Exits] = []

    # -- blocks ----------------------------------------------------------------------------------------------

    def block(self, statements: Iterable[cst.CSTNode]) -> Flow:
        for statement in statements:
            flow = self.statement(statement)
            if flow is not Flow.NEXT:
                return flow
        return Flow.NEXT

    def body(self, suite: cst.BaseSuite) -> Flow:
        return self.block(suite.body)

    def statement(self, node: cst.CSTNode) -> Flow:
        self.machine.step()
        if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            return self.block(node.body)
        handler = _HANDLERS.get(type(node))
        return Flow.NEXT if handler is None else handler(self, node)

    def function_body(self, function: Function) -> Value:
        """Run a function whose parameters are bound; the joined value of its returns."""
        if isinstance(function.node, cst.Lambda):
            return evaluate(self.machine, function.node.body)
        machine = self.machine
        exits = _Exits(machine.store.mark())
        self.returns.append(exits)
        loops_outside, self.loop_exits = self.loop_exits, []
        try:
            flow = self.body(function.node.body)
        finally:
            self.returns.pop()
            self.loop_exits = loops_outside
        if flow is Flow.NEXT:
            if not exits.states:
                return Const(None)
            exits.values.append(Const(None))
            exits.states.append(machine.store.changes(exits.mark))
        if len(exits.states) > 1:
            machine.store.undo(exits.mark)
            machine.store.merge(exits.states, machine.join)
        if not exits.values:
            return UNKNOWN
        return exits.values[0] if len(exits.values) == 1 else machine.either(exits.values)

    # -- branches --------------------------------------------------------------------------------------------

    def branch(self, arms: Sequence[Callable[[], Flow]], *, ordered: bool = False, about: int = 0) -> Flow:
        """Try every arm from the same state and continue with what holds after any of them.

        `ordered` marks a choice by position (`i < 10`): in a loop over layers its arms are slices of them.
        `about` tells whether the first arm is for BatchNormalization layers, see `normalization.condition`.
        What follows an arm that ends in `continue` belongs to the other arm.
        """
        store = self.machine.store
        survivors, flows = [], []
        closing: list[int] = []
        for arm in arms:
            mark = store.mark()
            with self.machine.guarded() as guard:
                if ordered:
                    self.machine.ordered.add(guard)
                self.machine.about[guard] = -about if closing else about
                flow = arm()
            closing.append(guard)
            changed = store.take(mark)
            flows.append(flow)
            if flow is Flow.NEXT:
                survivors.append(changed)
        if not survivors:
            return flows[0]
        self.machine.closing = tuple(closing)
        store.merge(survivors, self.machine.join)
        self.machine.closing = ()
        if len(survivors) == 1 and Flow.CONTINUE in flows and self.loop_exits:
            self.machine.guards.append(closing[flows.index(Flow.NEXT)])
        return Flow.NEXT

    def if_(self, node: cst.If) -> Flow:
        known = truth(evaluate(self.machine, node.test))
        orelse = node.orelse
        if self.machine.traced and not isinstance(node.test, cst.Name):
            known = None
        about = normalization.condition(self.machine, node.test)
        if known is not None and about:
            return self.decided(node, known, about)
        if known is True:
            return self.body(node.body)
        if known is False:
            return Flow.NEXT if orelse is None else self.otherwise(orelse)
        return self.branch(
            [lambda: self.body(node.body), lambda: Flow.NEXT if orelse is None else self.otherwise(orelse)],
            ordered=_by_position(node.test),
            about=about,
        )

    def decided(self, node: cst.If, known: bool, about: int) -> Flow:
        """A branch on whether a layer is BatchNormalization, where that is known."""
        depth = len(self.machine.guards)
        normalization.enter_arm(self.machine, about if known else -about)
        if known:
            flow = self.body(node.body)
        else:
            normalization.skipped(self.machine, node, about)
            flow = Flow.NEXT if node.orelse is None else self.otherwise(node.orelse)
        leaves = isinstance(node.body.body[-1], cst.SimpleStatementLine) and isinstance(
            node.body.body[-1].body[-1], cst.Continue
        )
        if known or not leaves:
            del self.machine.guards[depth:]
        return flow

    def otherwise(self, node: cst.If | cst.Else) -> Flow:
        return self.if_(node) if isinstance(node, cst.If) else self.body(node.body)

    def match(self, node: cst.Match) -> Flow:
        evaluate(self.machine, node.subject)
        arms: list[Callable[[], Flow]] = [lambda case=case: self.body(case.body) for case in node.cases]  # type: ignore[misc]
        return self.branch([*arms, lambda: Flow.NEXT])

    def try_(self, node: cst.Try | cst.TryStar) -> Flow:
        flow = self.body(node.body)
        store = self.machine.store
        for handler in node.handlers:
            mark = store.mark()
            with self.machine.guarded():
                self.body(handler.body)
            store.undo(mark)
        if node.orelse is not None and flow is Flow.NEXT:
            flow = self.body(node.orelse.body)
        if node.finalbody is not None:
            last = self.body(node.finalbody.body)
            flow = flow if last is Flow.NEXT else last
        return flow

    def with_(self, node: cst.With) -> Flow:
        for item in node.items:
            value = evaluate(self.machine, item.item)
            if item.asname is not None and isinstance(item.asname.name, cst.BaseExpression):
                self.assign(item.asname.name, value, node)
        return self.body(node.body)

    # -- loops -----------------------------------------------------------------------------------------------

    def for_(self, node: cst.For) -> Flow:
        source = evaluate(self.machine, node.iter)
        for value in loops.items(self.machine, source).values:
            loops.bind_target(self.machine, node.target, value)
            if isinstance(node.target, cst.Attribute):
                self.assign(node.target, value, node.target)
            flow = self.one_pass(node.body)
            if flow in (Flow.RETURN, Flow.RAISE):
                return flow
        return Flow.NEXT if node.orelse is None else self.body(node.orelse.body)

    def while_(self, node: cst.While) -> Flow:
        for _ in range(2):
            if truth(evaluate(self.machine, node.test)) is False:
                break
            flow = self.one_pass(node.body)
            if flow in (Flow.RETURN, Flow.RAISE):
                return flow
        return Flow.NEXT if node.orelse is None else self.body(node.orelse.body)

    def one_pass(self, suite: cst.BaseSuite) -> Flow:
        """One pass of a loop body; `break` and `continue` end it, and join with its normal end."""
        store = self.machine.store
        exits = _Exits(store.mark())
        self.loop_exits.append(exits)
        depth = len(self.machine.guards)
        try:
            flow = self.body(suite)
        finally:
            self.loop_exits.pop()
            others, self.machine.guards[depth:] = tuple(self.machine.guards[depth:]), []
        if not exits.states:
            return Flow.NEXT if flow in (Flow.BREAK, Flow.CONTINUE) else flow
        if flow is Flow.NEXT:
            exits.states.append(store.changes(exits.mark))
        store.undo(exits.mark)
        self.machine.closing = others
        store.merge(exits.states, self.machine.join)
        self.machine.closing = ()
        return Flow.NEXT

    def leave_loop(self, node: cst.Break | cst.Continue) -> Flow:
        if self.loop_exits:
            exits = self.loop_exits[-1]
            exits.states.append(self.machine.store.changes(exits.mark))
        return Flow.BREAK if isinstance(node, cst.Break) else Flow.CONTINUE

    def return_(self, node: cst.Return) -> Flow:
        value = Const(None) if node.value is None else evaluate(self.machine, node.value)
        if self.returns:
            exits = self.returns[-1]
            exits.states.append(self.machine.store.changes(exits.mark))
            exits.values.append(value)
        return Flow.RETURN

    def raise_(self, node: cst.Raise) -> Flow:
        return Flow.RAISE

    # -- simple statements -----------------------------------------------------------------------------------

    def assign_statement(self, node: cst.Assign) -> Flow:
        value = evaluate(self.machine, node.value)
        for target in node.targets:
            self.assign(target.target, value, node)
        return Flow.NEXT

    def annotated(self, node: cst.AnnAssign) -> Flow:
        if node.value is not None:
            self.assign(node.target, evaluate(self.machine, node.value), node)
        return Flow.NEXT

    def augmented(self, node: cst.AugAssign) -> Flow:
        value = evaluate(self.machine, node.value)
        target = node.target
        if isinstance(target, cst.Attribute):
            self.assign(target, UNKNOWN, node)
        elif isinstance(target, cst.Name):
            old = self.machine.lookup(target.value)
            if isinstance(old, Ref) and self.machine.object(old).kind == "list":
                more, items = items_of(self.machine, value), items_of(self.machine, old)
                joined = None if more is None or items is None else (*items, *more)
                self.machine.store.set(("items", old.id), joined)
            else:
                self.machine.bind(target.value, value if isinstance(value, type(old)) and not isinstance(value, Const)
                                  else UNKNOWN)  # fmt: skip
        return Flow.NEXT

    def assign(self, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
        """Bind a name, set an attribute, unpack a tuple. The statement `node` is the place to blame."""
        machine = self.machine
        if isinstance(target, cst.Name):
            machine.bind(target.value, value)
        elif isinstance(target, cst.Attribute):
            owner = evaluate(machine, target.value)
            set_attribute(machine, machine.site(node), owner, target.attr.value, value, target)
        elif isinstance(target, (cst.Tuple, cst.List)):
            found = items_of(machine, value)
            for position, element in enumerate(target.elements):
                exact = found is not None and len(found) == len(target.elements)
                part = found[position] if exact and found else self.unpacked(value)
                self.assign(element.value, part, node)
        elif isinstance(target, cst.Subscript):
            self.assign_item(target, value)

    def unpacked(self, value: Value) -> Value:
        """A piece of something unknown: an object of its own if the whole was one."""
        return self.machine.opaque() if isinstance(value, Ref) else UNKNOWN

    def assign_item(self, target: cst.Subscript, value: Value) -> None:
        owner = evaluate(self.machine, target.value)
        if not isinstance(owner, Ref):
            return
        index = target.slice[0].slice
        key = evaluate(self.machine, index.value) if isinstance(index, cst.Index) else UNKNOWN
        if self.machine.object(owner).kind == "list":
            self.machine.store.set(("items", owner.id), None)
        elif isinstance(key, Const):
            self.machine.store.set(("entry", owner.id, key), value)

    def expression(self, node: cst.Expr) -> Flow:
        value = node.value
        if isinstance(value, cst.Call):
            call(self.machine, value, statement=True)
            return Flow.NEXT
        result = evaluate(self.machine, value)
        if isinstance(value, cst.Comparison):
            self.compared(node, value, result)
        return Flow.NEXT

    def compared(self, node: cst.Expr, value: cst.Comparison, result: Value) -> None:
        """`layer.trainable == False` as a statement."""
        left = value.left
        if isinstance(left, cst.Attribute) and left.attr.value == "trainable":
            owner = evaluate(self.machine, left.value)
            if isinstance(owner, (Ref, Selection)):
                shown = node in self.machine.displayed
                at = self.machine.moment(self.machine.site(node))
                self.machine.emit(Compared(at, text_of(value), shown))

    def assert_(self, node: cst.Assert) -> Flow:
        evaluate(self.machine, node.test)
        return Flow.NEXT

    def delete(self, node: cst.Del) -> Flow:
        return Flow.NEXT

    def redirect(self, node: cst.Global | cst.Nonlocal) -> Flow:
        scopes = self.machine.scopes[-1]
        outer = scopes[0] if isinstance(node, cst.Global) else scopes[-2] if len(scopes) > 1 else scopes[0]
        for item in node.names:
            self.machine.redirects[(self.machine.scope, item.name.value)] = outer
        return Flow.NEXT

    def import_(self, node: cst.Import) -> Flow:
        import_module(self.machine, node)
        return Flow.NEXT

    def import_from(self, node: cst.ImportFrom) -> Flow:
        import_from(self.machine, node)
        return Flow.NEXT

    def function(self, node: cst.FunctionDef) -> Flow:
        define_function(self.machine, node)
        return Flow.NEXT

    def class_(self, node: cst.ClassDef) -> Flow:
        define_class(self.machine, node)
        return Flow.NEXT


def _by_position(test: cst.BaseExpression) -> bool:
    ordering = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
    return isinstance(test, cst.Comparison) and isinstance(test.comparisons[0].operator, ordering)


_HANDLERS: dict[type[cst.CSTNode], Callable[[Lowering, Any], Flow]] = {
    cst.If: Lowering.if_,
    cst.For: Lowering.for_,
    cst.While: Lowering.while_,
    cst.Try: Lowering.try_,
    cst.TryStar: Lowering.try_,
    cst.With: Lowering.with_,
    cst.Match: Lowering.match,
    cst.Assign: Lowering.assign_statement,
    cst.AnnAssign: Lowering.annotated,
    cst.AugAssign: Lowering.augmented,
    cst.Expr: Lowering.expression,
    cst.Return: Lowering.return_,
    cst.Raise: Lowering.raise_,
    cst.Break: Lowering.leave_loop,
    cst.Continue: Lowering.leave_loop,
    cst.Assert: Lowering.assert_,
    cst.Del: Lowering.delete,
    cst.Global: Lowering.redirect,
    cst.Nonlocal: Lowering.redirect,
    cst.Import: Lowering.import_,
    cst.ImportFrom: Lowering.import_from,
    cst.FunctionDef: Lowering.function,
    cst.ClassDef: Lowering.class_,
}
