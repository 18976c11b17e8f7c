"""What a detailed walk remembers: one generation of Keras followed flag by flag, for `freezelint plan`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freezelint.timeline import shapes, trainability
from freezelint.timeline.events import (
    Applied,
    Compiled,
    Event,
    FlagWritten,
    LayerCalled,
    Retraced,
    StepRun,
    Trained,
    Written,
)
from freezelint.timeline.layout import Layout, layout
from freezelint.timeline.states import REST, StateKey, States
from freezelint.timeline.symbols import TRACE_OF
from freezelint.timeline.values import Value

if TYPE_CHECKING:
    from freezelint.target import Keras
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine


@dataclass(slots=True)
class Forward:
    """What running `call` and `train_step` of an object of the program's class showed."""

    result: Value | None = None
    calls: list[LayerCalled] = field(default_factory=list)
    applied: list[Reading] = field(default_factory=list)
    own_step: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """A train function as Keras traced it: for which data, with which flags and layers."""

    signature: object | None
    flags: States
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The state of things at a training call: `live` are the flags now, `held` those of the last compile.

    `held` is None when there was no compile, "unknown" when the walk cannot say; so are `traces`, those that the
    method has so far. `calls` are the layers that ran in a step of the program's own.
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
    owners: tuple[tuple[int, Layout, States], ...] = ()


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
    steps: list[tuple[StepRun, list[Reading]]] = field(default_factory=list)
    given: Arguments | None = None
    over: bool = False

    def observe(self, machine: Machine, event: Event) -> None:
        """Follow an event that the walk has just met."""
        if isinstance(event, FlagWritten):
            trainability.written(machine, event)
        elif isinstance(event, Written) and event.name == "trainable":
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
            )
        )  # fmt: skip
        if isinstance(traces, tuple) and not any(t.signature == signature for t in traces if signature is not None):
            machine.store.set(key, (*traces, Trace(signature, live, here.ids)))

    def _applied(self, machine: Machine, event: Applied) -> None:
        owners = []
        for owner, taken in _lists(event):
            known = self.taken.get((owner, taken))
            if known is not None:
                owners.append((owner, *known))
        if not owners:
            return
        _, here, live = owners[0]
        reading = Reading(event, here, live, calls=tuple(self.recent), owners=tuple(owners))
        if self.following:
            self.following[-1].applied.append(reading)
        else:
            self.readings.append(reading)

    def took(self, machine: Machine, owner: int, taken: int) -> None:
        """A list of the variables of `owner` was read."""
        if not self.over:
            here = layout(machine, owner, fitted=False)
            self.taken[(owner, taken)] = here, flags_in(machine, here)


def _lists(event: Applied) -> list[tuple[int, int]]:
    from freezelint.timeline.values import Items, Variables, Weights

    value: Any = event.variables
    parts = value.parts if isinstance(value, Variables) else value.items if isinstance(value, Items) else (value,)
    return [(p.owner, p.taken) for p in parts if isinstance(p, Weights)]


def flags_in(machine: Machine, here: Layout) -> States:
    """The flags of everything in a layout at this moment."""
    found: dict[StateKey, Any] = {}
    for id in here.ids:
        found[(id, "")] = trainability.state_of(machine, id)
        found[(id, REST)] = trainability.state_of(machine, id, REST)
    for place in here.places:
        for name in (*place.trained, *place.moving):
            found[(place.id, name)] = trainability.state_of(machine, place.id, name)
    return found
