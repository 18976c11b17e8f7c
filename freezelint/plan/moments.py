"""Which flags count at a training call: those of the compile, of a trace, or those of the moment.

Keras 2 imposes the flags of the last `compile()` (FACTS A1, A2); Keras 3 reads them when it traces the train function,
once for each input signature since that compile (A1, A2, A2c, A5), in every step with `run_eagerly` and on torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from freezelint.plan.doubts import doubt_of
from freezelint.timeline.detail.memory import Reading, Trace
from freezelint.timeline.detail.states import State, States
from freezelint.timeline.events import Compiled, Site, Trained
from freezelint.timeline.machine import Machine

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Moments:
    """The sets of flags that may count; `sites` are the compile or the trace that they are from.

    What was written after `since` is not known to count, for the reason `open`. `doubt` is why nothing is known.
    """

    flags: tuple[States, ...]
    how: str = ""
    since: int = _NEVER
    open: str = ""
    doubt: str = ""
    site: Site | None = None


def moments_of(machine: Machine, reading: Reading, *, keras: str, backend: str) -> Moments:
    """The flags that count at a `fit` or `train_on_batch`."""
    event = reading.event
    assert isinstance(event, Trained)
    doubt = doubt_of(machine, reading, keras)
    if doubt is not None:
        return Moments((reading.live,), doubt=doubt[0], site=doubt[1])
    if keras == "2":
        return _compiled(reading)
    return _traced(machine, reading, backend)


def _compiled(reading: Reading) -> Moments:
    if not isinstance(reading.held, dict):
        return Moments((reading.live,), since=0, open="which `compile` it goes by is not known")
    late = {key: state for key, state in reading.live.items() if key not in reading.held}
    compiled = reading.compiled
    site = compiled.at.site if isinstance(compiled, Compiled) else None
    return Moments(({**reading.held, **late},), "compile", site=site)


def _traced(machine: Machine, reading: Reading, backend: str) -> Moments:
    compiled = reading.compiled
    eager = machine.eager or (compiled.eager if isinstance(compiled, Compiled) else None)
    if eager is True or backend == "torch":
        return Moments((reading.live,), "live")
    if not isinstance(reading.traces, tuple):
        since = compiled.at.order if isinstance(compiled, Compiled) else 0
        return Moments((reading.live,), since=since, open="whether it is traced here or was before is not known")
    traces: tuple[Trace, ...] = reading.traces
    if any(trace.ids != reading.layout.ids for trace in traces):
        return Moments((reading.live,), doubt="layers were added or removed after its first training call")
    same = [t for t in traces if t.sure and t.signature is not None and t.signature == reading.signature]
    if eager is False and same:
        return Moments((same[0].flags,), "trace", site=same[0].site)
    if eager is False and not traces:
        return Moments((reading.live,), "trace", site=reading.event.at.site)
    open = "whether Keras 3 traces again here (it does for another shape or type of the data) is not known"
    return Moments((reading.live, *(trace.flags for trace in traces)), open=open)


def unchanged(states: States, other: States) -> bool:
    """Whether two sets of flags say the same."""
    return all(_same(state, other.get(key)) for key, state in states.items())


def _same(state: State, other: State | None) -> bool:
    return other is not None and state.value is other.value
