"""Blocks in execution order: branches joined, loops twice, early exits kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import libcst as cst

from freezelint.timeline.keras import normalization, variables
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python import containers, loops, managers, never, operators, statements
from freezelint.timeline.python.assignments import assign
from freezelint.timeline.python.expressions import evaluate
from freezelint.timeline.python.flow import Flow
from freezelint.timeline.python.settled import Pass
from freezelint.timeline.store import Key
from freezelint.timeline.values import UNKNOWN, Const, Function, Value


@dataclass(slots=True)
class _Exits:
    """States in which a loop, a pass of it or a function is left: changes since `mark`, and the values returned."""

    mark: int
    states: list[dict[Key, Any]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class _Loop:
    """A running loop: the states in which `break` leaves it, and in which `continue` ends its present pass."""

    broken: _Exits
    continued: _Exits


class Lowering:
    """Executes statements on a machine. One instance per walk."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.running: list[_Loop] = []
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
        machine = self.machine
        machine.step()
        if type(node) in _LINES:
            return self.block(node.body)  # type: ignore[attr-defined]
        machine.here = node
        compound = _HANDLERS.get(type(node))
        flow = compound(self, node) if compound else statements.execute(machine, node)
        if machine.stopped:
            machine.stopped = False
            return Flow.RAISE
        return flow

    def function_body(self, function: Function) -> Value:
        """Run a function whose parameters are bound; the joined value of its returns."""
        if isinstance(function.node, cst.Lambda):
            return evaluate(self.machine, function.node.body)
        machine = self.machine
        exits = _Exits(machine.store.mark())
        self.returns.append(exits)
        loops_outside, self.running = self.running, []
        machine.yields.append([])
        try:
            flow = self.body(function.node.body)
        finally:
            self.returns.pop()
            self.running = loops_outside
            yielded = machine.yields.pop()
        if flow is Flow.NEXT:
            exits.values.append(Const(None))
            exits.states.append(machine.store.changes(exits.mark))
        if not exits.values:
            machine.stopped = True
            return UNKNOWN
        if len(exits.states) > 1:
            self.join(exits)
        if yielded:
            return containers.make_open_list(machine, yielded)
        return exits.values[0] if len(exits.values) == 1 else machine.either(exits.values)

    def join(self, exits: _Exits) -> None:
        """Continue with what holds in any of the states."""
        self.machine.store.undo(exits.mark)
        self.machine.merge(exits.states)

    # -- branches --------------------------------------------------------------------------------------------

    def branch(self, arms: Sequence[Callable[[], Flow]], *, ordered: bool = False, about: int = 0) -> Flow:
        """Try every arm from the same state and continue with what holds after any of them.

        `ordered` marks a choice by position (`i < 10`): in a loop over layers its arms are slices of them. `about`
        is for the first arm, see `normalization.condition`. What follows `if …: continue` belongs to the other arm.
        """
        store = self.machine.store
        survivors, flows, closing = [], [], list[int]()
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
        self.machine.merge(survivors)
        self.machine.closing = ()
        if len(survivors) == 1 and Flow.CONTINUE in flows and self.running:
            self.machine.guards.append(closing[flows.index(Flow.NEXT)])
        return Flow.NEXT

    def if_(self, node: cst.If) -> Flow:
        known = truth(evaluate(self.machine, node.test))
        if self.machine.traced and not isinstance(node.test, cst.Name):
            known = None
        never.decided(self.machine, node, known)
        about = normalization.condition(self.machine, node.test)
        if known is not None:
            return self.decided(node, known, about)
        return self.branch(
            [lambda: self.body(node.body), lambda: self.otherwise(node.orelse)],
            ordered=operators.by_position(node.test),
            about=about,
        )

    def decided(self, node: cst.If, known: bool, about: int) -> Flow:
        """A branch of which it is known which arm is taken."""
        with normalization.arm(self.machine, node, known, about):
            return self.body(node.body) if known else self.otherwise(node.orelse)

    def otherwise(self, node: cst.If | cst.Else | None) -> Flow:
        if node is None:
            return Flow.NEXT
        return self.if_(node) if isinstance(node, cst.If) else self.body(node.body)

    def match(self, node: cst.Match) -> Flow:
        evaluate(self.machine, node.subject)

        def arm(case: cst.MatchCase) -> Flow:
            if case.guard is not None:
                evaluate(self.machine, case.guard)
            return self.body(case.body)

        return self.branch([*(partial(arm, case) for case in node.cases), lambda: Flow.NEXT])

    def try_(self, node: cst.Try | cst.TryStar) -> Flow:
        """The handlers start where the body ends: what it did before it failed is not known better."""
        store = self.machine.store
        flow = self.body(node.body)
        start = store.mark()
        handled: list[dict[Key, Any]] = []
        for handler in node.handlers:
            mark = store.mark()
            with self.machine.guarded():
                end = self.body(handler.body)
            changed = statements.kept(self.machine, store.take(mark))
            if end is Flow.NEXT:
                handled.append(changed)
        if node.orelse is not None and flow is Flow.NEXT:
            flow = self.body(node.orelse.body)
        if handled:
            if flow is Flow.NEXT:
                handled.append(store.take(start))
            self.machine.merge(handled)
            flow = Flow.NEXT
        if node.finalbody is not None:
            last = self.body(node.finalbody.body)
            flow = flow if last is Flow.NEXT else last
        return flow

    def with_(self, node: cst.With) -> Flow:
        made = [(item, evaluate(self.machine, item.item)) for item in node.items]
        for item, manager in made:
            value = managers.call(self.machine, manager, "__enter__", item) or manager
            if item.asname is not None and isinstance(item.asname.name, cst.BaseExpression):
                assign(self.machine, item.asname.name, value, node)
        flow = self.body(node.body)
        for item, manager in reversed(made):
            if managers.call(self.machine, manager, "__exit__", item) is None:
                self.branch([partial(self.leave, item), lambda: Flow.NEXT])
        return flow

    def leave(self, item: cst.WithItem) -> Flow:
        """What making a context manager did may happen once more when the block ends: it may be a generator."""
        evaluate(self.machine, item.item)
        return Flow.NEXT

    # -- loops -----------------------------------------------------------------------------------------------

    def for_(self, node: cst.For) -> Flow:
        source = evaluate(self.machine, node.iter)
        variables.iterated(self.machine, node, source)

        iteration = loops.items(self.machine, source)

        def passes() -> Iterator[None]:
            for value in iteration.values:
                assign(self.machine, node.target, value, node.target)
                yield

        with loops.repeating(self.machine, exact=iteration.exact):
            flow = self.loop(passes(), node, exact=iteration.exact)
        self.imagine(node, source)
        return flow

    def imagine(self, node: cst.For, source: Value) -> None:
        """In these bodies the loop variable never stands for a layer: find the flags that they would set."""
        for member, body in never.bodies(self.machine, source, node.body):
            with never.imagined(self.machine, self.returns):
                assign(self.machine, node.target, member, node.target)
                self.one_pass(body, _Exits(self.machine.store.mark()))

    def while_(self, node: cst.While) -> Flow:
        """Two passes show what repeats, after a first one in which counters have their first values."""

        def passes() -> Iterator[None]:
            known = truth(evaluate(self.machine, node.test))
            for _ in range(2 if known is None else 3):
                if known is False:
                    return
                yield
                known = truth(evaluate(self.machine, node.test))

        with loops.repeating(self.machine, exact=False):
            return self.loop(passes(), node)

    def loop(self, passes: Iterator[None], node: cst.For | cst.While, *, exact: bool = False) -> Flow:
        """Run the body once per pass; what holds afterwards is its normal end joined with every `break`.

        Unless there are `exact` passes, one that would do what the one before did is left out.
        """
        store = self.machine.store
        broken = _Exits(store.mark())
        flow = Flow.NEXT
        for _ in passes:
            this = Pass(self.machine)
            flow = self.one_pass(node.body, broken)
            if flow is not Flow.NEXT or (not exact and this.settles()):
                break
        if flow is Flow.NEXT and node.orelse is not None:
            flow = self.body(node.orelse.body)
        if broken.states:
            if flow is Flow.NEXT:
                broken.states.append(store.changes(broken.mark))
            self.join(broken)
            return Flow.NEXT
        return flow

    def one_pass(self, suite: cst.BaseSuite, broken: _Exits) -> Flow:
        """One pass of a loop body; `continue` ends it and joins with its normal end."""
        continued = _Exits(self.machine.store.mark())
        self.running.append(_Loop(broken, continued))
        depth = len(self.machine.guards)
        try:
            flow = self.body(suite)
        finally:
            self.running.pop()
            others, self.machine.guards[depth:] = tuple(self.machine.guards[depth:]), []
        if not continued.states:
            return flow
        if flow is Flow.NEXT:
            continued.states.append(self.machine.store.changes(continued.mark))
        self.machine.closing = others
        self.join(continued)
        self.machine.closing = ()
        return Flow.NEXT

    def leave_loop(self, node: cst.Break | cst.Continue) -> Flow:
        flow = Flow.BREAK if isinstance(node, cst.Break) else Flow.CONTINUE
        if self.running:
            loop = self.running[-1]
            exits = loop.broken if flow is Flow.BREAK else loop.continued
            exits.states.append(self.machine.store.changes(exits.mark))
        return flow

    def return_(self, node: cst.Return) -> Flow:
        value = Const(None) if node.value is None else evaluate(self.machine, node.value)
        if self.returns:
            exits = self.returns[-1]
            exits.states.append(self.machine.store.changes(exits.mark))
            exits.values.append(value)
        return Flow.RETURN


_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
_HANDLERS: dict[type[cst.CSTNode], Callable[[Lowering, Any], Flow]] = {
    cst.If: Lowering.if_,
    cst.For: Lowering.for_,
    cst.While: Lowering.while_,
    cst.Try: Lowering.try_,
    cst.TryStar: Lowering.try_,
    cst.With: Lowering.with_,
    cst.Match: Lowering.match,
    cst.Return: Lowering.return_,
    cst.Break: Lowering.leave_loop,
    cst.Continue: Lowering.leave_loop,
}
