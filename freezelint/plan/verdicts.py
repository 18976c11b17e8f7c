"""What one training call does to every weight of its model: trains, still, or unknown, each with its cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from freezelint.plan.moments import Moments
from freezelint.timeline.detail.layout import Layout, Place
from freezelint.timeline.detail.states import BORN, REST, UNWATCHED, State, States
from freezelint.timeline.events import Site

Word = Literal["trains", "still", "unknown"]
Listed = Literal["chosen", "all", "nothing"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to the weight at `path`; `reason` says why it is not known, `site` where the cause stands.

    `order` is the moment of the write that decides, 0 when nothing was written.
    """

    path: str
    word: Word
    reason: str = ""
    site: Site | None = None
    order: int = 0
    under: str = ""


def verdicts(layout: Layout, moments: Moments, *, keras: str) -> list[Verdict]:
    """Every weight of a model that `fit` or `train_on_batch` trains."""
    found = [one for place in layout.places for one in of_place(place, moments, keras)]
    if moments.doubt:
        return [Verdict(one.path, "unknown", moments.doubt, moments.site) for one in found]
    return found


def of_place(place: Place, moments: Moments, keras: str, listed: Listed = "chosen") -> Iterator[Verdict]:
    """A layer as one when all its weights fare alike, else weight by weight.

    `listed` says what the list that the optimizer is given has of it: what the flags have chosen, all, or nothing.
    """
    weights = [(name, _agreed(place, name, moments, keras, listed)) for name in (*place.trained, *place.moving)]
    weights += [(name, Verdict("", "still", f"nothing moves `{name}` in training")) for name in place.fixed]
    if place.doubt:
        yield Verdict(place.path, "unknown", place.doubt)
        return
    if len({verdict.word for _, verdict in weights}) == 1:
        first = weights[0][1]
        yield Verdict(place.path, first.word, first.reason, first.site, first.order, first.under)
        return
    for name, verdict in weights:
        path = f"{place.path}/{name}" if place.path else name
        yield Verdict(path, verdict.word, verdict.reason, verdict.site, verdict.order, verdict.under)


def _agreed(place: Place, name: str, moments: Moments, keras: str, listed: Listed) -> Verdict:
    """The same under every set of flags that may count, or unknown."""
    found = [_one(place, name, states, moments, keras, listed) for states in moments.flags]
    if len({verdict.word for verdict in found}) == 1:
        return found[0]
    changed = max(found, key=lambda v: v.order)
    return Verdict("", "unknown", moments.open, changed.site)


def _one(place: Place, name: str, states: States, moments: Moments, keras: str, listed: Listed) -> Verdict:
    if name in place.moving:
        return _moving(place, states, moments)
    if listed == "nothing":
        return Verdict("", "still", "no list that an optimizer is given holds it")
    state = BORN if listed == "all" else flag(place, name, states, keras)
    if state.value is None or state.order > moments.since:
        reason = state.reason or moments.open
        return Verdict("", "unknown", reason, state.site)
    if state.value is False:
        return Verdict("", "still", "", state.site, state.order)
    if place.idle:
        return Verdict("", "unknown", place.idle)
    late = states.get((place.id, UNWATCHED))
    if late is not None and late.value is False:
        return Verdict("", "still", "its weights were made while it was frozen, so Keras 3 cannot train them")
    if late is not None:
        return Verdict("", "unknown", f"it may have been frozen when its weights were made: {late.reason}", late.site)
    if place.batchnorm and place.mode is not True:
        return Verdict("", "unknown", "whether its BatchNormalization runs in training mode is not known")
    return Verdict("", "trains", "", state.site, state.order)


def _moving(place: Place, states: States, moments: Moments) -> Verdict:
    """The moving statistics of a BatchNormalization: its own flag False is inference mode (FACTS D1)."""
    state = states.get((place.id, ""), BORN)
    if state.order > moments.since:
        state = State(None, state.order, state.site, moments.open)
    if state.value is False:
        return Verdict("", "still", "", state.site, state.order)
    if place.mode is False:
        return Verdict("", "still", "it runs in inference mode")
    if state.value is None or place.mode is None:
        return Verdict("", "unknown", state.reason or "whether it runs in training mode is not known", state.site)
    return Verdict("", "trains", "", state.site, state.order)


def flag(place: Place, name: str, states: States, keras: str) -> State:
    """The flag that decides about a weight when the first object above it is the one that is trained.

    Keras 2 asks every object on the way, Keras 3 the trained model and the weight (FACTS C1, C3, X4).
    """
    own = states.get((place.id, name)) or states.get((place.id, ""), BORN)
    if name == "*":
        own = states.get((place.id, REST), BORN)
    way = [states.get((id, ""), BORN) for id in place.above]
    if keras == "3":
        way = way[:1] if way else [states.get((place.id, ""), BORN)]
    elif name == "*":
        way.append(states.get((place.id, ""), BORN))
    return _weakest([*way, own])


def _weakest(states: Iterable[State]) -> State:
    """The first False, else the first that is not known, else the newest True."""
    known = list(states)
    for value in (False, None):
        for state in known:
            if state.value is value:
                return state
    return max(known, key=lambda s: s.order)
