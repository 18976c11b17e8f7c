"""What the constructors of TensorFlow and Keras make: layers, models, networks, variables."""

from __future__ import annotations

from collections.abc import Iterable

from freezelint.timeline import symbols
from freezelint.timeline.arguments import Arguments
from freezelint.timeline.keras import flags, graph, naming, optimizers, origins, saving, stops, variables
from freezelint.timeline.keras.tensors import merged, only_tensors, tensors_in
from freezelint.timeline.machine import Machine, truth
from freezelint.timeline.python import never
from freezelint.timeline.python.containers import items_of
from freezelint.timeline.values import Const, Part, Ref, Tensor, Value


def construct(machine: Machine, name: str, args: Arguments) -> Value | None:
    """The object that calling the library name `name` makes; None when it makes nothing that matters."""
    if name == "keras.Input":
        return Tensor(chain=())
    if name == "keras.Sequential":
        return _sequential(machine, name, args)
    if name == "keras.Model":
        return _functional(machine, name, args)
    if symbols.is_application(name):
        made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
        naming.application(machine, made.id, args)
        origins.made(machine, name, made, args)
        never.counted_application(machine, name, made.id, args)
        return made
    if name == "keras.callbacks.ModelCheckpoint":
        return saving.checkpoint(machine, origins.checkpoint(machine, args), args)
    if name in symbols.ONLOOKERS:
        return machine.new("other", symbol=name, site=args.site)
    if symbols.is_optimizer(name):
        return optimizers.made(machine, name, args)
    if name in symbols.OPAQUE_FUNCTIONS:
        made = machine.new("model", site=args.site, keras=True)
        machine.store.set(("compiled", made.id), "unknown")
        origins.made(machine, name, made, args)
        saving.copied(machine, name, made, args)
        return made
    if name in symbols.MERGES:
        known = all(only_tensors(machine, value) for value in args.positional)
        return merged(tensors_in(machine, args.values()), known=known, plain=False)
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
    naming.constructed(machine, made.id, args)
    name = args.keywords.get("name")
    if isinstance(name, Const):
        machine.put(("attr", made.id, "name"), name)
        machine.layer_names.add(str(name.value))
    trainable = args.keywords.get("trainable")
    if trainable is not None and truth(trainable) is not True:
        value = truth(trainable)
        flags.write(machine, args.site, made, value, "trainable=…", keras=True)


def own_flag(machine: Machine, made: Ref, args: Arguments) -> None:
    """`super().__init__(trainable=False)` sets the object's own flag: a detailed walk follows that."""
    if machine.detail is not None and truth(args.keywords.get("trainable") or Const(True)) is not True:
        flags.write(machine, args.site, made, truth(args.keywords["trainable"]), "trainable=…", keras=True)


def _sequential(machine: Machine, name: str, args: Arguments) -> Ref:
    made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
    given = args.get(0, "layers")
    layers = () if given is None else items_of(machine, given)
    closed = args.complete and layers is not None and all(isinstance(v, (Ref, Tensor)) for v in layers)
    flags.hold(machine, made.id, _parts(layers or ()), closed=closed)
    order = [v for v in layers or () if not is_input(machine, v)]
    machine.store.set(("items", made.id), tuple(order) if closed else None)
    named(machine, made, args)
    if not closed or len(order) < len(layers or ()) or any(is_built(machine, v) for v in order):
        variables.built(machine, made.id)
        graph.built(machine, order)
    else:
        variables.unbuilt(machine, made, args)
    return made


def is_input(machine: Machine, value: Value) -> bool:
    """`Sequential.layers` leaves the input layer out (FACTS C8)."""
    if isinstance(value, Ref):
        return machine.object(value).symbol == "keras.layers.InputLayer"
    return isinstance(value, Tensor)


def is_built(machine: Machine, value: Value) -> bool:
    """Whether something may have its weights already."""
    return not isinstance(value, Ref) or machine.store.get(("unbuilt", value.id)) is not True


def _parts(values: Iterable[Value]) -> tuple[Part, ...]:
    return tuple(Part(v.id) for v in values if isinstance(v, Ref))


def _functional(machine: Machine, name: str, args: Arguments) -> Ref:
    made = machine.new("model", symbol=name, site=args.site, keras=True, fresh=True)
    ends = args.get(0, "inputs", "input"), args.get(1, "outputs", "output")
    inputs, outputs = (tensors_in(machine, [end]) for end in ends)
    result = merged(outputs)
    upstream = merged(inputs)
    inner = tuple(part for part in result.parts if part not in upstream.parts)
    closed = bool(outputs) and bool(inputs) and result.known and upstream.known and args.complete
    closed = closed and all(only_tensors(machine, end) for end in ends)
    flags.hold(machine, made.id, inner, closed=closed)
    never.counted(machine, made.id, inputs, result, inner)
    stops.passed(machine, made.id, result)
    graph.functional(machine, made.id, inputs, outputs, result)
    named(machine, made, args)
    return made
