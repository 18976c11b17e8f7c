"""What writing a flag does to the layers below, object by object, as one generation of Keras does it.

Keras 2 sets the flag of every layer that is there, and a container's flag gates what it holds (FACTS C3, C5). Keras 3
sets its own flag, those of its weights and those of its layers, and on TensorFlow skips an object whose flag already
has that very value (C2, Y3); flags of single weights exist on Keras 3 only (B2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import libcst as cst

from freezelint.timeline import symbols
from freezelint.timeline.detail.layout import contents, weight_names
from freezelint.timeline.detail.states import BORN, REST, UNWATCHED, State
from freezelint.timeline.events import FlagWritten, Site, Written
from freezelint.timeline.keras import flags
from freezelint.timeline.machine import holder
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Const, Value, Weight

if TYPE_CHECKING:
    from freezelint.timeline.machine import Machine
    from freezelint.timeline.store import Key

_INDEX = re.compile(r"(?:trainable_)?(?:weights|variables)\[(-?\d+)\]")
_ALL = re.compile(r"(?:trainable_)?(?:weights|variables)(?:\[…\])?")


def state_of(machine: Machine, id: int, slot: str = "") -> State:
    """The flag of an object, of one of its weights, or of what nobody knows in it."""
    found = machine.store.get(("state", id, slot))
    if isinstance(found, State):
        return found
    if slot:
        return state_of(machine, id)
    this = machine.objects[id]
    if this.fresh or this.cls is not None:
        return BORN
    return State(None, 0, this.site, f"it is not known how `{machine.label(id)}` was made")


def complete(machine: Machine, paths: list[dict[Key, Any]]) -> None:
    """A weight whose own flag only some of several paths wrote has, on the others, the flag of its layer."""
    wanted = {key for path in paths for key in path if key[0] == "state" and key[2] not in ("", UNWATCHED)}
    for key in wanted:
        if machine.store.get(key) is None:
            for path in paths:
                path.setdefault(key, path.get(("state", key[1], "")) or state_of(machine, key[1]))


def _set(machine: Machine, id: int, slot: str, state: State) -> None:
    machine.store.set(("state", id, slot), state)


def written(machine: Machine, event: FlagWritten) -> None:
    """`target.trainable = value`."""
    id, path = event.key
    state = State(event.value, event.at.order, event.at.site, "" if event.value is not None else "the value is unknown")
    if event.text == "trainable=…":
        _set(machine, id, "", state)
    elif path == "":
        this = machine.objects[id]
        if this.parent is not None and not this.fresh:
            reason = f"which layer `{machine.label(id)}` is is not known"
            _perhaps(machine, [_root(machine, id), id], event.value, event.at.site, reason, spare=True)
        push(machine, id, state, event.raw)
    else:
        _selected(machine, id, path, state, event.raw)


def _root(machine: Machine, id: int) -> int:
    """The object that a part such as `model.layers[3]` was reached from."""
    parent = machine.objects[id].parent
    return id if parent is None else _root(machine, parent)


def _selected(machine: Machine, owner: int, path: str, state: State, raw: Value) -> None:
    """A write in a loop over layers of `owner`."""
    inside, _ = contents(machine, owner)
    site = state.site
    if path == "layers" and machine.objects[owner].parent is None:
        for child in inside:
            push(machine, child, state, raw)
        _set(machine, owner, REST, state)
    elif path == "submodules" and machine.objects[owner].parent is None:
        push(machine, owner, state, raw)
        for child in below(machine, inside):
            push(machine, child, state, raw)
        _set(machine, owner, REST, state)
    else:
        top = _root(machine, owner)
        reason = f"which layers `{machine.label(owner)}.{path.partition(' if #')[0]}` are is not known"
        _perhaps(machine, [top], state.value, site, reason, spare=owner == top)


def push(machine: Machine, id: int, state: State, raw: Value | None = None) -> None:
    """Set the flag of `id` and of what it holds."""
    detail = machine.detail
    assert detail is not None
    if detail.skips_same and _is_same(machine, id, state, raw):
        return
    before = state_of(machine, id)
    _set(machine, id, "", state)
    if detail.skips_same and before.value is None and state.value is not None:
        # Skipped if it had that value already: then what it holds stays as it was.
        _perhaps(machine, [id], state.value, state.site, before.reason, spare=True)
        return
    _set(machine, id, REST, state)
    for name in weight_names(machine, id):
        if machine.store.get(("state", id, name)) is not None:
            _set(machine, id, name, state)
    for child in contents(machine, id)[0]:
        if child != id:
            push(machine, child, state)


def _is_same(machine: Machine, id: int, state: State, raw: Value | None) -> bool:
    """Whether Keras 3 on TensorFlow skips the write: `raw` is the value as written, None for a child's."""
    plain = raw is None or (isinstance(raw, Const) and isinstance(raw.value, bool))
    return plain and state.value is not None and state_of(machine, id).value is state.value


