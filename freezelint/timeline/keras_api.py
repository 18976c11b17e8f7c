"""What calls into TensorFlow and Keras do to the walk's objects: constructors, layer calls, model methods."""

from __future__ import annotations

from collections.abc import Iterable

from freezelint.timeline import flags, modes, never, optimizers, origins, saving, steps, stops, symbols, variables
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.containers import items_of
from freezelint.timeline.escapes import escape
from freezelint.timeline.events import MethodCalled
from freezelint.timeline.machine import Machine, holder, truth
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


def tensors_in(machine: Machine, values: Iterable[Value | None]) -> list[Tensor]:
    """The symbolic tensors among values, also inside lists, tuples and dictionaries."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, Ref) and machine.object(value).path in ("output", "outputs"):
            parent = machine.object(value).parent
            assert parent is not None
            found.append(Tensor((Part(parent, True),)))
        elif isinstance(value, Ref) and machine.object(value).path in ("input", "inputs"):
            found.append(Tensor())
        elif (items := items_of(machine, value)) is not None:
            found += tensors_in(machine, items)
    return found


def merged(tensors: Iterable[Tensor], *, known: bool = True, plain: bool = True) -> Tensor:
    tensors = list(tensors)
    parts = tuple(dict.fromkeys(part for tensor in tensors for part in tensor.parts))
    cut = stops.left(tensors)
    return Tensor(parts, known and all(t.known for t in tensors), plain and all(t.plain for t in tensors), cut)


# -- constructors --------------------------------------------------------------------------------------------


def construct(machine: Machine, name: str, args: Arguments) -> Value | None:
    """The object that calling the library name `name` makes; None when it makes nothing that matters."""
    if name == "keras.Input":
        return Tensor()
    if name == "keras.Sequential":
        return _sequential(machine, name, args)
    if name == "keras.Model":
        return _functional(machine, name, args)
    if symbols.is_application(name):
        made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
        origins.made(machine, name, made, args)
        never.counted_application(machine, name, made.id, args)
        return made
    if name == "keras.callbacks.ModelCheckpoint":
        return saving.checkpoint(machine, origins.checkpoint(machine, args), args)
    if symbols.is_optimizer(name):
        return optimizers.made(machine, name, args)
    if name in symbols.OPAQUE_FUNCTIONS:
        made = machine.new("model", site=args.site, keras=True)
        machine.store.set(("compiled", made.id), "unknown")
        origins.made(machine, name, made, args)
        saving.copied(machine, name, made, args)
        return made
    if name in symbols.MERGES:
        return merged(tensors_in(machine, args.values()), plain=False)
    if symbols.is_layer_class(name) or name == "tensorflow_hub.KerasLayer":
        return _layer(machine, name, args)
    if name in symbols.VARIABLE_CLASSES or name == "keras.Variable":
        variables.given_name(machine, args, machine.weight_names)
    if name in symbols.VARIABLE_CLASSES:
        return machine.new("variable", symbol=name, site=args.site)
    return None


def _layer(machine: Machine, name: str, args: Arguments) -> Ref:
    made = machine.new("layer", symbol=name, site=args.site, keras=True, fresh=args.complete)
    copies = origins.wrapped(machine, name, made, args)
    inner = [v for v in args.values() if isinstance(v, Ref) and machine.object(v).keras and not copies]
    flags.hold(machine, made.id, tuple(Part(v.id) for v in inner), closed=True)
    named(machine, made, args)
    variables.unbuilt(machine, made, args)
    saving.copied(machine, name, made, args)
    return made


def named(machine: Machine, made: Ref, args: Arguments) -> None:
    """Keep `name=` and `trainable=` of a constructor."""
    name = args.keywords.get("name")
    if isinstance(name, Const):
        machine.put(("attr", made.id, "name"), name)
        machine.layer_names.add(str(name.value))
    trainable = args.keywords.get("trainable")
    if trainable is not None and truth(trainable) is not True:
        value = truth(trainable)
        flags.write(machine, args.site, made, value, "trainable=…", keras=True)


def _sequential(machine: Machine, name: str, args: Arguments) -> Ref:
    made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
    given = args.get(0, "layers")
    layers = () if given is None else items_of(machine, given)
    closed = args.complete and layers is not None and all(isinstance(v, (Ref, Tensor)) for v in layers)
    flags.hold(machine, made.id, _parts(layers or ()), closed=closed)
    order = [v for v in layers or () if not _is_input(machine, v)]
    machine.store.set(("items", made.id), tuple(order) if closed else None)
    named(machine, made, args)
    if not closed or len(order) < len(layers or ()) or any(_is_built(machine, v) for v in order):
        variables.built(machine, made.id)
    else:
        variables.unbuilt(machine, made, args)
    return made


def _is_input(machine: Machine, value: Value) -> bool:
    """`Sequential.layers` leaves the input layer out (FACTS C8)."""
    if isinstance(value, Ref):
        return machine.object(value).symbol == "keras.layers.InputLayer"
    return isinstance(value, Tensor)


def _is_built(machine: Machine, value: Value) -> bool:
    return not isinstance(value, Ref) or machine.store.get(("unbuilt", value.id)) is not True


def _parts(values: Iterable[Value]) -> tuple[Part, ...]:
    return tuple(Part(v.id) for v in values if isinstance(v, Ref))


def _functional(machine: Machine, name: str, args: Arguments) -> Ref:
    made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
    inputs = tensors_in(machine, [args.get(0, "inputs", "input")])
    outputs = tensors_in(machine, [args.get(1, "outputs", "output")])
    result = merged(outputs)
    upstream = merged(inputs)
    inner = tuple(part for part in result.parts if part not in upstream.parts)
    closed = bool(outputs) and bool(inputs) and result.known and upstream.known and args.complete
    flags.hold(machine, made.id, inner, closed=closed)
    never.counted(machine, made.id, inputs, result, inner)
    stops.passed(machine, made.id, result)
    named(machine, made, args)
    return made


# -- calling a layer, calling a method -----------------------------------------------------------------------


def call_layer(machine: Machine, layer: Ref, args: Arguments) -> Tensor | Unknown:
    """`layer(x)`: the tensor went through the layer too."""
    variables.built(machine, layer.id)
    origins.used(machine, layer.id)
    tensors = [stops.through(machine, layer, tensor, args) for tensor in tensors_in(machine, args.values())]
    known = all(not isinstance(v, (Unknown, Ref)) or items_of(machine, v) is not None for v in args.positional)
    return merged([*tensors, Tensor((Part(layer.id),))], known=known or not args.positional)


def method(machine: Machine, receiver: Ref, name: str, args: Arguments) -> Value | None:
    """A Keras method of a layer or model; None when the walk knows nothing of this method."""
    this = machine.object(receiver)
    modes.given(machine, receiver.id, name, args)
    saving.method(machine, receiver, name, args)
    if (state := modes.state(machine, receiver, name, args)) is not None:
        return state
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
        machine.store.set(("items", receiver.id), None)
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
    path = f"get_layer({args.text.partition('(')[2] or ')'}"
    if isinstance(name, Const):
        for part in flags.children(machine, receiver.id):
            if not part.inside and machine.store.get(("attr", part.id, "name")) == name:
                machine.name(Ref(part.id), f"{machine.label(receiver.id)}.{path}")
                return Ref(part.id)
    return machine.part(receiver.id, path, kind="layer", keras=True)


def _add(machine: Machine, receiver: Ref, args: Arguments) -> Value:
    layer = args.get(0, "layer")
    order = machine.store.get(("items", receiver.id))
    if layer is None or order is None or _is_input(machine, layer) or (not order and _is_built(machine, layer)):
        variables.built(machine, receiver.id)
    if isinstance(layer, Ref) and machine.store.get(("unbuilt", receiver.id)) is not True:
        variables.built(machine, layer.id)
    if layer is not None and _is_input(machine, layer):
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
    if (path := saving.library(machine, name, args)) is not None:
        return path
    if name in symbols.EXITS:
        machine.stopped = True
    made = construct(machine, name, args) or steps.library(machine, name, args)
    if made is not None:
        if isinstance(made, Ref):
            machine.made[made.id] = args
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
        return merged(tensors, known=library in ("keras", "tensorflow"), plain=False)
    if any(holder(v) is not None for v in args.values()) or library in ("keras", "tensorflow"):
        return machine.opaque()
    return UNKNOWN
