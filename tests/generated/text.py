"""From the tree of a program to its text."""

from __future__ import annotations

from collections.abc import Iterator

from generated.tree import (
    Again,
    Box,
    Branch,
    Capture,
    Compile,
    EachLayer,
    EachOf,
    Leaf,
    Look,
    Node,
    Program,
    Repeat,
    Run,
    SetFlag,
    Statement,
    Tape,
    Train,
    VariableFlag,
)

FEATURES = 3
ROWS = 4

HEAD = f"""\
import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(7)
numbers = np.random.default_rng(7)
x = numbers.uniform(-1.0, 1.0, ({ROWS}, {FEATURES})).astype("float32")
"""

HELPERS = {
    "set_trainable": """\
def set_trainable(layer, value):
    layer.trainable = value
""",
    "set_layers": """\
def set_layers(model, value):
    for layer in model.layers:
        layer.trainable = value
""",
    "prepare": """\
def prepare(model, optimizer):
    model.compile(optimizer=optimizer, loss="mse", jit_compile=False)
""",
    "train": """\
def train(model, inputs, targets):
    model.fit(inputs, targets, batch_size=4, verbose=0)
""",
}


def text_of(program: Program) -> str:
    """The whole program; ends with a newline."""
    boxes = list(_boxes(program.models))
    parts = [HEAD]
    parts += [
        f'y{width} = numbers.uniform(-1.0, 1.0, ({ROWS}, {width})).astype("float32")\n'
        for width in sorted({box.units for box in boxes})
    ]
    body = "\n".join(_statements(program.statements, 0)) + "\n"
    parts += [f"\n\n{helper}" for name, helper in HELPERS.items() if f"{name}(" in body]
    parts += [f"\n\n{_class_of(box)}" for box in boxes if box.kind in ("subclass", "layer")]
    parts.append("\n\n" if "):\n    " in parts[-1] else "\n")
    parts.append(_built(program, boxes))
    parts.append(body)
    return "".join(parts)


def _boxes(nodes: tuple[Node, ...], seen: set[str] | None = None) -> Iterator[Box]:
    """Every box once, the inner ones first."""
    seen = set() if seen is None else seen
    for node in nodes:
        if isinstance(node, Box) and node.name not in seen:
            yield from _boxes(node.children, seen)
            seen.add(node.name)
            yield node


# -- layers and models ---------------------------------------------------------------------------------------


def _built(program: Program, boxes: list[Box]) -> str:
    lines = [line for box in boxes for line in _made(box)]
    if not program.builder:
        return "\n".join(lines) + "\n"
    names = ", ".join(box.name for box in boxes)
    inside = "\n".join(f"    {line}" for line in lines)
    return f"def build():\n{inside}\n    return {names}\n\n\n{names} = build()\n"


def _made(box: Box) -> Iterator[str]:
    """The statements that make one box, its inner boxes being there."""
    if box.kind in ("subclass", "layer"):
        yield f"{box.name} = {_class_name(box)}({', '.join(c.name for c in box.children if isinstance(c, Box))})"
        if box.kind == "subclass":
            yield f"{box.name}(x)" if box.inputs == FEATURES else f"{box.name}(x[:, :{box.inputs}])"
        return
    if box.kept:
        for child in box.children:
            if isinstance(child, Leaf):
                yield f"{child.name} = {_constructor(child)}"
    parts = [c.name if isinstance(c, Box) or box.kept else _constructor(c) for c in box.children]
    if box.kind == "sequential":
        yield f"{box.name} = keras.Sequential("
        yield f'    [{", ".join([f"keras.Input(({box.inputs},))", *parts])}], name="{box.name}"'
        yield ")"
    elif box.kind == "added":
        yield f'{box.name} = keras.Sequential(name="{box.name}")'
        yield from (f"{box.name}.add({part})" for part in [f"keras.Input(({box.inputs},))", *parts])
    else:
        yield f"inputs = keras.Input(({box.inputs},))"
        for before, part in zip(["inputs"] + ["h"] * len(parts), parts, strict=False):
            yield f"h = {part}({before})"
        yield f'{box.name} = keras.Model(inputs, h, name="{box.name}")'


def _constructor(leaf: Leaf) -> str:
    name = ", ".join(([f'name="{leaf.name}"'] if leaf.named else []) + ["trainable=False"] * leaf.frozen)
    if leaf.kind == "norm":
        return f"layers.BatchNormalization({name})"
    if leaf.kind == "relu":
        return f"layers.LeakyReLU({name})"
    options = [str(leaf.units)]
    if leaf.activation != "linear":
        options.append(f'activation="{leaf.activation}"')
    if not leaf.bias:
        options.append("use_bias=False")
    return f"layers.Dense({', '.join([*options, *([name] if name else [])])})"


