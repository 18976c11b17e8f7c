"""A generated program as a small tree: the layers of its models, and what it does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

LeafKind = Literal["dense", "norm", "relu"]
BoxKind = Literal["sequential", "added", "functional", "subclass", "layer"]


@dataclass(frozen=True)
class Leaf:
    """A layer with `inputs` features in and `units` out.

    `name` is its variable; `named` if Keras is told it; `frozen` if its constructor gets `trainable=False`.
    """

    name: str
    kind: LeafKind
    inputs: int
    units: int
    activation: str = "linear"
    bias: bool = True
    named: bool = True
    frozen: bool = False


@dataclass(frozen=True)
class Box:
    """A model, or for "layer" a layer of the program's own, with layers inside; `kept` if those have variables."""

    name: str
    kind: BoxKind
    children: tuple[Union[Leaf, Box], ...]
    kept: bool = False

    @property
    def inputs(self) -> int:
        return self.children[0].inputs

    @property
    def units(self) -> int:
        return self.children[-1].units


Node = Union[Leaf, Box]


@dataclass(frozen=True)
class SetFlag:
    """`target.trainable = value`, perhaps through a function of the program. `value` is an expression."""

    target: str
    value: str
    how: Literal["assign", "setattr", "helper"] = "assign"


@dataclass(frozen=True)
class EachLayer:
    """`for layer in owner.layers[chosen]: layer.trainable = value`; `only` says for which layers."""

    owner: str
    chosen: str
    value: str
    only: str = ""
    how: Literal["inline", "enumerate", "helper"] = "inline"


@dataclass(frozen=True)
class EachOf:
    """`for part in (…): part.trainable = value`."""

    targets: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class VariableFlag:
    """The flag of single variables of a layer (Keras 3 only)."""

    target: str
    which: str
    value: bool


@dataclass(frozen=True)
class Compile:
    model: str
    optimizer: str
    eager: bool = False
    helper: bool = False


@dataclass(frozen=True)
class Train:
    """`fit` or `train_on_batch` on the first `rows` rows; `answer` names the targets."""

    model: str
    method: Literal["fit", "train_on_batch"]
    answer: str
    rows: int = 4
    helper: bool = False


@dataclass(frozen=True)
class Capture:
    """A list of variables is kept for later."""

    name: str
    value: str


@dataclass(frozen=True)
class Tape:
    """One or two steps of a loop of the program's own over `variables`; `name` is that of its function."""

    name: str
    model: str
    answer: str
    variables: str
    compiled: bool
    training: bool = True
    times: int = 1


@dataclass(frozen=True)
class Again:
    """The step of an earlier Tape is called once more."""

    name: str


@dataclass(frozen=True)
class Look:
    """Something that changes nothing."""

    text: str


@dataclass(frozen=True)
class Repeat:
    """`for epoch in range(times):`"""

    times: int
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Run:
    """A function without parameters is defined, and called so many times."""

    name: str
    times: int
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Branch:
    """`if condition:`; some conditions only the running program knows."""

    condition: str
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


Statement = Union[
    SetFlag, EachLayer, EachOf, VariableFlag, Compile, Train, Capture, Tape, Again, Look, Repeat, Run, Branch
]  # fmt: skip


@dataclass(frozen=True)
class Program:
    """`models` are the outermost ones; the second, if any, shares a part with the first."""

    generation: str
    models: tuple[Box, ...]
    builder: bool
    statements: tuple[Statement, ...]
