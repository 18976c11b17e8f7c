"""What a detailed walk remembers: one generation of Keras followed flag by flag, for `freezelint plan`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freezelint.timeline.detail import shapes, trainability
from freezelint.timeline.detail.layout import Layout, layout
from freezelint.timeline.detail.states import REST, UNWATCHED, States
from freezelint.timeline.events import (
    Applied,
    Compiled,
    Event,
    FlagWritten,
    LayerCalled,
    Moment,
    Retraced,
    Site,
    StepRun,
    Trained,
    Written,
)
from freezelint.timeline.keras import callbacks, variables
from freezelint.timeline.symbols import TRACE_OF
from freezelint.timeline.values import Gradients, Tensor, Value, Weights

if TYPE_CHECKING:
    from freezelint.target import Keras
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine
    from freezelint.timeline.store import Key


@dataclass(slots=True)
class Forward:
    """What running `call` and `train_step` of an object of the program's class showed."""

    result: Value | None = None
    calls: list[LayerCalled] = field(default_factory=list)
    applied: list[Reading] = field(default_factory=list)
    own_step: bool = False
    step_calls: list[LayerCalled] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trace:
    """A train function as Keras traced it: for which data, with which flags and layers.

    It is not `sure` that there is one where an older trace may serve for this data, too.
    """

    signature: object | None
    flags: States
    ids: frozenset[int]
    site: Site
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Owner:
    """A list of variables that an optimizer is given: `path` of `id`, with the flags when the list was read.

    `idle` says why the loss may not depend on it.
    """

    id: int
    path: str
    layout: Layout
    flags: States
    idle: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The state of things at a training call: `live` are the flags now, `held` those of the last compile.

    `held` is None when there was no compile, "unknown" when the walk cannot say; so are `traces`, those that the
    method has so far. `owners` are the lists of a step of the program's own, None when they are not all known, and
    `calls` the layers that ran before. `halted` is when the learning rate was set to zero, if it still is.
    """

    event: Trained | Applied
    layout: Layout
    live: States
    held: States | str | None = None
    traces: tuple[Trace, ...] | str = ()
    signature: object | None = None
    compiled: Compiled | str | None = None
    arguments: Arguments | None = None
    calls: tuple[LayerCalled, ...] = ()
    forward: Forward | None = None
    owners: tuple[Owner, ...] | None = ()
    repeats: bool = False
    halted: Moment | None = None


@dataclass(slots=True)
class Detail:
    """The memory of a detailed walk. `skips_same`: a flag that already has the value is not written (FACTS Y3)."""

    keras: Keras
    skips_same: bool
    readings: list[Reading] = field(default_factory=list)
    forward: dict[int, Forward] = field(default_factory=dict)
    following: list[Forward] = field(default_factory=list)
    calls: dict[int, list[LayerCalled]] = field(default_factory=dict)
    recent: list[LayerCalled] = field(default_factory=list)
    taken: dict[tuple[int, int], tuple[Layout, States]] = field(default_factory=dict)
    shapes: dict[int, object] = field(default_factory=dict)
    losses: set[int] = field(default_factory=set)
    library: dict[int, str] = field(default_factory=dict)
    repeating: int = 0
    steps: list[tuple[StepRun, object | None, list[Reading]]] = field(default_factory=list)
    given: Arguments | None = None
    over: bool = False

    def complete(self, machine: Machine, paths: list[dict[Key, Any]]) -> None:
        """Make several paths comparable, before they are joined."""
        trainability.complete(machine, paths)

    def observe(self, machine: Machine, event: Event) -> None:
        """Follow an event that the walk has just met."""
        if isinstance(event, FlagWritten):
            trainability.written(machine, event)
        elif isinstance(event, Written):
            trainability.variable_written(machine, event)
        elif isinstance(event, LayerCalled):
            self._called(event)
        elif self.over:
            return
        elif isinstance(event, Compiled):
            self._compiled(machine, event)
        elif isinstance(event, Trained):
            self._trained(machine, event)
        elif isinstance(event, Retraced):
            self._retraced(machine, event)
        elif isinstance(event, Applied):
            self._applied(machine, event)
        elif isinstance(event, StepRun):
            self._ran(machine, event)

    def _ran(self, machine: Machine, event: StepRun) -> None:
        """A step under `@tf.function` has run: what it applied is as its trace has it."""
        known = {id(reading) for _, _, readings in self.steps for reading in readings}
        traced = [r for r in self.readings if any(f.role == "traced" for f in r.event.at.frames) and id(r) not in known]
        self.steps.append((event, shapes.signature(machine, event.at.site.node), traced))
        self.recent.clear()

    def _called(self, event: LayerCalled) -> None:
        if self.following:
            self.following[-1].calls.append(event)
        else:
            self.calls.setdefault(event.layer, []).append(event)
            self.recent.append(event)

    def _compiled(self, machine: Machine, event: Compiled) -> None:
        machine.store.set(("held", event.model), flags_in(machine, layout(machine, event.model)))
        for method in set(TRACE_OF.values()):
            machine.store.set(("traces", event.model, method), ())

    def _retraced(self, machine: Machine, event: Retraced) -> None:
        for method in set(TRACE_OF.values()):
            machine.store.set(("traces", event.model, method), ())

    def _trained(self, machine: Machine, event: Trained) -> None:
        here = layout(machine, event.model)
        live = flags_in(machine, here)
        key = ("traces", event.model, TRACE_OF.get(event.method, event.method))
        traces = machine.store.get(key, ())
        call = self.given.node if self.given else None
        signature = shapes.signature(machine, call)
        self.readings.append(
            Reading(
                event, here, live,
                held=machine.store.get(("held", event.model)),
                traces=traces,
                signature=signature,
                compiled=machine.store.get(("compiled", event.model)),
                arguments=self.given,
                forward=self.forward.get(event.model),
                repeats=self.repeating > 0,
                halted=_halted(machine, machine.store.get(("optimizer", event.model))),
            )
        )  # fmt: skip
        if isinstance(traces, tuple) and not any(t.signature == signature for t in traces if signature is not None):
            machine.store.set(key, (*traces, Trace(signature, live, here.ids, event.at.site, not traces)))
        if callbacks.may_meddle(machine, self.given):
            trainability.forgotten(machine, event.model, "a callback may have changed flags or weights")

    def _applied(self, machine: Machine, event: Applied) -> None:
        owners = owners_of(machine, event)
        here = owners[0].layout if owners else Layout(-1, (), frozenset())
        live: States = {}
        for owner in owners or ():
            live.update(flags_in(machine, owner.layout))
        reading = Reading(
            event,
            here,
            live,
            calls=tuple(self.recent),
            owners=owners,
            repeats=self.repeating > 0,
            halted=_halted(machine, event.optimizer),
        )
        (self.following[-1].applied if self.following else self.readings).append(reading)
        if not machine.traced:
            self.recent.clear()

    def took(self, machine: Machine, owner: int, taken: int) -> None:
        """A list of the variables of `owner` was read."""
        if not self.over:
            here = layout(machine, owner, fitted=False)
            self.taken[(owner, taken)] = here, flags_in(machine, here)


def owners_of(machine: Machine, event: Applied) -> tuple[Owner, ...] | None:
    """The lists of variables that an optimizer is given, with what held when they were read."""
    detail, parts = machine.detail, variables.parts(machine, event.variables)
    assert detail is not None
    if parts is None:
        return None
    loss = event.gradients.loss if isinstance(event.gradients, Gradients) else None
    found = []
    for part in parts:
        known = detail.taken.get((part.owner, part.taken)) if isinstance(part, Weights) else None
        if known is None or not isinstance(part, Weights):
            return None
        found.append(Owner(part.owner, part.path, *known, _idle(machine, part.owner, loss)))
    return tuple(found)


def _halted(machine: Machine, optimizer: object) -> Moment | None:
    at = machine.store.get(("halted", optimizer))
    return at if isinstance(at, Moment) else None


def _idle(machine: Machine, owner: int, loss: Value | None) -> str:
    """Why the loss may not depend on the variables of `owner`."""
    if not isinstance(loss, Tensor):
        return "how the loss depends on it is not known"
    sure = [part.id for part in loss.parts if part.id not in loss.barred and not part.inside]
    if owner in sure:
        return ""
    for id in sure:
        places = [p for p in layout(machine, id, fitted=False).places if owner in (*p.above, p.id)]
        if places:
            return places[0].idle
    return "the loss may not depend on it"


def flags_in(machine: Machine, here: Layout) -> States:
    """The flags of everything in a layout at this moment."""
    found: States = {}
    for id in here.ids:
        found[(id, "")] = trainability.state_of(machine, id)
        found[(id, REST)] = trainability.state_of(machine, id, REST)
    for place in here.places:
        if (late := machine.store.get(("state", place.id, UNWATCHED))) is not None:
            found[(place.id, UNWATCHED)] = late
        for name in (*place.trained, *place.moving):
            found[(place.id, name)] = trainability.state_of(machine, place.id, name)
    return found
