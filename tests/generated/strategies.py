"""Hypothesis strategies for whole programs: models, then what is done to them, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from generated.architectures import models
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
    Program,
    Repeat,
    Run,
    SetFlag,
    Statement,
    Tape,
    Train,
    VariableFlag,
)

OPTIMIZERS = ('"sgd"', "keras.optimizers.SGD(0.1)", '"adam"', "keras.optimizers.Adam(0.05)")  # Adam costs most
LONGEST = 5  # training calls that a program makes


@dataclass
class Scene:
    """What a program may speak of, here: `models` can be trained, `boxes` and `leaves` come with an expression.

    `times` is how often a statement that is drawn now will run; `inside` is "loop" or "function" where that is so.
    """

    generation: str
    models: list[Box] = field(default_factory=list)
    boxes: list[tuple[str, Box]] = field(default_factory=list)
    leaves: list[tuple[str, Leaf]] = field(default_factory=list)
    compiled: set[str] = field(default_factory=set)
    captured: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    calls: int = 0
    times: int = 1
    inside: str = ""
    functions: int = 0


@st.composite
def programs(draw: Any, generation: str) -> Program:
    """A program of up to LONGEST training calls for one generation of Keras ("2" or "3")."""
    outer = draw(models())
    builder = draw(st.integers(0, 3)) == 3
    scene = Scene(generation)
    for model in outer:
        _reach(draw, scene, model.name, model, builder)
        box: Any = model
        while isinstance(box, Box):
            if box.kind != "layer" and box not in scene.models:
                scene.models.append(box)
            box = box.children[0]
    statements = draw(_blocks(scene, 2, 8))
    if scene.calls < LONGEST:
        statements = (*statements, *draw(_trained(scene)))
    return Program(generation, outer, builder, statements)


def _reach(draw: Any, scene: Scene, path: str, box: Box, builder: bool) -> None:
    """One or two expressions for every box and layer below `path`."""
    scene.boxes.append((path, box))
    shift = 1 if box.kind == "functional" else 0
    for position, child in enumerate(box.children):
        ways = []
        if box.kind != "layer":
            ways = [f"{path}.layers[{position + shift}]", f"{path}.get_layer(index={position + shift})"]
            ways.append(f"{path}.layers[{position - len(box.children)}]")
            if isinstance(child, Box) or child.named:
                ways.append(f'{path}.get_layer("{child.name}")')
        if box.kind in ("subclass", "layer"):
            ways.append(f"{path}.{child.name}")
        if isinstance(child, Box) or (box.kept and not builder):
            ways += [child.name] * 3
        way = draw(st.sampled_from(ways))
        if isinstance(child, Box):
            _reach(draw, scene, way, child, builder)
        else:
            scene.leaves.append((way, child))


# -- blocks --------------------------------------------------------------------------------------------------


@st.composite
def _blocks(draw: Any, scene: Scene, shortest: int, longest: int) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for _ in range(draw(st.integers(shortest, longest))):
        found += draw(_statement(scene))
    return tuple(found)


@st.composite
def _statement(draw: Any, scene: Scene) -> tuple[Statement, ...]:
    kinds = ["flag"] * 5 + ["each"] * 3 + ["train"] * 8 + ["compile"] * 3 + ["look", "branch", "capture"]
    kinds += ["of", "retrace"]
    kinds += ["repeat", "repeat", "run", "tape"] if not scene.inside and scene.calls <= LONGEST - 2 else []
    kinds += ["variable"] * 2 if scene.generation == "3" else []
    kind = draw(st.sampled_from(kinds))
    if kind in ("train", "tape") and scene.calls + scene.times > LONGEST:
        kind = "flag"
    if kind == "train":
        return draw(_trained(scene))  # type: ignore[no-any-return]
    if kind == "compile":
        return (draw(_compiled(scene, draw(st.sampled_from(scene.models)).name)),)
    one = {"flag": _flag, "each": _each, "variable": _variable, "look": _look, "capture": _capture}
    one |= {"of": _of, "retrace": _retrace}
    if kind in one:
        return (draw(one[kind](scene)),)
    return draw({"branch": _branch, "repeat": _repeat, "run": _repeat, "tape": _tape}[kind](scene))  # type: ignore[no-any-return]


@st.composite
def _repeat(draw: Any, scene: Scene) -> tuple[Statement, ...]:
    """A loop, or a function and its calls. What is defined in a function stays there."""
    kind = draw(st.sampled_from(["loop", "loop", "function"]))
    times = draw(st.sampled_from([2, 2, 3] if kind == "loop" else [1, 1, 2]))
    names = list(scene.captured), list(scene.steps)
    scene.times, scene.inside = times, kind
    body = draw(_blocks(scene, 1, 3))
    scene.times, scene.inside = 1, ""
    if kind == "loop":
        return (Repeat(times, body),)
    scene.captured, scene.steps = names
    scene.functions += 1
    return (Run(f"part{scene.functions}", times, body),)


@st.composite
def _branch(draw: Any, scene: Scene) -> tuple[Statement, ...]:
    """Whether the condition holds is plain from the text, or only the data know: then either arm may run."""
    known = draw(st.integers(0, 3)) < 3
    conditions = ["True", "x.shape[0] == 4"] if known else ["x[0, 0] > 0.0", "y{}[0, 0] > 0.0"]
    if known and scene.inside == "loop":
        conditions += ["epoch == 0", "epoch == 1", "epoch > 0"]
    condition = draw(st.sampled_from(conditions)).format(scene.models[0].units)
    compiled, names = set(scene.compiled), (list(scene.captured), list(scene.steps))
    body = draw(_blocks(scene, 1, 2))
    after, calls = scene.compiled, scene.calls
    scene.compiled, scene.captured, scene.steps = set(compiled), *(list(n) for n in names)
    otherwise = draw(_blocks(scene, 1, 1)) if draw(st.booleans()) else ()
    always = condition in ("True", "x.shape[0] == 4")
    scene.compiled = after if always else after & scene.compiled
    scene.calls = calls if always else max(calls, scene.calls)
    scene.captured, scene.steps = names
    return (Branch(condition, body, otherwise),)


# -- statements ----------------------------------------------------------------------------------------------


@st.composite
def _flag(draw: Any, scene: Scene) -> SetFlag:
    target = draw(st.sampled_from([*scene.boxes, *scene.leaves]))[0]
    how = draw(st.sampled_from(["assign", "assign", "assign", "setattr", "helper"]))
    value = draw(st.sampled_from(["True", "False", "True", "False", "True", "False", f"not {target}.trainable"]))
    return SetFlag(target, value, how)


@st.composite
def _of(draw: Any, scene: Scene) -> EachOf:
    targets = [path for path, _ in [*scene.boxes, *scene.leaves]]
    chosen = draw(st.lists(st.sampled_from(targets), min_size=2, max_size=2))
    return EachOf(tuple(chosen), draw(st.sampled_from(["True", "False"])))


@st.composite
def _retrace(draw: Any, scene: Scene) -> Statement:
    """`make_train_function(force=True)`; without a compiled model it would raise."""
    if not scene.compiled:
        return draw(_flag(scene))  # type: ignore[no-any-return]
    return Look(f"{draw(st.sampled_from(sorted(scene.compiled)))}.make_train_function(force=True)")


@st.composite
def _each(draw: Any, scene: Scene) -> EachLayer:
    owner, box = draw(st.sampled_from([pair for pair in scene.boxes if pair[1].kind != "layer"]))
    size = len(box.children)
    value = draw(st.sampled_from(["True", "False"]))
    how = draw(st.sampled_from(["inline", "inline", "enumerate", "helper"]))
    if how == "helper":
        return EachLayer(owner, "", value, how="helper")
    cut = draw(st.integers(1, size))
    chosen = draw(st.sampled_from(["", f"[:{cut}]", f"[:-{cut}]", f"[-{cut}:]", f"[{cut}:]"]))
    if how == "enumerate":
        value = draw(st.sampled_from([value, f"i >= {cut}", f"i < {cut}"]))
        return EachLayer(owner, chosen, value, draw(st.sampled_from(["", f"i >= {cut}"])), "enumerate")
    names = [child.name for child in box.children if isinstance(child, Box) or child.named]
    tests = ["", "", "isinstance(layer, layers.BatchNormalization)", "not isinstance(layer, layers.BatchNormalization)"]
    tests += ["isinstance(layer, layers.Dense)"]
    tests += [f'layer.name == "{names[0]}"', f'layer.name != "{names[-1]}"'] if names else []
    return EachLayer(owner, chosen, value, draw(st.sampled_from(tests)))


@st.composite
def _variable(draw: Any, scene: Scene) -> Statement:
    """Flags of single variables. BatchNormalization's moving statistics have none that could be set to True."""
    dense = [(path, leaf) for path, leaf in scene.leaves if leaf.kind == "dense"]
    norms = [(path, leaf) for path, leaf in scene.leaves if leaf.kind == "norm"]
    value = draw(st.booleans())
    if norms and draw(st.integers(0, 3)) == 3:
        return VariableFlag(draw(st.sampled_from(norms))[0], draw(st.sampled_from(["gamma", "beta"])), value)
    path, leaf = draw(st.sampled_from(dense))
    which = ["kernel", "weights[0]", "for weights", "for trainable_weights"] + (["bias"] if leaf.bias else [])
    return VariableFlag(path, draw(st.sampled_from(which)), value)


