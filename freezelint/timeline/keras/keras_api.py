"""What calls into TensorFlow and Keras do to the walk's objects: layer calls, model methods, functions."""

from __future__ import annotations

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.events import MethodCalled
from freezelint.timeline.keras import flags, graph, modes, naming, optimizers, origins, saving, steps, stops, variables
from freezelint.timeline.keras.constructors import construct, is_built, is_input
from freezelint.timeline.keras.tensors import merged, only_tensors, tensors_in
from freezelint.timeline.machine import Machine, holder, truth
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.values import (
    UNKNOWN,
    Const,
    Part,
    Ref,
    Selection,
    Symbol,
    Tensor,
    Unknown,
    Value,
    Weights,
)

#: Methods after which something that had no weights still has none.
_BUILDS_NOTHING = frozenset({"compile", "get_config", "get_layer", "count_params", "_flatten_layers"})


# -- calling a layer, calling a method -----------------------------------------------------------------------


def call_layer(machine: Machine, layer: Ref, args: Arguments) -> Tensor | Unknown:
    """`layer(x)`: the tensor went through the layer too."""
    variables.built(machine, layer.id)
    origins.used(machine, layer.id)
    tensors = [stops.through(machine, layer, tensor, args) for tensor in tensors_in(machine, args.values())]
    known = all(only_tensors(machine, value) for value in args.positional)
    result = merged([*tensors, Tensor((Part(layer.id),))], known=known)
    return graph.through(machine, layer.id, tensors, result)


def method(machine: Machine, receiver: Ref, name: str, args: Arguments) -> Value | None:
    """A Keras method of a layer or model; None when the walk knows nothing of this method."""
    this = machine.object(receiver)
    modes.given(machine, receiver.id, name, args)
    saving.method(machine, receiver, name, args)
    if (state := modes.state(machine, receiver, name, args)) is not None:
        return state
    if machine.detail is not None and name == "compute_loss":
        return merged(tensors_in(machine, args.values()), known=False)
    if name not in _BUILDS_NOTHING:
        variables.built(machine, receiver.id)
    if this.kind == "opaque" and (name == "compile" or name in symbols.TRAIN_METHODS):
        for value in machine.held(receiver.id):
            escape(machine, value)
    if name == "compile" and (this.keras or _looks_like_compile(args)):
        own = this.parent is not None and this.path == "model"
        flags.compiled(
            machine,
            args.site,
            receiver.id,
            eager=_eager(args),
            own=own,
            optimizer=steps.optimizer_of(machine, args),
            rate=optimizers.rate(machine, args),
        )
        return Const(None)
    if name not in symbols.LOOKUPS:
        origins.used(machine, receiver.id)
    if name in symbols.TRAIN_METHODS:
        callbacks = items_of(machine, args.keywords.get("callbacks")) or ()
        origins.checkpointed(machine, receiver, callbacks)
        saving.checkpointed(machine, args.site, receiver, callbacks)
        optimizers.trained(machine, args, flags.trained(machine, args.site, receiver.id, name))
        return UNKNOWN
    if name == "make_train_function":
        flags.retraced(machine, args.site, receiver.id)
        return UNKNOWN
    if name == "get_layer":
        return _get_layer(machine, receiver, args)
    if name == "add" and (this.kind == "model" or not this.keras):
        return _add(machine, receiver, args)
    if name == "pop" and this.kind == "model":
        known = machine.store.get(("items", receiver.id)) if machine.detail is not None else None
        machine.store.set(("items", receiver.id), known[:-1] if known else None)
        machine.store.set(("closed", receiver.id), False)
        return UNKNOWN
    if name in symbols.DESCRIPTIONS:
        return origins.description(machine, receiver)
    if name in symbols.SAVERS:
        origins.saved(machine, receiver, args)
    if name == "_flatten_layers":
        return Selection(receiver.id, "submodules")
    if name in symbols.TORCH_METHODS:
        if this.keras and this.cls is None:
            machine.emit(MethodCalled(machine.moment(args.site), receiver, name, args.text, True))
        return UNKNOWN
    if name in symbols.FREEZE_CALLS:
        event = MethodCalled(machine.moment(args.site), receiver, name, args.text, this.keras and not this.cls)
        machine.emit(event)
        if not this.keras or this.cls:
            escape(machine, receiver)
        return UNKNOWN
    if name in ("add_weight", "add_variable"):
        variables.given_name(machine, args, machine.weight_names)
    if name in symbols.HARMLESS_METHODS or (this.keras and this.cls is None and this.symbol):
        return UNKNOWN
    return None


