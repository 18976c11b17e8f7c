"""Lists of variables: where they come from, how they are filtered and joined, and what their members meet."""

from __future__ import annotations

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import Frame, Site, VariableUsed, Written
from freezelint.timeline.keras.flags import below, snapshot
from freezelint.timeline.machine import Machine
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import (
    UNKNOWN,
    Bound,
    Const,
    Items,
    Ref,
    Symbol,
    Value,
    VariableName,
    Variables,
    Weight,
    Weights,
)

EACH = "[…]"
_NAME_METHODS = frozenset({"startswith", "endswith"})
_NAME_PIECES = frozenset({"split", "rsplit", "partition", "rpartition", "lower", "upper", "strip", "replace"})
_NAME_COMPARISONS: dict[type[cst.BaseCompOp], str] = {
    cst.In: "name in",
    cst.NotIn: "name in",
    cst.Equal: "name ==",
    cst.NotEqual: "name ==",
}
_PATTERNS = frozenset({"re.match", "re.search", "re.fullmatch"})


def taken(machine: Machine, owner: int, attribute: str) -> Weights:
    """`owner.attribute`, read now: the flags of this moment choose the members of `trainable_variables`."""
    chosen = snapshot(machine, owner) if attribute in symbols.READ_ONLY_LISTS else None
    if machine.detail is not None:
        machine.order += 1
        machine.detail.took(machine, owner, machine.order)
    return Weights(owner, attribute, machine.order, chosen)


def attribute(value: Value, name: str) -> Value:
    """`value.name` where `value` is a variable or its name."""
    if isinstance(value, Weight):
        if name == "name":
            return VariableName(value)
        return Bound(value, name) if name in symbols.VARIABLE_METHODS else UNKNOWN
    if isinstance(value, VariableName) and name in _NAME_METHODS | _NAME_PIECES:
        return Bound(value, name)
    return UNKNOWN


# -- lists ---------------------------------------------------------------------------------------------------


def parts(machine: Machine, value: Value) -> tuple[Value, ...] | None:
    """The lists and single variables in a list of variables; None for anything else."""
    if isinstance(value, Weights):
        return (value,)
    if isinstance(value, Variables):
        return value.parts
    found: tuple[Value, ...] = ()
    if isinstance(value, Items):
        found = value.items
    elif isinstance(value, Ref) and machine.object(value).kind == "list":
        gathered = machine.store.get(("gathered", value.id), ())
        found = (*(machine.store.get(("items", value.id)) or ()), *(() if gathered == "unknown" else gathered))
        if any(isinstance(v, Weights) and v not in gathered for v in found):
            return None
    if not found or not all(is_variable(machine, v) or isinstance(v, Weights) for v in found):
        return None
    return tuple(as_list(v) if isinstance(v, Weight) and v.path.endswith(EACH) else v for v in found)


def as_list(each: Weight) -> Weights:
    """The list that a loop variable runs over."""
    return Weights(each.owner, each.path.removesuffix(EACH))


def is_variable(machine: Machine, value: Value) -> bool:
    """Certainly a variable: a weight of something that is a layer, or a `tf.Variable`."""
    if isinstance(value, Ref):
        return machine.object(value).kind == "variable"
    return isinstance(value, Weight) and is_trusted(machine, value)


def is_trusted(machine: Machine, value: Weight | Weights) -> bool:
    """Whether this holds variables: `weights` and `variables` of any other object may be anything."""
    return base_of(value) in symbols.READ_ONLY_LISTS or machine.objects[value.owner].keras


def base_of(value: Weight | Weights) -> str:
    """The attribute that the variables come from, without index and filter."""
    return value.path.partition(" if ")[0].partition("[")[0]


def is_keras(machine: Machine, value: Value) -> bool:
    """Whether these are Keras's variables: tf.Module has lists of the same names."""
    if not isinstance(value, (Weight, Weights)):
        return False
    owner = machine.objects[value.owner]
    return owner.keras or (owner.kind == "opaque" and machine.uses_keras and base_of(value) in symbols.READ_ONLY_LISTS)


