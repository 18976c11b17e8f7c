"""Reasons why nothing can be told about a training call although the flags are known."""

from __future__ import annotations

from freezelint.timeline.arguments import Arguments
from freezelint.timeline.detail.memory import Reading
from freezelint.timeline.events import Compiled, Site, Trained
from freezelint.timeline.keras import callbacks
from freezelint.timeline.machine import Machine

Doubt = tuple[str, Site | None]


def doubt_of(machine: Machine, reading: Reading, keras: str) -> Doubt | None:
    """Why a `fit` or `train_on_batch` may do anything; None when it does what the flags say."""
    event = reading.event
    assert isinstance(event, Trained)
    this = machine.objects[event.model]
    if reading.held is None and this.keras and this.fresh and reading.compiled is None:
        return "the model is not compiled", None
    if this.cls is not None and not this.cls.known:
        return f"a base class of {this.cls.name} is not known", None
    return _of_compile(machine, reading, keras) or _of_callbacks(machine, reading.arguments)


def _of_compile(machine: Machine, reading: Reading, keras: str) -> Doubt | None:
    compiled = reading.compiled
    if reading.halted is not None:
        return "the learning rate is 0", reading.halted.site
    if not isinstance(compiled, Compiled):
        return None
    if compiled.rate == 0:
        return "the learning rate is 0", compiled.at.site
    optimizer = machine.store.get(("optimizer", reading.event.model)) if isinstance(reading.event, Trained) else None
    args = machine.made.get(optimizer) if isinstance(optimizer, int) else None
    if keras == "3" and args is not None and "use_ema" in args.keywords:
        return "`use_ema` writes averages into the weights", args.site
    return None


def _of_callbacks(machine: Machine, args: Arguments | None) -> Doubt | None:
    """Callbacks of the program may toggle flags, compile or set weights while it trains."""
    if args is None or not callbacks.may_meddle(machine, args):
        return None
    return "a callback may change flags or weights while it trains", args.site
