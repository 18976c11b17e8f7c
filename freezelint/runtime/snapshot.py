"""Hold the bits of variables, compare them later, put them back. Every replica counts on its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from freezelint.runtime.engines import tensorflow as backend


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one replica of a variable between two moments.

    `elements` counts elements whose bits differ, `masked` those of them under a mask; `largest` is the
    largest absolute change, NaN where no changed pair can be subtracted. A variable that is
    `comparable=False` (strings, lookup resources) has `elements=None`.
    """

    elements: int | None
    masked: int = 0
    largest: float = 0.0
    comparable: bool = True

    @property
    def moved(self) -> bool:
        return bool(self.elements)


@dataclass(frozen=True, slots=True)
class Held:
    """One replica of a variable and a tensor with the bits that it had."""

    component: Any
    tensor: Any
    comparable: bool


class Snapshot:
    """The bits of some variables at one moment.

    On TensorFlow a held tensor shares the variable's buffer until somebody writes, so what does not change
    costs no memory. Variables may be tf.Variable, distributed or not; hold each object once.
    """

    def __init__(self, variables: Iterable[Any] = ()) -> None:
        self.held: dict[int, tuple[Held, ...]] = {}
        self._alive: list[Any] = []
        for variable in variables:
            self.hold(variable)

    def hold(self, variable: Any) -> None:
        """Hold the present bits of one more variable; one that is held already keeps what was held."""
        if id(variable) in self.held:
            return
        with backend.tf().init_scope():
            parts = backend.components(variable)
            if not all(part.is_initialized() for part in parts):
                return  # being born in a trace: it has no old bits, and is dropped with the step that made it
            self.held[id(variable)] = tuple(_hold(part) for part in parts)
        self._alive.append(variable)

    def compare(
        self, variables: Iterable[Any], masks: Mapping[int, Any] | None = None
    ) -> dict[int, tuple[Change, ...]]:
        """How each of `variables` differs now from what was held, by id, replica by replica.

        Bit for bit: -0.0 is not 0.0, a NaN that keeps its bits has not changed. `masks` maps a variable's id
        to a boolean array of its shape. Runs where the variables live, with one host read for all of them.

        Raises:
            KeyError: a variable that was not held.
        """
        masks = masks or {}
        pending: list[tuple[int, int, Any]] = []
        result: dict[int, list[Change]] = {}
        for variable in variables:
            mask = masks.get(id(variable))
            changes = result[id(variable)] = []
            for index, held in enumerate(self.held[id(variable)]):
                changes.append(Change(0) if held.comparable else Change(None, comparable=False))
                if not held.comparable:
                    continue
                now = backend.read(held.component)
                if not backend.same_buffer(held.tensor, now):
                    pending.append((id(variable), index, backend.difference(held.tensor, now, mask)))
        if pending:
            table = backend.tf().stack([numbers for _, _, numbers in pending]).numpy()
            for (key, index, _), (elements, masked, largest) in zip(pending, table.tolist(), strict=True):
                result[key][index] = Change(int(elements), int(masked), largest if elements else 0.0)
        return {key: tuple(changes) for key, changes in result.items()}

    def put_back(self) -> None:
        """Give every held variable its old bits again; what still has its buffer is left alone."""
        for parts in self.held.values():
            for held in parts:
                if held.tensor is None:
                    continue
                if held.comparable and backend.same_buffer(held.tensor, backend.read(held.component)):
                    continue
                held.component.assign(held.tensor)

    def release(self, variables: Iterable[Any]) -> None:
        """Let go of variables that need no longer be compared, so that writing them copies nothing."""
        gone = {id(variable) for variable in variables}
        for key in gone:
            self.held.pop(key, None)
        self._alive = [variable for variable in self._alive if id(variable) not in gone]


def _hold(component: Any) -> Held:
    comparable = component.dtype.name not in backend.NOT_COMPARABLE
    readable = comparable or component.dtype.name == "string"
    return Held(component, backend.read(component) if readable else None, comparable)


def largest(changes: Iterable[Change]) -> float:
    """The largest change of several, ignoring NaN unless there is nothing else."""
    values = [change.largest for change in changes if change.moved]
    usable = [value for value in values if not math.isnan(value)]
    return max(usable) if usable else (math.nan if values else 0.0)
