"""Writes that a training call no longer looks at, generation by generation.

Keras 2 trains with the flags of the last `compile()` (FACTS A1, A2); Keras 3 with those of the moment when the train
function was traced (A1, A2, A5), eager execution with the live ones (A2). On JAX and torch the first call builds the
optimizer for the variables of that moment: a fit with others raises on JAX, one with more of them raises on torch,
which reads the flags at every step (section 2b, G-A1 and G-A2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from freezelint.timeline.events import Compiled, FlagEntry, Flags, FlagWritten, Retraced, Site, StepRun, Trained
from freezelint.timeline.keras.flags import children, covering, is_closed, value_in
from freezelint.timeline.symbols import WEIGHTLESS

if TYPE_CHECKING:
    from freezelint.target import Keras, Target
    from freezelint.timeline import Timeline
    from freezelint.timeline.machine import Machine

Outcome = Literal["first", "again"]


@dataclass(frozen=True, slots=True)
class StaleWrite:
    """`write` came after the moment that `trained` goes by. `outcomes` says for which generation, and whether
    the call is the "first" one since that compile or trains "again"."""

    write: FlagWritten
    trained: Trained
    compiled: Compiled
    outcomes: dict[Keras, Outcome]


def stale_writes(timeline: Timeline, target: Target) -> Iterator[StaleWrite]:
    """Every write that some training call overlooks, at the first such call.

    A write that only some passes of a loop run counts as one after the first pass, where that makes a difference.
    """
    found: dict[tuple[object, object], StaleWrite] = {}
    for trained in timeline.of(Trained):
        if not isinstance(trained.compiled, Compiled):
            continue
        for joined in trained.flags.entries.values():
            entry = _origin(joined.after_its_write(trained.at))
            key = (entry.write.at.site.node, entry.write.at.frames)
            known = found.get(key)
            if known is not None and (joined.newest is None or "again" in known.outcomes.values()):
                continue
            stale = _stale(timeline, target, trained, entry)
            if stale is not None and (known is None or "again" in stale.outcomes.values()):
                found[key] = stale
    yield from found.values()


def _stale(timeline: Timeline, target: Target, trained: Trained, entry: FlagEntry) -> StaleWrite | None:
    """The write behind a flag, if this training call overlooks it."""
    write, compiled = entry.write, trained.compiled
    if not isinstance(compiled, Compiled) or write.at.order < compiled.at.order:
        return None
    if not _speaks(entry, trained, timeline.machine):
        return None
    outcomes = _outcomes(timeline, target, trained, compiled, entry)
    if _meant_for_another(entry, trained, timeline.machine) and not (
        target.backend == "jax" and "again" in outcomes.values()
    ):
        return None
    return StaleWrite(write, trained, compiled, outcomes) if outcomes else None


def _origin(entry: FlagEntry) -> FlagEntry:
    """The write that gave the flag its value: those that repeat it change nothing and are not to blame."""
    while (before := entry.write.under) is not None and before.certain and before.value is entry.value:
        if any(old.value is not entry.value for old in entry.write.replaced):
            break
        entry = before
    return entry


def _speaks(entry: FlagEntry, trained: Trained, machine: Machine) -> bool:
    """Whether the write is known well enough, and was certainly meant for this training call."""
    if entry.value is None or _blurred(entry, trained):
        return False
    if not entry.certain and not trained.at.follows(entry.write.at):
        return False
    return all(frame.role == "plain" for frame in entry.write.at.frames)


def _meant_for_another(entry: FlagEntry, trained: Trained, machine: Machine) -> bool:
    """Another model that may hold the layer was compiled after the write, or before with the flag that the write gives
    back (the discriminator of a GAN, once the joint model is compiled). On JAX that does not help: fit raises.
    """
    return any(
        shared and (other.at.order > entry.write.at.order or _given_back(entry, other, machine))
        for other, shared in trained.others
    )


def _given_back(entry: FlagEntry, other: Compiled, machine: Machine) -> bool:
    """Whether the write restores what another model, compiled with it, goes by."""
    return entry.key[0] in other.flags.inside and value_in(other.flags, machine, entry.key) is entry.value


def _blurred(entry: FlagEntry, trained: Trained) -> bool:
    """Layers below got flags that are not known, after the write: they may be what they were before it."""
    return entry.key[1] == "" and any(
        later.value is None and later.write.at.order > entry.write.at.order and later.key[0] in trained.flags.inside
        for later in trained.flags.entries.values()
    )


def _outcomes(
    timeline: Timeline, target: Target, trained: Trained, compiled: Compiled, entry: FlagEntry
) -> dict[Keras, Outcome]:
    machine = timeline.machine
    found: dict[Keras, Outcome] = {}
    changed = differs(compiled.flags, machine, entry)
    if "2" in target.generations and changed:
        found["2"] = "again" if _trained_between(timeline, compiled, entry.write, trained) else "first"
    if "3" in target.generations and target.backend in ("jax", "torch"):
        live = target.backend == "torch" and entry.value is False
        outcome = None if live else _by_optimizer(timeline, trained, compiled, entry, changed=changed)
        if outcome is not None:
            found["3"] = outcome
    elif "3" in target.generations:
        trace = trained.trace
        eager = compiled.eager is not False or machine.eager or _retraced(timeline, entry.write, trained)
        if trace is None and changed and not eager:
            found["3"] = "first"
        elif isinstance(trace, Trained) and entry.write.at.order > trace.at.order:
            live = eager and entry.value is False
            if not live and differs(trace.flags, machine, entry):
                found["3"] = "again"
    return found


def _by_optimizer(
    timeline: Timeline, trained: Trained, compiled: Compiled, entry: FlagEntry, *, changed: bool
) -> Outcome | None:
    """JAX and torch: whichever method trains first builds the optimizer, eagerly or not."""
    if trained.trace == "unknown":
        return None
    calls = (e for e in timeline.of(Trained) if e.model == trained.model and e.compiled is compiled)
    first = next(calls, trained)
    if first is trained:
        return "first" if changed else None
    later = entry.write.at.order > first.at.order
    return "again" if later and differs(first.flags, timeline.machine, entry) else None


def differs(flags: Flags, machine: Machine, entry: FlagEntry) -> bool:
    """Whether a flag in force is not what it was in an earlier snapshot, itself or anything under it."""
    was = value_in(flags, machine, entry.key)
    if was is not None and was is not entry.value:
        return was is False or entry.key[1] != "" or nothing_trains(machine, entry.key[0], flags) is None
    if entry.key[1] not in ("", "layers"):
        return False
    return any(
        old.value is not None and old.value is not entry.value and old.certain
        for old in flags.entries.values()
        if old.key != entry.key and any(r.key == old.key for r in entry.write.replaced)
    )


def _retraced(timeline: Timeline, write: FlagWritten, trained: Trained) -> bool:
    """`make_train_function(force=True)` after the write: Keras 3 looks at the flags again (FACTS A2c)."""
    return any(
        event.model == trained.model and write.at.order < event.at.order < trained.at.order
        for event in timeline.of(Retraced)
    )


def _trained_between(timeline: Timeline, compiled: Compiled, write: FlagWritten, trained: Trained) -> bool:
    return any(
        event.model == trained.model and compiled.at.order < event.at.order < write.at.order
        for event in timeline.of(Trained)
    )


def nothing_trains(machine: Machine, model: int, flags: Flags) -> FlagEntry | None:
    """The write that leaves a model without anything to train in a snapshot of its flags; None if something may.

    The model's own flag stands above all others (FACTS A1c, C1); else every layer that it holds must be frozen.
    """
    top = flags.entries.get((model, ""))
    if top is not None and top.value is False and top.certain:
        return top
    parts = children(machine, model)
    whole = flags.entries.get((model, "layers")) or flags.entries.get((model, "submodules"))
    if whole is not None and whole.value is False and whole.certain and whole.write.held == len(parts):
        return None if _may_train(flags, whole) else whole
    if not is_closed(machine, model) or not parts:
        return None
    found: list[FlagEntry] = []
    for part in parts:
        if machine.objects[part.id].symbol in WEIGHTLESS:
            continue
        entry = covering(flags, machine, (part.id, "")) or flags.entries.get((part.id, "layers"))
        if entry is None or entry.value is not False or not entry.certain or _may_train(flags, entry):
            return None
        found.append(entry)
    return max(found, key=lambda e: e.write.at.order, default=None)


def _may_train(flags: Flags, frozen: FlagEntry) -> bool:
    """Whether something was set to True, or to something unknown, after `frozen` was written."""
    order = frozen.write.at.order
    return any(e.value is not False and e.write.at.order > order for e in flags.entries.values())


def blame(timeline: Timeline, write: FlagWritten, wrong: list[FlagWritten], trained: Trained | StepRun) -> Site:
    """The statement to change: a helper's write when every call of the helper is wrong, else the call."""
    shared = 0
    for mine, theirs in zip(write.at.frames, trained.at.frames, strict=False):
        if mine != theirs:
            break
        shared += 1
    if shared >= len(write.at.frames):
        return write.at.site
    call = write.at.frames[shared].call
    same = [w for w in timeline.of(FlagWritten) if w.at.site.node is write.at.site.node]
    calls = {w.at.frames[shared].call for w in same if len(w.at.frames) > shared}
    bad = {w.at.frames[shared].call for w in wrong if w in same and len(w.at.frames) > shared}
    if call is None or {_node(c) for c in calls} <= {_node(c) for c in bad}:
        return write.at.site
    return call


def _node(site: Site | None) -> object:
    return None if site is None else site.node
