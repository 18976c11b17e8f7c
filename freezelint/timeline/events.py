"""What a program does to its models, in execution order: the events that rules read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Union

from freezelint.timeline.saving_events import Copied, LoraEnabled, WeightsLoaded
from freezelint.timeline.step_events import GradientStopped, Stepped

if TYPE_CHECKING:
    import libcst as cst

    from freezelint.timeline.values import Value

#: A layer, or a selection of layers: the object's id, and "" or a path such as `layers[:-20]`.
FlagKey = tuple[int, str]


@dataclass(slots=True, eq=False)
class Site:
    """A node of one segment's tree: where something happens. Rows and columns are computed only when reported."""

    segment: int
    node: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that is running. `role` says why writes in it are special; `call` is where it was called."""

    name: str
    role: Literal["plain", "callback", "traced"] = "plain"
    call: Site | None = None
    class_name: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Moment:
    """When and where: `order` grows along the walk, `guards` are the branches that were open."""

    order: int
    site: Site
    frames: tuple[Frame, ...]
    guards: tuple[int, ...]

    def follows(self, other: Moment) -> bool:
        """Whether no branch stands between the two: a path that runs `other` runs this as well."""
        return self.guards == other.guards[: len(self.guards)]


@dataclass(frozen=True, slots=True, eq=False)
class FlagWritten:
    """`trainable` was set on a layer, a model or a selection of layers (`key`); `value` is None when unknown.

    `raw` is the value as written, `replaced` the flags that the write overrides, `under` the flag that held for
    `key` before, `keras` whether the target certainly is a Keras object, `held` how many parts it had then.
    """

    at: Moment
    key: FlagKey
    value: bool | None
    raw: Value
    text: str
    keras: bool
    replaced: tuple[FlagEntry, ...] = ()
    under: FlagEntry | None = None
    held: int = 0


@dataclass(slots=True, unsafe_hash=True)
class FlagEntry:
    """A flag in force. `certain` is False when only one of several joined paths wrote it.

    Where the paths disagree `value` is None and `newest` the value on the path that ran `write`.
    """

    key: FlagKey
    value: bool | None
    write: FlagWritten
    certain: bool = True
    newest: bool | None = None

    def after_its_write(self, at: Moment) -> FlagEntry:
        """The flag on the path that ran its write, if that path leads to `at` for sure; else as it is."""
        if self.newest is None or not at.follows(self.write.at):
            return self
        return replace(self, value=self.newest, newest=None)


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags in force at one moment at and below one model (its objects are `inside`), and on what holds those."""

    entries: dict[FlagKey, FlagEntry] = field(default_factory=dict)
    inside: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """`compile()` of `model`: Keras 2 keeps `flags` until the next one, Keras 3 drops its trace.

    `rate` is the learning rate when it is known, `optimizer` the kind of the optimizer.
    """

    at: Moment
    model: int
    flags: Flags
    eager: bool | None = False
    on_callback_model: bool = False
    rate: float | None = None
    algorithm: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """`fit` or `train_on_batch` of `model` (`method`).

    `compiled` is the last compile, `trace` the training call that made the trace now in use by Keras 3; None when
    there was none, "unknown" when the walk cannot say. `trained_before` tells whether any method trained it since
    that compile. `others` are the compiles of other models so far, each with whether that model may hold a part
    of this one.
    """

    at: Moment
    model: int
    method: str
    flags: Flags
    compiled: Compiled | Literal["unknown"] | None
    trace: Trained | Literal["unknown"] | None
    trained_before: bool
    others: tuple[tuple[Compiled, bool], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """An attribute that concerns training was set on something that is not a layer, or is not `trainable`.

    `target` is what it was set on, `name` the attribute, `value` the new value.
    """

    at: Moment
    target: Value
    name: str
    value: Value
    text: str
    keras: bool


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """`trainable` would be set in a loop over the layers `path` of `owner`, which are none."""

    at: Moment
    owner: int
    path: str
    value: Value
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A statement that only compares `….trainable`; `displayed` when it ends a cell, where it is printed."""

    at: Moment
    text: str
    displayed: bool


@dataclass(frozen=True, slots=True, eq=False)
class MethodCalled:
    """A method that concerns freezing was called on a layer, a model or its variable list."""

    at: Moment
    target: Value
    name: str
    text: str
    keras: bool
    statement: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Retraced:
    """`make_train_function(force=True)`: Keras 3 reads the flags again."""

    at: Moment
    model: int


@dataclass(frozen=True, slots=True, eq=False)
class LayerCalled:
    """A layer or model was called. `training` is that argument, None when it was left out.

    `symbolic` says that the call builds a functional model; `inputs` are the layers that its tensors went through
    before; `flags` are those in force then.
    """

    at: Moment
    layer: int
    training: Value | None
    symbolic: bool
    inputs: frozenset[int]
    flags: Flags


@dataclass(frozen=True, slots=True, eq=False)
class StepRun:
    """A function under `@tf.function` was called from outside of any; equal `key`s share their trace.

    `flags` are those of each model whose list of variables it read.
    """

    at: Moment
    key: tuple[object, ...]
    name: str
    flags: tuple[tuple[int, Flags], ...]


@dataclass(frozen=True, slots=True, eq=False)
class VariableUsed:
    """Something was done to a variable (`target`) that needs it to be hashed, compared, named or watched.

    `how` is `in`, `remove`, `index`, `count`, `set`, `key`, `ref`, `watch`, `assign`, `each` (a loop over none), or a
    way to look at the name: `name in`, `in name`, `name ==`, `name.startswith`, `name.endswith`, `name re`; `other`
    is what it met.
    """

    at: Moment
    how: str
    target: Value
    other: Value
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Differentiated:
    """Gradients were taken, or a loss minimised, with respect to `values`; `known` when these are all."""

    at: Moment
    values: tuple[Value, ...]
    known: bool


@dataclass(frozen=True, slots=True, eq=False)
class WeightsGiven:
    """Weights of `target` were loaded or set."""

    at: Moment
    target: int


@dataclass(frozen=True, slots=True, eq=False)
class StateAssigned:
    """A layer's `call` assigned to a variable of the layer that no gradient trains; `guarded` if it asks its flag."""

    at: Moment
    layer: int
    guarded: bool


@dataclass(frozen=True, slots=True, eq=False)
class BranchSkipped:
    """A branch that freezes or un-freezes BatchNormalization layers only was not taken for `layer`, which is none.

    The place is the write in that branch.
    """

    at: Moment
    layer: int


@dataclass(frozen=True, slots=True, eq=False)
class GradientTaken:
    """`tape.gradient(loss, variables)`. `flags` are in force then; what is older than `horizon` is not known."""

    at: Moment
    variables: Value
    flags: tuple[Flags, ...]
    horizon: int


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """`optimizer.apply_gradients(zip(gradients, variables))`; `optimizer` is its object when known."""

    at: Moment
    optimizer: int | None
    gradients: Value
    variables: Value
    flags: tuple[Flags, ...]
    horizon: int


Event = Union[
    FlagWritten, Compiled, Trained, Written, Missed, Compared, MethodCalled, Retraced, LayerCalled, StepRun,
    Differentiated, WeightsGiven, BranchSkipped, StateAssigned, VariableUsed, GradientTaken, Applied,
    Stepped, GradientStopped,
    WeightsLoaded, Copied, LoraEnabled,
]  # fmt: skip
