"""BatchNormalization: which objects hold it, which branches of a loop concern it, and whether it will move.

A frozen BatchNormalization layer runs in inference mode; one that is not updates its moving statistics in
every call in training mode, whatever happens to the weights (FACTS D1 to D4, D8).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.events import (
    BranchSkipped,
    FlagEntry,
    Flags,
    FlagWritten,
    LayerCalled,
    Trained,
    WeightsGiven,
)
from freezelint.timeline.keras.flags import above, below, children, covering
from freezelint.timeline.machine import Machine
from freezelint.timeline.syntax import code_of
from freezelint.timeline.values import Const, Items, Ref, Symbol, Value

_NAMED = re.compile(r"batch_?norm|(?:\b|_)bn(?:\b|_)", re.IGNORECASE)
_WHOLE = frozenset({"", "layers", "submodules"})


def is_batchnorm(machine: Machine, id: int) -> bool:
    """Whether this object is a BatchNormalization layer of the library."""
    return machine.objects[id].symbol in symbols.BATCHNORMS


def application(machine: Machine, id: int) -> str:
    """The name of the application that this object is, if it holds BatchNormalization; else ""."""
    symbol = machine.objects[id].symbol
    name = symbol.rpartition(".")[2]
    return name if symbols.is_application(symbol) and name in symbols.WITH_BATCHNORM else ""


def holders(machine: Machine, top: int) -> Iterator[int]:
    """The BatchNormalization layers, and the applications with some, that certainly are `top` or inside it."""
    for id in below(machine, top):
        if is_batchnorm(machine, id) or application(machine, id):
            yield id


def has_modes(machine: Machine, id: int) -> bool:
    """Whether this object does something else in training mode than in inference."""
    symbol = machine.objects[id].symbol
    return symbol in symbols.BATCHNORMS or symbol in symbols.WITH_MODES or bool(application(machine, id))


def born_here(machine: Machine, id: int) -> bool:
    """A BatchNormalization layer that the program makes itself, all of its arguments known."""
    this = machine.objects[id]
    args = machine.made.get(id)
    known = args is not None and args.complete and not any("initializer" in name for name in args.keywords)
    return is_batchnorm(machine, id) and this.fresh and known


# -- branches ------------------------------------------------------------------------------------------------


def condition(machine: Machine, test: cst.BaseExpression) -> int:
    """1 when `test` holds for BatchNormalization layers only, -1 for all others only, 0 when nobody knows."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return -condition(machine, test.expression)
    if isinstance(test, cst.Call) and isinstance(test.func, cst.Name) and test.func.value == "isinstance":
        return int(len(test.args) == 2 and _is_batchnorm_class(machine, machine.evaluate(test.args[1].value)))
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        return _compared(test)
    return 0


def _is_batchnorm_class(machine: Machine, value: Value) -> bool:
    items: tuple[Value, ...] = value.items if isinstance(value, Items) else (value,)
    return bool(items) and all(isinstance(i, Symbol) and i.name in symbols.BATCHNORMS for i in items)


def _compared(test: cst.Comparison) -> int:
    """`"bn" in layer.name`, `layer.__class__.__name__ != "BatchNormalization"`."""
    operator = test.comparisons[0].operator
    text = code_of(test)
    if "name" not in text.replace("__class__.__name__", "name") or not _NAMED.search(text):
        return 0
    if isinstance(operator, (cst.NotIn, cst.NotEqual)):
        return -1
    return 1 if isinstance(operator, (cst.In, cst.Equal)) else 0


def about(machine: Machine, path: str) -> int:
    """The same of the path of a flag: 1 for `layers if #7` when branch 7 concerns BatchNormalization only."""
    whole, *arms = path.split(" if ")
    if whole not in ("layers", "submodules") or len(arms) != 1:
        return 0
    if arms[0].startswith("#"):
        return machine.about.get(int(arms[0][1:]), 0)
    try:
        return condition(machine, cst.parse_expression(arms[0]))
    except cst.ParserSyntaxError:
        return 0


@contextmanager
def arm(machine: Machine, node: cst.If, known: bool, about: int) -> Iterator[None]:
    """The arm of `node` that is certainly taken; what follows `if …: continue` in the same pass belongs to it."""
    if not about:
        yield
        return
    depth = len(machine.guards)
    guard = machine.new_scope()
    machine.about[guard] = about if known else -about
    machine.guards.append(guard)
    if not known:
        _note_skipped(machine, node, about)
    yield
    last = node.body.body[-1]
    leaves = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Continue)
    if known or not leaves:
        del machine.guards[depth:]


def _note_skipped(machine: Machine, node: cst.If, about: int) -> None:
    """Note that a write for BatchNormalization layers only did not happen to the layer that `node` asks about."""
    statement = node.body.body[0]
    asked = node.test.args[0].value if isinstance(node.test, cst.Call) else None
    layer = None if asked is None else machine.evaluate(asked)
    if about != 1 or not isinstance(layer, Ref) or not isinstance(statement, cst.SimpleStatementLine):
        return
    write = statement.body[0]
    if isinstance(write, cst.Assign) and code_of(write.targets[0].target).endswith(".trainable"):
        machine.emit(BranchSkipped(machine.moment(machine.site(write)), layer.id))