def _class_name(box: Box) -> str:
    return box.name.capitalize()


def _class_of(box: Box) -> str:
    inner = [child.name for child in box.children if isinstance(child, Box)]
    base = "keras.Model" if box.kind == "subclass" else "layers.Layer"
    lines = [f"class {_class_name(box)}({base}):", f"    def __init__({', '.join(['self', *inner])}):"]
    lines.append(f'        super().__init__(name="{box.name}")')
    for child in box.children:
        value = child.name if isinstance(child, Box) else _constructor(child)
        lines.append(f"        self.{child.name} = {value}")
    lines += ["", "    def call(self, inputs, training=False):", "        h = inputs"]
    for child in box.children:
        plain = isinstance(child, Leaf) and child.kind != "norm"
        lines.append(f"        h = self.{child.name}(h{'' if plain else ', training=training'})")
    return "\n".join([*lines, "        return h", ""])


# -- statements ----------------------------------------------------------------------------------------------


def _statements(statements: tuple[Statement, ...], depth: int) -> Iterator[str]:
    for statement in statements:
        for line in _lines(statement):
            yield "    " * depth + line if line else ""


def _lines(statement: Statement) -> Iterator[str]:
    """The lines of one statement, at no indentation."""
    match statement:
        case SetFlag(target, value, "assign"):
            yield f"{target}.trainable = {value}"
        case SetFlag(target, value, "setattr"):
            yield f'setattr({target}, "trainable", {value})'
        case SetFlag(target, value, _):
            yield f"set_trainable({target}, {value})"
        case EachOf(targets, value):
            yield f"for part in ({', '.join(targets)}):"
            yield f"    part.trainable = {value}"
        case EachLayer():
            yield from _each_layer(statement)
        case VariableFlag(target, which, value) if which.startswith("for "):
            yield f"for variable in {target}.{which[4:]}:"
            yield f"    variable.trainable = {value}"
        case VariableFlag(target, which, value):
            yield f"{target}.{which}.trainable = {value}"
        case Compile(model, optimizer, _, True):
            yield f"prepare({model}, {optimizer})"
        case Compile(model, optimizer, eager, _):
            more = ", run_eagerly=True" if eager else ""
            yield f'{model}.compile(optimizer={optimizer}, loss="mse", jit_compile=False{more})'
        case Train():
            yield _train(statement)
        case Capture(name, value):
            yield f"{name} = {value}"
        case Tape():
            yield from _tape(statement)
        case Again(name):
            yield f"{name}()"
        case Look(text):
            yield text
        case Repeat(times, body):
            yield f"for epoch in range({times}):"
            yield from _statements(body, 1)
        case Run(name, times, body):
            yield from ["", "", f"def {name}():", *_statements(body, 1), "", "", *[f"{name}()"] * times]
        case Branch(condition, body, otherwise):
            yield f"if {condition}:"
            yield from _statements(body, 1)
            if otherwise:
                yield "else:"
                yield from _statements(otherwise, 1)


def _each_layer(loop: EachLayer) -> Iterator[str]:
    if loop.how == "helper":
        yield f"set_layers({loop.owner}, {loop.value})"
        return
    source = f"{loop.owner}.layers{loop.chosen}"
    if loop.how == "enumerate":
        yield f"for i, layer in enumerate({source}):"
    else:
        yield f"for layer in {source}:"
    if loop.only:
        yield f"    if {loop.only}:"
        yield f"        layer.trainable = {loop.value}"
    else:
        yield f"    layer.trainable = {loop.value}"


def _train(call: Train) -> str:
    inputs, targets = ("x", call.answer) if call.rows == ROWS else (f"x[:{call.rows}]", f"{call.answer}[:{call.rows}]")
    if call.method == "train_on_batch":
        return f"{call.model}.train_on_batch({inputs}, {targets})"
    if call.helper:
        return f"train({call.model}, {inputs}, {targets})"
    return f"{call.model}.fit({inputs}, {targets}, batch_size=4, verbose=0)"


def _tape(tape: Tape) -> Iterator[str]:
    yield f"{tape.name}_optimizer = keras.optimizers.SGD(0.1)"
    if tape.compiled:
        yield ""
        yield ""
        yield "@tf.function"
    yield f"def {tape.name}():"
    yield "    with tf.GradientTape() as tape:"
    yield f"        loss = tf.reduce_mean(tf.square({tape.model}(x, training={tape.training}) - {tape.answer}))"
    yield f"    variables = {tape.variables}"
    yield "    gradients = tape.gradient(loss, variables)"
    yield f"    {tape.name}_optimizer.apply_gradients(zip(gradients, variables))"
    yield ""
    yield ""
    if tape.times > 1:
        yield f"for _ in range({tape.times}):"
        yield f"    {tape.name}()"
    else:
        yield f"{tape.name}()"
