"""Files that the program writes and reads again, and copies: which flags held when they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from freezelint.timeline import symbols
from freezelint.timeline.events import Compiled
from freezelint.timeline.keras.flags import snapshot
from freezelint.timeline.machine import truth
from freezelint.timeline.saving_events import Copied, How, LoraEnabled, Saved, WeightsLoaded
from freezelint.timeline.values import Const, Ref, Value

if TYPE_CHECKING:
    from freezelint.timeline.arguments import Arguments
    from freezelint.timeline.events import Site
    from freezelint.timeline.machine import Machine

_WRITERS: dict[str, How] = {"save": "save", "save_weights": "weights", "export": "export"}
_WRITING_FUNCTIONS: dict[str, How] = {
    "keras.models.save_model": "save",
    "keras.saving.save_model": "save",
    "tensorflow.saved_model.save": "export",
}
#: Endings of files that keep weights by position.
LEGACY = frozenset({".h5", ".hdf5"})
_COPIERS = frozenset({"keras.models.clone_model"})


@dataclass(frozen=True, slots=True)
class Joined:
    """`os.path.join(folder, "weights.h5")`: of a path that is not all known, which one it is and how it ends."""

    number: int
    last: str


def _joined(machine: Machine, args: Arguments) -> Const | None:
    """The value of `os.path.join(…)`; None when not even its end is known."""
    words = [v.value for v in args.positional if isinstance(v, Const) and isinstance(v.value, str)]
    if not args.positional or not args.complete or args.positional[-1] != Const(words[-1] if words else None):
        return None
    if len(words) == len(args.positional):
        return Const("/".join(words))
    return Const(Joined(machine.new_scope(), words[-1]))


def ending(path: str) -> str:
    """The part of a file's name that tells Keras its format."""
    name = path.rpartition("/")[2]
    for known in (".weights.h5", ".keras", ".h5", ".hdf5"):
        if name.endswith(known):
            return known
    return ""


def _path(args: Arguments, position: int = 0) -> Const | None:
    path = args.get(position, "filepath", "path", "export_dir")
    return path if isinstance(path, Const) and isinstance(path.value, (str, Joined)) else None


def _text(path: Const) -> str:
    return path.value.last if isinstance(path.value, Joined) else str(path.value)


# -- writing -------------------------------------------------------------------------------------------------


def _state(machine: Machine, site: Site, model: int, how: How, *, training: bool = False) -> Saved:
    flags = snapshot(machine, model)
    compiled = machine.store.get(("compiled", model)) if training else None
    imposed = compiled.flags if isinstance(compiled, Compiled) else flags
    return Saved(machine.moment(site), model, how, flags, imposed)


def _write(machine: Machine, path: Const | None, saved: Saved) -> None:
    if path is not None:
        machine.store.set(("file", path), saved)


def checkpoint(machine: Machine, callback: Ref, args: Arguments) -> Ref:
    """`ModelCheckpoint(path, save_weights_only=…)`."""
    only = args.get(4, "save_weights_only")
    how: How = "checkpoint" if args.complete and (only is None or truth(only) is False) else "weights"
    machine.store.set(("checkpoint", callback.id), (_path(args), how))
    return callback


def checkpointed(machine: Machine, site: Site, model: Ref, callbacks: tuple[Value, ...]) -> None:
    """`model.fit(…, callbacks=[…])`: the callbacks write the model while it trains."""
    for callback in callbacks:
        known = machine.store.get(("checkpoint", callback.id)) if isinstance(callback, Ref) else None
        if isinstance(known, tuple):
            _write(machine, known[0], _state(machine, site, model.id, known[1], training=True))


# -- reading -------------------------------------------------------------------------------------------------


def method(machine: Machine, receiver: Ref, name: str, args: Arguments) -> None:
    """`model.save(path)`, `model.load_weights(path)`, `layer.enable_lora(rank)`."""
    if name in _WRITERS:
        _write(machine, _path(args), _state(machine, args.site, receiver.id, _WRITERS[name]))
    elif name == "load_weights":
        path = _path(args)
        saved = _read(machine, path)
        if path is not None and saved is not None:
            flags = snapshot(machine, receiver.id)
            machine.emit(WeightsLoaded(machine.moment(args.site), receiver.id, _text(path), flags, saved))
    elif name == "enable_lora":
        machine.emit(LoraEnabled(machine.moment(args.site), receiver.id, args.text))


def _read(machine: Machine, path: Const | None) -> Saved | None:
    """What the program wrote to `path` last, if that was on the way to here."""
    saved = None if path is None else machine.store.get(("file", path))
    return saved if isinstance(saved, Saved) and saved.at.order > machine.horizon else None


def library(machine: Machine, name: str, args: Arguments) -> Const | None:
    """`keras.models.save_model(model, path)`; the value of `os.path.join(folder, "weights.h5")`."""
    if name == "os.path.join":
        return _joined(machine, args)
    model = args.get(0, "model", "obj")
    if name in _WRITING_FUNCTIONS and isinstance(model, Ref):
        _write(machine, _path(args, 1), _state(machine, args.site, model.id, _WRITING_FUNCTIONS[name]))
    return None


def copied(machine: Machine, name: str, made: Ref, args: Arguments) -> None:
    """`clone_model(model)`, `load_model(path)`, `TFSMLayer(path)`: `made` was made from a model of the program."""
    source = args.get(0, "model")
    if name in _COPIERS and isinstance(source, Ref) and machine.object(source).kind == "model":
        saved = _state(machine, args.site, source.id, "clone")
        machine.emit(Copied(machine.moment(args.site), made.id, "clone", saved))
    elif name in symbols.LOADERS or name == "keras.layers.TFSMLayer":
        path = _path(args)
        found = _read(machine, path)
        if path is not None and found is not None:
            form = ending(_text(path)) if name in symbols.LOADERS else "layer"
            machine.emit(Copied(machine.moment(args.site), made.id, form, found))
