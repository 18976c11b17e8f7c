"""Abstract values: what a name can stand for while the walk follows a program.

Values are immutable. Things with state (models, layers, lists, instances) are `Ref`s to an `Object`;
their state lives in the `Store`, so that branches can be tried and joined. The kinds that are made most often are not
`frozen`, because making one then takes Python three times as long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Union

if TYPE_CHECKING:
    import libcst as cst

    from freezelint.timeline.events import Flags, Site

Kind = Literal["model", "layer", "opaque", "instance", "list", "dict", "variable", "other"]


@dataclass(slots=True, unsafe_hash=True)
class Object:
    """One thing with identity. `symbol` is its canonical class, "" when unknown.

    A part (`parent` is set) was reached from another object: `path` is the way, such as `layers[3]` or `.head`.
    `keras` says that this certainly is a Keras layer or model; `fresh` that its flags are those of a new object.
    """

    id: int
    kind: Kind
    symbol: str = ""
    parent: int | None = None
    path: str = ""
    site: Site | None = None
    keras: bool = False
    fresh: bool = False
    cls: Class | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything at all: no rule ever speaks about it.

    Two values with the same `shape` are arrays of the same shape and type; only a detailed walk gives it.
    """

    shape: object = None


@dataclass(slots=True, unsafe_hash=True)
class Const:
    value: object


@dataclass(slots=True, unsafe_hash=True)
class Symbol:
    """A name of a library by its canonical dotted path, such as `keras.layers.Dense`."""

    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project: its names are in `scope`, `path` is its file, or the folder of a package without one."""

    path: str
    scope: int


@dataclass(slots=True, unsafe_hash=True)
class Ref:
    id: int


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple, or the items of an iterable that are all known."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Layers of `owner`: `path` is `layers`, `layers[:-20]`, `layers if …`; `items` are the members when known.

    `each` marks the loop variable of a loop over the selection; `guards` is the depth of the branch stack when
    it was bound, so that a write under a deeper `if` counts for a part of the selection only.
    """

    owner: int
    path: str
    items: tuple[Value, ...] | None = None
    each: bool = False
    guards: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """A list of variables of `owner`, such as `model.trainable_variables`, with the filters put on it.

    `taken` is the moment when the list was made, `flags` the flags that chose its members then.
    """

    owner: int
    path: str
    taken: int = field(default=0, compare=False)
    flags: Flags | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Weight:
    """One variable of `owner`, such as `layer.kernel` or `layer.weights[0]`."""

    owner: int
    path: str


@dataclass(frozen=True, slots=True)
class Variables:
    """Lists of variables and single variables joined to one list: `a.trainable_variables + b.trainable_variables`."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class VariableName:
    """`variable.name`, or a piece of it."""

    of: Weight


@dataclass(frozen=True, slots=True)
class Gradients:
    """What a tape gave for the variables `of` and `loss`; `each` is one of them, `zeroed`: some were set to zero."""

    of: Value
    taken: int
    each: bool = False
    zeroed: bool = False
    loss: Value | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """`zip(gradients, variables)`."""

    gradients: Gradients
    variables: Value


class Part(NamedTuple):
    """Something that a model holds: the layer itself or, `inside`, only layers within it (`base.output`)."""

    id: int
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """A symbolic tensor: the layers it went through; `known` is False when there may be others.

    `plain` is False when operations that are no layers of the program stand between them. No gradient gets through
    to the parts that are `cut` off. A detailed walk adds the `chain` of layers from an input on, None when it is not
    one chain, and the layers that are `barred`: gradients may not get through to them.
    """

    parts: tuple[Part, ...] = ()
    known: bool = True
    plain: bool = True
    cut: tuple[Part, ...] = ()
    chain: tuple[int, ...] | None = field(default=None, compare=False)
    barred: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the program, with the scopes it closes over (innermost last) and its class.

    `decorators` are the names of its decorators; `wrapped` is what they made of it, if they may do more than the
    function itself. `defaults` are the values of parameters at its definition.
    """

    node: cst.FunctionDef | cst.Lambda
    segment: int
    scopes: tuple[int, ...]
    name: str
    owner: Class | None = None
    decorators: tuple[str, ...] = ()
    wrapped: Value | None = None
    defaults: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the program. `roots` are the library classes that it derives from.

    `scope` holds the names of its body. `known` says that no base class is code that nobody has seen: a method
    that is not found here does not exist.
    """

    node: cst.ClassDef
    segment: int
    scopes: tuple[int, ...]
    name: str
    bases: tuple[Value, ...]
    roots: tuple[str, ...]
    known: bool
    scope: int
    methods: dict[str, Function] = field(default_factory=dict)
    setters: dict[str, Function] = field(default_factory=dict)

    def method(self, name: str) -> Function | None:
        """The method `name` as Python would find it among the classes of the program."""
        if name in self.methods:
            return self.methods[name]
        for base in self.bases:
            if isinstance(base, Class) and (found := base.method(name)):
                return found
        return None

    def setter(self, name: str) -> Function | None:
        """The setter of the property `name`."""
        bases = (base.setter(name) for base in self.bases if isinstance(base, Class))
        return self.setters.get(name) or next(filter(None, bases), None)


@dataclass(frozen=True, slots=True)
class Bound:
    """A method looked up on a value and not yet called; `function` when the program defines it."""

    receiver: Value
    name: str
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """A callable with its first arguments already given."""

    callee: Value
    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` inside a method of `cls` with `receiver` as self."""

    receiver: Value
    cls: Class


Value = Union[
    Unknown, Const, Symbol, Ref, Items, Selection, Weights, Weight, Variables, VariableName, Gradients, Pairs, Tensor,
    Function, Class, Bound, Partial, Super, Module,
]  # fmt: skip

UNKNOWN = Unknown()
