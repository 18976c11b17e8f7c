"""Code that provably never runs because a selection of layers is empty: what it would have frozen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.events import Missed
from freezelint.timeline.keras.flags import is_closed
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Part, Selection, Tensor, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.machine import Machine

#: Layers that `include_top`, `pooling` and a classifier of another version may add to a counted network.
_MARGIN = 10


def bodies(machine: Machine, source: Value, suite: cst.BaseSuite) -> Iterator[tuple[Selection, cst.BaseSuite]]:
    """Bodies that a loop over layers never runs, each with what its variable would be: no layer.

    That is the whole loop when the selection holds none, else each `if` in it whose test was False for all.
    """
    if not isinstance(source, Selection) or source.items is None:
        return
    nobody = replace(source, items=(), each=True, guards=len(machine.guards))
    if not source.items:
        yield nobody, suite
    elif not machine.frames:
        for node in suite.body:
            if isinstance(node, cst.If) and machine.verdicts.get(node) == {False}:
                yield replace(nobody, path=f"{source.path} if {text_of(node.test)}"), node.body


@contextmanager
def imagined(machine: Machine, returns: list[Any]) -> Iterator[None]:
    """What happens in here does not happen, its `return`s included; only the writes that miss are kept."""
    mark, seen, stopped = machine.store.mark(), len(machine.events), machine.stopped
    running, returns[:] = list(returns), []
    with machine.guarded():
        yield
    returns[:] = running
    machine.stopped = stopped
    machine.store.undo(mark)
    machine.events[seen:] = [event for event in machine.events[seen:] if isinstance(event, Missed)]


def decided(machine: Machine, node: cst.CSTNode, verdict: bool | None) -> None:
    """Note how the test of an `if` came out."""
    machine.verdicts.setdefault(node, set()).add(verdict)


# -- how many layers a model has at most ---------------------------------------------------------------------


def counted(machine: Machine, model: int, inputs: list[Tensor], outputs: Tensor, inner: tuple[Part, ...]) -> None:
    """A functional model whose layers are all known: itself, and one `InputLayer` per input."""
    plain = outputs.plain and not any(part.inside or not machine.objects[part.id].keras for part in inner)
    if is_closed(machine, model) and plain:
        machine.store.set(("most", model), len(inputs) + len(inner))


def counted_application(machine: Machine, name: str, model: int, args: Arguments) -> None:
    """A named network without layers of the user in front of it."""
    most = symbols.LAYER_COUNTS.get(name.rpartition(".")[2])
    if most is not None and args.complete and "input_tensor" not in args.keywords and len(args.positional) < 3:
        machine.store.set(("most", model), most + _MARGIN)


def holds_nothing(machine: Machine, owner: int, key: slice) -> bool:
    """Whether `layers[key]` is empty however many layers the owner really has."""
    if key.start is not None and key.start < 0 and key.stop == 0 and key.step is None:
        return True
    most = machine.store.get(("most", owner))
    if most is None or key.step is not None or key == slice(None, 0):
        return False
    return not any(range(count)[key] for count in range(1, most + 1))