@st.composite
def _compiled(draw: Any, scene: Scene, model: str) -> Compile:
    scene.compiled.add(model)
    optimizer = draw(st.sampled_from(OPTIMIZERS[:2] * 4 + OPTIMIZERS))
    helper = draw(st.integers(0, 5)) == 5
    eager = not helper and draw(st.integers(0, 7)) == 7
    return Compile(model, optimizer, eager, helper)


@st.composite
def _trained(draw: Any, scene: Scene) -> tuple[Statement, ...]:
    """A training call, behind a compile if the model has had none."""
    box = draw(st.sampled_from([scene.models[0], *scene.models]))
    before: tuple[Statement, ...] = ()
    if box.name not in scene.compiled or draw(st.integers(0, 3)) == 3:
        before = (draw(_compiled(scene, box.name)),)
    method = draw(st.sampled_from(["train_on_batch", "fit"]))
    rows = 3 if draw(st.integers(0, 11)) == 11 else 4
    helper = method == "fit" and draw(st.integers(0, 4)) == 4
    scene.calls += scene.times
    return (*before, Train(box.name, method, f"y{box.units}", rows, helper))


@st.composite
def _tape(draw: Any, scene: Scene) -> tuple[Statement, ...]:
    """A step of a loop of the program's own, or an earlier one again."""
    scene.calls += 1
    if scene.steps and draw(st.booleans()):
        return (Again(draw(st.sampled_from(scene.steps))),)
    box = draw(st.sampled_from(scene.models))
    parts = [child.name for child in box.children if isinstance(child, Box)]
    lists = [f"{name}.trainable_variables" for name in [box.name, box.name, *parts]]
    lists += [f"{box.name}.trainable_weights", f"{box.name}.weights", *scene.captured]
    name = f"step{len(scene.steps)}"
    scene.steps.append(name)
    chosen, compiled, training = draw(st.sampled_from(lists)), draw(st.booleans()), draw(st.booleans())
    return (Tape(name, box.name, f"y{box.units}", chosen, compiled, training),)


@st.composite
def _capture(draw: Any, scene: Scene) -> Capture:
    box = draw(st.sampled_from(scene.models))
    name = f"kept{len(scene.captured)}"
    scene.captured.append(name)
    return Capture(name, f"{box.name}.trainable_variables")


@st.composite
def _look(draw: Any, scene: Scene) -> Look:
    box = draw(st.sampled_from(scene.models))
    texts = ["{}(x)", "print(len({}.trainable_variables))", "{}.summary(print_fn=lambda *_, **__: None)"]
    return Look(draw(st.sampled_from(texts)).format(box.name))