def _looks_like_compile(args: Arguments) -> bool:
    return bool({"optimizer", "loss", "metrics"} & set(args.keywords)) or len(args.positional) >= 2


def _eager(args: Arguments) -> bool | None:
    given = args.keywords.get("run_eagerly")
    if given is None:
        return False if args.complete else None
    return truth(given)


def _get_layer(machine: Machine, receiver: Ref, args: Arguments) -> Ref:
    name = args.get(0, "name")
    indexed = graph.layer_at(machine, receiver, args.get(1, "index")) if name is None else None
    if indexed is not None:
        return indexed
    path = f"get_layer({args.text.partition('(')[2] or ')'}"
    if isinstance(name, Const):
        for part in flags.children(machine, receiver.id):
            if not part.inside and name in (machine.store.get(("attr", part.id, "name")), _own_name(machine, part.id)):
                machine.name(Ref(part.id), f"{machine.label(receiver.id)}.{path}")
                return Ref(part.id)
    return machine.part(receiver.id, path, kind="layer", keras=True)


def _own_name(machine: Machine, id: int) -> Const:
    """The name that Keras gave to a layer, as far as a detailed walk knows."""
    return Const(naming.name_of(machine, id) or ...)


def _add(machine: Machine, receiver: Ref, args: Arguments) -> Value:
    layer = args.get(0, "layer")
    order = machine.store.get(("items", receiver.id))
    if layer is None or order is None or is_input(machine, layer) or (not order and is_built(machine, layer)):
        variables.built(machine, receiver.id)
    if isinstance(layer, Ref) and machine.store.get(("unbuilt", receiver.id)) is not True:
        variables.built(machine, layer.id)
        graph.built(machine, (layer,))
    if layer is not None and is_input(machine, layer):
        return Const(None)
    if isinstance(layer, Ref):
        flags.hold(machine, receiver.id, (Part(layer.id),))
        if order is not None:
            machine.store.set(("items", receiver.id), (*order, layer))
    else:
        machine.store.set(("items", receiver.id), None)
        machine.store.set(("closed", receiver.id), False)
    return Const(None)


def mutated_list(machine: Machine, receiver: Weights, name: str, args: Arguments) -> None:
    """`model.trainable_variables.clear()` and the like."""
    owner = machine.objects[receiver.owner]
    machine.emit(MethodCalled(machine.moment(args.site), receiver, name, args.text, owner.keras, args.statement))


def library_call(machine: Machine, callee: Symbol, args: Arguments) -> Value | None:
    """What a call of a library function returns; None when nobody knows what it does with its arguments."""
    name = callee.name
    if name in symbols.EAGER_SWITCHES:
        machine.eager = machine.eager or truth(args.get(0, "run_eagerly") or Const(True)) is not False
    modes.restores(machine, name)
    naming.cleared(machine, name)
    if (path := saving.library(machine, name, args)) is not None:
        return path
    if name in symbols.EXITS:
        machine.stopped = True
    made = construct(machine, name, args) or steps.library(machine, name, args)
    if made is not None:
        if isinstance(made, Ref):
            machine.made[made.id] = args
            graph.from_library(machine, name, made)
        return made
    variables.library(machine, callee, args)
    library = symbols.root(name)
    if library not in symbols.HARMLESS_ROOTS:
        return None
    if library in ("keras", "tensorflow") and name.rpartition(".")[2] not in symbols.READERS:
        for value in args.values():
            if holder(value) is not None:
                origins.touched(machine, value)
    tensors = tensors_in(machine, args.values())
    if name in symbols.GRADIENT_STOPS:
        return stops.stopped(machine, args, merged(tensors, plain=False) if tensors else None)
    if tensors:
        known = library in ("keras", "tensorflow") and all(only_tensors(machine, value) for value in args.values())
        return graph.operated(machine, name, merged(tensors, known=known, plain=False))
    if any(holder(v) is not None for v in args.values()) or library in ("keras", "tensorflow"):
        return graph.from_library(machine, name, machine.opaque())
    return UNKNOWN