def key_of(machine: Machine, value: Value) -> tuple[object, ...] | None:
    """What tells one list of variables from another; None when it is not known which variables it has."""
    known = parts(machine, value)
    if known is None:
        return None
    return tuple(_part_key(part) for part in known)


def _part_key(part: Value) -> object:
    if not isinstance(part, Weights):
        return part
    base = base_of(part)
    return (
        part.owner,
        {"trainable_weights": "trainable_variables", "weights": "variables"}.get(base, base),
        part.path[len(base) :],
    )


def joined(machine: Machine, left: Value, right: Value) -> Value | None:
    """`left + right` for lists of variables."""
    first, second = parts(machine, left), parts(machine, right)
    return None if first is None or second is None else Variables(first + second)


def gather(machine: Machine, receiver: Ref, name: str, value: Value | None) -> None:
    """`frozen.extend(layer.weights)`, `frozen += layer.weights` on a list of the program's own."""
    before = machine.store.get(("gathered", receiver.id), ())
    items = machine.store.get(("items", receiver.id))
    more = None if value is None or name not in ("extend", "+=") else parts(machine, value)
    if more is None or before == "unknown" or (items is None and not before):
        machine.store.set(("gathered", receiver.id), ())
    else:
        machine.store.set(("gathered", receiver.id), (*before, *(items or ()), *more)[:64])