def below(machine: Machine, ids: Iterable[int]) -> list[int]:
    """The objects and all that they hold."""
    found: dict[int, None] = {}
    waiting = list(ids)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found[id] = None
            waiting += contents(machine, id)[0]
    return list(found)


def _perhaps(
    machine: Machine, ids: list[int], value: bool | None, site: Site | None, reason: str, *, spare: bool = False
) -> None:
    """Some of these and of what they hold may have got `value` (None: any); `spare` leaves the first its own flag."""
    machine.order += 1
    unknown = State(None, machine.order, site, reason)
    for id in below(machine, ids):
        for slot in ("", REST, *weight_names(machine, id)):
            if spare and id == ids[0] and slot == "":
                continue
            now = state_of(machine, id, slot)
            if now.value is None or now.value is value:
                continue
            _set(machine, id, slot, unknown)


def forgotten(machine: Machine, id: int, reason: str = "") -> None:
    """Code that nobody sees got hold of an object: it may have compiled, trained or toggled it and what it holds."""
    site = machine.site(machine.here)
    _perhaps(machine, [id], None, site, reason or f"what `{_header(machine.here)}` does to it is not known")
    for other in {*flags.below(machine, id), *flags.above(machine, id)}:
        for key in (("held", other), ("traces", other, "fit"), ("traces", other, "train_on_batch")):
            if machine.store.get(key) is not None:
                machine.store.set(key, "unknown")


def born(machine: Machine, id: int) -> None:
    """The layers of an object of the program's class make their weights when it is called for the first time.

    Keras 3 on TensorFlow makes those of a layer that is frozen then as variables that no tape watches: un-freezing the
    layer, or one of them, has no effect any more (executed on Keras 3.15.1: subclassed models and custom layers, not
    functional models, not a Sequential that knows its input).
    """
    detail = machine.detail
    assert detail is not None
    for child in contents(machine, id)[0]:
        this = machine.objects[child]
        if child in detail.calls or machine.store.get(("born", child)) is not None:
            continue
        machine.store.set(("born", child), True)
        late = this.symbol == "keras.Sequential" and machine.store.get(("unbuilt", child)) is True
        if this.cls is not None or late or this.symbol == "keras.layers.TimeDistributed":
            born(machine, child)
        elif weight_names(machine, child) and (now := state_of(machine, child)).value is not True:
            _set(machine, child, UNWATCHED, now)


def _header(node: cst.CSTNode) -> str:
    """A statement without the block below it."""
    if isinstance(node, cst.BaseCompoundStatement):
        node = node.with_changes(body=cst.SimpleStatementSuite([cst.Expr(cst.Ellipsis())]))
    return text_of(node)


def variable_written(machine: Machine, event: Written) -> None:
    """`layer.kernel.trainable = False`: on Keras 3 the flag of one weight, on Keras 2 an exception."""
    target, detail = event.target, machine.detail
    assert detail is not None
    if event.name in symbols.PRIVATE_FLAGS and (owner := holder(target)) is not None:
        _perhaps(machine, [_root(machine, owner)], None, event.at.site, f"`{event.text}` is private to Keras")
    if not isinstance(target, Weight) or detail.keras == "2" or event.name != "trainable":
        return
    value = event.value.value if isinstance(event.value, Const) and isinstance(event.value.value, bool) else None
    state = State(value, event.at.order, event.at.site, "" if value is not None else "the value is unknown")
    known = _weights_meant(machine, target)
    if known is None:
        reason = f"which weights `{machine.label(target.owner)}.{target.path}` are is not known"
        _perhaps(machine, [_root(machine, target.owner)], value, state.site, reason, spare=True)
        return
    for id, name in known:
        _set(machine, id, name, state)


def _is_known(machine: Machine, id: int) -> bool:
    """Whether it is known which weights an object has of its own: those of its class, or none."""
    this = machine.objects[id]
    holds_none = this.symbol in symbols.WEIGHTLESS | symbols.MODEL_CLASSES or this.cls is not None
    return holds_none or bool(weight_names(machine, id))


def _weights_meant(machine: Machine, target: Weight) -> list[tuple[int, str]] | None:
    owner, path = target.owner, target.path
    names = weight_names(machine, owner)
    if names and "*" not in names:
        if path in names:
            return [(owner, path)]
        index = _INDEX.fullmatch(path)
        if index and path.startswith(("weights", "variables")) and -len(names) <= int(index[1]) < len(names):
            return [(owner, names[int(index[1])])]
    if not _ALL.fullmatch(path):
        return None
    found: list[tuple[int, str]] = []
    for id in below(machine, [owner]):
        names = weight_names(machine, id)
        if contents(machine, id)[1] or "*" in names or not _is_known(machine, id):
            return None
        chosen = [n for n in names if not path.startswith("trainable") or state_of(machine, id, n).value is not False]
        found += [(id, name) for name in chosen]
    return found