def concerns(machine: Machine, write: FlagWritten) -> int:
    """1 when a write stands in a branch for BatchNormalization layers only, -1 for all others, else 0."""
    found = [machine.about.get(guard, 0) for guard in write.at.guards]
    return next((one for one in reversed(found) if one), about(machine, write.key[1]))


# -- what moves ----------------------------------------------------------------------------------------------


def moving(machine: Machine, flags: Flags, top: int, ignored: Collection[FlagWritten] = ()) -> int | None:
    """A BatchNormalization layer, or an application with one, inside `top` that certainly is not frozen.

    `ignored` writes are known not to concern it.
    """
    return next((id for id in holders(machine, top) if _is_moving(machine, flags, id, ignored)), None)


def _is_moving(machine: Machine, flags: Flags, id: int, ignored: Collection[FlagWritten] = ()) -> bool:
    whole = covering(flags, machine, (id, ""))
    since = 0 if whole is None else whole.write.at.order
    related = {*above(machine, id), *below(machine, id)}
    later = [
        e for e in flags.entries.values() if e.key[0] in related and e.write.at.order > since and e.write not in ignored
    ]
    if whole is not None and (whole.value is None or not whole.certain):
        return False
    name = application(machine, id)
    own = [e for e in later if name and e.key[0] == id]
    if any(e.value is not True for e in later if e not in own):
        return False
    last = _last_layer(machine, id, name, own, value=whole is None or whole.value is True)
    return last is True


def _last_layer(machine: Machine, id: int, name: str, slices: list[FlagEntry], *, value: bool) -> bool | None:
    """The flag of the last BatchNormalization of an application after writes to slices of it; None if unknown."""
    result: bool | None = value
    for entry in sorted(slices, key=lambda e: e.write.at.order):
        bounds = slice(None) if entry.key[1] in _WHOLE else machine.bounds.get(entry.key)
        inside = None if bounds is None else _reaches(name, bounds, top=_has_top(machine, id))
        if inside is None or entry.value is None or not entry.certain:
            return None
        if inside:
            result = entry.value
    return result


def _has_top(machine: Machine, id: int) -> bool:
    args = machine.made.get(id)
    return args is None or args.keywords.get("include_top") != Const(False)


def _reaches(name: str, bounds: slice, *, top: bool) -> bool | None:
    """Whether `layers[start:stop]` contains the last BatchNormalization; None where the top makes it unclear."""
    count, tail = symbols.BATCHNORM_PLACES[name]
    last = count - 1 - tail
    lower, upper, step = bounds.indices(count)
    unsure = 8 if top else 3
    near = [b for b, given in ((lower, bounds.start), (upper, bounds.stop)) if given is not None]
    if step != 1 or any(abs(b - last) <= unsure for b in near):
        return None
    return lower <= last < upper


def skipped_by_keras3(write: FlagWritten, backend: str | None) -> bool:
    """`base.trainable = True` on a base that already says so: Keras 3 on TensorFlow skips it (FACTS Y3)."""
    if backend in ("jax", "torch"):
        return False
    own = write.key[1] == "" and write.value is True
    said_so = write.under is None or write.under.value is not False
    return own and said_so and any(entry.value is not True for entry in write.replaced)


def in_inference(calls: Mapping[int, Sequence[LayerCalled]], machine: Machine, id: int) -> bool:
    """Whether some call of `id`, or of what holds it, leaves open that it runs in inference mode.

    `calls` are those of each layer.
    """
    return any(not _trains(machine, call.training) for i in above(machine, id) for call in calls.get(i, ()))


def _trains(machine: Machine, training: Value | None) -> bool:
    """Whether a call with this argument runs in training mode when the model is trained."""
    if training is None or training == Const(True) or training == Const(None):
        return True
    return isinstance(training, Ref) and machine.label(training.id) == "training"


def direct(machine: Machine, model: int) -> bool:
    """Whether one of the model's own layers certainly is a BatchNormalization."""
    for part in children(machine, model):
        if is_batchnorm(machine, part.id) or (part.inside and any(holders(machine, part.id))):
            return True
    return False


def pretrained(
    given: Mapping[int, Sequence[WeightsGiven]], trainings: Iterable[Trained], machine: Machine, id: int, order: int
) -> bool:
    """Whether `id` had weights worth keeping by then: made with some, given some, or trained.

    `given` are the gifts to each object, `trainings` those of models that hold `id`.
    """
    args = machine.made.get(id)
    if application(machine, id) and args is not None and args.complete:
        weights = args.get(1, "weights")
        if weights != Const(None):
            return True
    if any(gift.at.order < order for i in above(machine, id) for gift in given.get(i, ())):
        return True
    return any(t.at.order < order and _is_moving(machine, t.flags, id) for t in trainings)