def rebind(machine: Machine, node: cst.CSTNode, value: Value) -> None:
    """A list under a local name was changed: the name no longer stands for what it was made from."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Name):
        machine.bind(node.func.value.value, value)


def comprehended(machine: Machine, values: list[Value], filters: str) -> Value | None:
    """The list that a comprehension makes of its loop variable, one value per pass of the outer loop."""
    found: list[Value] = []
    for value in values:
        if not isinstance(value, Weight) or not value.path.endswith(EACH):
            return None
        found.append(Weights(value.owner, as_list(value).path + filters, machine.order))
    if not found:
        return None
    return found[0] if len(found) == 1 else Variables(tuple(found))


def unbuilt(machine: Machine, made: Ref, args: Arguments) -> None:
    """A new layer has no weights until it meets its input, unless it was told of its shape (FACTS B2c)."""
    shaped = any(keyword.endswith(("input_shape", "input_dim", "weights")) for keyword in args.keywords)
    symbol = machine.object(made).symbol
    if args.complete and not shaped and symbol.rpartition(".")[2] in symbols.BUILT_LATE:
        machine.store.set(("unbuilt", made.id), True)
        machine.roots[made.id] = _root(machine)


def _root(machine: Machine) -> Frame | None:
    """The function that nobody calls and that runs now; None for the program itself."""
    first = machine.frames[0] if machine.frames else None
    return None if first is None or first.call is not None else first


def built(machine: Machine, id: int) -> None:
    """From here on `id`, and what is inside it, may have weights."""
    for other in below(machine, id):
        if machine.store.get(("unbuilt", other)) is True:
            machine.store.set(("unbuilt", other), False)


def is_empty(machine: Machine, value: Value) -> bool:
    """Certainly the weights of something that has none yet."""
    if not isinstance(value, Weights) or machine.store.get(("unbuilt", value.owner)) is not True:
        return False
    return machine.roots.get(value.owner) == _root(machine)


def iterated(machine: Machine, node: cst.CSTNode, source: Value) -> None:
    """A loop over variables: over none at all when their owner is not built."""
    if is_empty(machine, source):
        used(machine, machine.site(node), "each", source, UNKNOWN, text_of(node))


def given_name(machine: Machine, args: Arguments, known: set[str]) -> None:
    """Keep the name that the program gives to a variable or a layer."""
    name = args.keywords.get("name") or args.get(0)
    if isinstance(name, Const) and isinstance(name.value, str):
        known.add(name.value)


def masked_before(machine: Machine, write: Written) -> VariableUsed | None:
    """Where some elements of the variable were chosen and set, before its flag was written."""
    if not isinstance(write.target, Weight):
        return None
    for event in machine.events:
        if isinstance(event, VariableUsed) and event.how == "assign" and event.at.order < write.at.order:
            other = event.other
            chosen = isinstance(other, Ref) and machine.object(other).symbol.endswith(".where")
            if chosen and event.target == write.target and event.at.frames == write.at.frames:
                return event
    return None


# -- what variables meet -------------------------------------------------------------------------------------


def used(machine: Machine, site: Site, how: str, target: Value, other: Value, text: str) -> None:
    machine.emit(VariableUsed(machine.moment(site), how, target, other, text))


def compared(machine: Machine, node: cst.Comparison, left: Value, right: Value) -> None:
    """`v in frozen`, `"dense" in v.name`, `v.name not in names`."""
    operator = type(node.comparisons[0].operator)
    how = _NAME_COMPARISONS.get(operator)
    if how is None:
        return
    if isinstance(left, VariableName):
        used(machine, machine.site(node), how, left.of, right, text_of(node))
    elif isinstance(right, VariableName):
        how = "in name" if how == "name in" else how
        used(machine, machine.site(node), how, right.of, left, text_of(node))
    elif how == "name in" and is_variable(machine, left) and parts(machine, right) is not None:
        used(machine, machine.site(node), "in", left, right, text_of(node))


def hashed(machine: Machine, node: cst.CSTNode, how: str, value: Value) -> None:
    """A variable becomes the key of a dictionary (`key`) or a member of a set (`set`)."""
    if is_variable(machine, value) or parts(machine, value) is not None:
        used(machine, machine.site(node), how, value, UNKNOWN, text_of(node))


def method(machine: Machine, callee: Bound, args: Arguments) -> bool:
    """Note a method of a variable, of its name or of a list of variables; whether that is all there is to know."""
    receiver, name, other = callee.receiver, callee.name, args.get(0)
    if isinstance(receiver, Weight):
        used(machine, args.site, name, receiver, other or UNKNOWN, args.text)
        return True
    if isinstance(receiver, VariableName):
        if name in _NAME_METHODS:
            used(machine, args.site, f"name.{name}", receiver.of, other or UNKNOWN, args.text)
        return True
    if name in ("remove", "index", "count") and other is not None and is_variable(machine, other):
        if parts(machine, receiver) is not None:
            used(machine, args.site, name, other, receiver, args.text)
    elif name == "add" and other is not None and isinstance(receiver, Ref) and is_variable(machine, other):
        used(machine, args.site, "set", other, UNKNOWN, args.text)
    if isinstance(receiver, (Weights, Variables)) and name in symbols.MUTATORS:
        more = joined(machine, receiver, other) if name == "extend" and other is not None else None
        rebind(machine, args.node, more or UNKNOWN)
    return False


def piece(callee: Bound) -> Value:
    """What a method of a name returns: again something made from the name."""
    made = isinstance(callee.receiver, VariableName) and callee.name in _NAME_PIECES
    return callee.receiver if made else UNKNOWN


def library(machine: Machine, callee: Symbol, args: Arguments) -> None:
    """`re.match("dense/.*", v.name)`."""
    subject = args.get(1, "string")
    if callee.name in _PATTERNS and isinstance(subject, VariableName):
        used(machine, args.site, "name re", subject.of, args.get(0) or UNKNOWN, args.text)


def texts(machine: Machine, value: Value) -> tuple[str, ...]:
    """The strings in a string, list or tuple of strings; () when they are not all known."""
    if isinstance(value, Const):
        return (value.value,) if isinstance(value.value, str) else ()
    found: tuple[Value, ...] | None = value.items if isinstance(value, Items) else None
    if isinstance(value, Ref) and machine.object(value).kind == "list":
        found = machine.store.get(("items", value.id))
    words = [v.value for v in found or () if isinstance(v, Const) and isinstance(v.value, str)]
    return tuple(words) if len(words) == len(found or ()) else ()
