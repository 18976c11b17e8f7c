"""Training steps of the program's own: which weights the lists that an optimizer is given hold.

An optimizer updates whatever it is given (FACTS E1); `trainable_variables` holds what the flags chose when it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from freezelint.plan.moments import Moments
from freezelint.plan.verdicts import Verdict, flag, of_place, verdicts
from freezelint.timeline.detail.layout import Place, layout
from freezelint.timeline.detail.memory import Owner, Reading
from freezelint.timeline.detail.states import BORN, UNWATCHED, States
from freezelint.timeline.events import Applied, LayerCalled
from freezelint.timeline.keras import variables
from freezelint.timeline.keras.flags import above
from freezelint.timeline.machine import Machine
from freezelint.timeline.values import Const, Gradients

_CHOSEN = frozenset({"trainable_variables", "trainable_weights"})
_RANK = {"trains": 2, "unknown": 1, "still": 0}
_EVERY = frozenset({"variables", "weights"})


def doubt_of_lists(machine: Machine, readings: Iterable[Reading]) -> str:
    """Why it is not known which variables a step updates; "" when it is."""
    for reading in readings:
        event = reading.event
        if not isinstance(event, Applied) or reading.owners is None:
            return "which variables the optimizer is given is not known"
        if reading.halted is not None:
            return "the learning rate is 0"
        if not isinstance(event.gradients, Gradients) or event.gradients.zeroed:
            return "the gradients are changed before they are applied"
        of, given = variables.key_of(machine, event.gradients.of), variables.key_of(machine, event.variables)
        if of is None or of != given:
            return "the gradients may be those of other variables"
        for owner in reading.owners:
            if owner.path not in _CHOSEN | _EVERY:
                return f"which variables `{machine.label(owner.id)}.{owner.path}` are is not known"
    return ""


def of_owner(machine: Machine, readings: Sequence[Reading], owner: int, keras: str) -> list[Verdict]:
    """What a step does to the weights of one owner of the lists that its optimizers are given."""
    mine = [o for reading in readings for o in reading.owners or () if o.id == owner]
    found: list[Verdict] = []
    for place in mine[0].layout.places:
        found += _of_place(machine, place, mine, readings[-1], keras)
    doubt = doubt_of_lists(machine, readings)
    return [Verdict(v.path, "unknown", doubt) for v in found] if doubt else found


def agreed(found: list[Verdict], other: list[Verdict]) -> list[Verdict]:
    """What two traces of a step have in common: which of them runs is not known."""
    words = {verdict.path: verdict.word for verdict in other}
    reason = "which trace of the step runs here depends on the data and is not known"
    return [v if words.get(v.path) == v.word else Verdict(v.path, "unknown", reason, v.site) for v in found]


def _of_place(machine: Machine, place: Place, owners: list[Owner], reading: Reading, keras: str) -> Iterator[Verdict]:
    if place.doubt:
        yield Verdict(place.path, "unknown", place.doubt)
        return
    for name in place.trained:
        path = place.path if name == "*" else f"{place.path}/{name}".lstrip("/")
        verdict = _listed(place, name, owners, keras)
        if place.batchnorm and verdict.word == "trains":
            verdict = Verdict("", "unknown", "its BatchNormalization may run in training mode")
        yield replace(verdict, path=path)
    for name in (*place.moving, *place.fixed):
        yield replace(_statistics(machine, place, reading.live, reading.calls), path=f"{place.path}/{name}".lstrip("/"))


def _listed(place: Place, name: str, owners: list[Owner], keras: str) -> Verdict:
    """A weight: in one of the lists, in none, or nobody knows."""
    best = Verdict("", "still", "no list that the optimizer is given holds it")
    for owner in owners:
        state = BORN if owner.path in _EVERY else flag(place, name, owner.flags, keras)
        if state.value is True:
            idle = place.idle or owner.idle
            if (place.id, UNWATCHED) in owner.flags:
                return Verdict("", "unknown", "it was or may have been frozen when its weights were made")
            return Verdict("", "unknown", idle) if idle else Verdict("", "trains", "", state.site, state.order)
        if state.value is None:
            best = Verdict("", "unknown", state.reason, state.site)
        elif best.word == "still":
            best = Verdict("", "still", "", state.site, state.order)
    return best


def _statistics(machine: Machine, place: Place, states: States, calls: tuple[LayerCalled, ...]) -> Verdict:
    """Moving statistics: a call in training mode moves them unless the layer is frozen (FACTS D1, D3)."""
    if not place.moving:
        return Verdict("", "still", "nothing moves them in training")
    state = states.get((place.id, ""), BORN)
    if state.value is False:
        return Verdict("", "still", "", state.site, state.order)
    holding = set(above(machine, place.id))
    calls = tuple(call for call in calls if call.layer in holding and not call.symbolic)
    modes = {_mode(machine, place, call) for call in calls}
    if True in modes:
        return Verdict("", "trains" if state.value else "unknown", state.reason, state.site, state.order)
    if modes == {False}:
        return Verdict("", "still", "the step runs it in inference mode")
    return Verdict("", "unknown", "a forward pass in training mode moves them")


def _mode(machine: Machine, place: Place, call: LayerCalled) -> bool | None:
    """Whether a call runs the layer at `place`, somewhere in what is called, in training mode."""
    given = None if call.training is None else call.training.value if isinstance(call.training, Const) else "unknown"
    if given is None or given is False:
        return False
    if given is not True:
        return None
    modes = [p.mode for p in layout(machine, call.layer).places if p.id == place.id]
    return modes[0] if len(modes) == 1 else None


# -- a train_step of the model's own class -------------------------------------------------------------------


def of_train_step(machine: Machine, reading: Reading, moments: Moments, keras: str) -> list[Verdict]:
    """What `fit` does with the `train_step` of the model's class."""
    ran = reading.forward
    assert ran is not None
    doubt = doubt_of_lists(machine, ran.applied) or ("" if ran.applied else "nothing is known of its `train_step`")
    if moments.doubt or doubt:
        return verdicts(reading.layout, replace(moments, doubt=moments.doubt or doubt), keras=keras)
    given = {repr(call.training) for call in ran.step_calls if call.layer == reading.layout.model}
    sure = given == {repr(Const(True))} and len({call.layer for call in ran.step_calls}) == 1
    owners = [owner for step in ran.applied for owner in step.owners or ()]
    found: list[Verdict] = []
    for place in reading.layout.places:
        inside = [o for o in owners if o.id in (*place.above, place.id)]
        idle = next((owner.idle for owner in inside if owner.idle), "")
        here = replace(place, mode=place.mode if sure else None, idle=place.idle or idle)
        found += _in_lists(here, inside, moments, keras)
    return found


def _in_lists(place: Place, owners: list[Owner], moments: Moments, keras: str) -> list[Verdict]:
    """A place as the lists of a `train_step` have it: from the owner of a list down, its flags count."""
    best = list(of_place(place, moments, keras, "nothing"))
    for owner in owners:
        way = (*place.above, place.id)
        here = replace(place, above=way[way.index(owner.id) : -1])
        found = list(of_place(here, moments, keras, "all" if owner.path in _EVERY else "chosen"))
        if sum(_RANK[v.word] for v in found) / len(found) > sum(_RANK[v.word] for v in best) / len(best):
            best = found
    return best
