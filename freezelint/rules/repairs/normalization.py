"""Repairs that keep BatchNormalization and other state of a frozen base at rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.fixes.editor import CannotRepair, Change, Editor, Repair, Statement
from freezelint.rules.repairs.flags import free_name

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import FlagWritten, Site

_HOMES = {
    "keras": ".layers.{}",
    "tf_keras": ".layers.{}",
    "tensorflow.keras": ".layers.{}",
    "tensorflow": ".keras.layers.{}",
    "keras.layers": ".{}",
    "tensorflow.keras.layers": ".{}",
    "keras.layers.{}": "",
    "tensorflow.keras.layers.{}": "",
}


def name_of_layer(editor: Editor, kind: str) -> str:
    """How the program can call a class of `keras.layers`, through what it imports."""
    timeline = editor.timeline
    numbers = range(len(timeline.program.segments))
    trees = [timeline.tree(n) for n in (numbers if editor.number in numbers else [editor.number]) if timeline.has(n)]
    for tree in trees:
        for statement in tree.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                found = _imported(small, kind)
                if found:
                    return found
    raise CannotRepair


def _imported(statement: cst.BaseSmallStatement, kind: str) -> str:
    """The class through one import or through `keras = tf.keras`; "" when that does not lead there."""
    from freezelint.timeline.syntax import dotted

    names: list[tuple[str, str]] = []
    if isinstance(statement, cst.ImportFrom | cst.Import) and not isinstance(statement.names, cst.ImportStar):
        home = isinstance(statement, cst.ImportFrom) and statement.module is not None and not statement.relative
        prefix = (
            f"{dotted(statement.module)}."
            if home and isinstance(statement, cst.ImportFrom) and statement.module
            else ""
        )
        for alias in statement.names:
            name = dotted(alias.name)
            own = alias.asname.name if alias.asname is not None else None
            names.append((f"{prefix}{name}", own.value if isinstance(own, cst.Name) else name))
    elif isinstance(statement, cst.Assign) and dotted(statement.value) in ("tf.keras", "tensorflow.keras"):
        names.append(("tensorflow.keras", dotted(statement.targets[0].target)))
    homes = {home.format(kind): rest.format(kind) for home, rest in _HOMES.items()}
    return next((own + homes[name] for name, own in names if name in homes and own), "")


def batchnorm_frozen_again(write: FlagWritten, *, within: str = "", training: Iterable[Site] = ()) -> Fixer:
    """A loop that freezes the BatchNormalization layers of what a write has un-frozen, behind that write."""

    def fix(editor: Editor) -> Repair:
        if not editor.here(write.at.site):
            raise CannotRepair
        owner, anchor = _owner(editor, write.at.site)
        if any(id(anchor) in map(id, editor.path(s.node)) for s in training if editor.here(s)):
            raise CannotRepair
        name = free_name(editor, anchor, "layer", "inner", "part")
        step = editor.step()
        test = f"if isinstance({name}, {name_of_layer(editor, 'BatchNormalization')}):"
        loop = editor.suite(anchor, f"for {name} in {owner}.layers:", test, f"{step}{name}.trainable = False")
        message = f"Freeze the BatchNormalization layers of `{owner}`"
        return Repair("unsafe", message, (editor.below(anchor, loop),))

    return fix


def _owner(editor: Editor, site: Site) -> tuple[str, Statement]:
    """What a write sets the flag of, or of whose layers it does so in a loop, and that statement."""
    target, _ = editor.assignment(site.node)
    if not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
        raise CannotRepair
    line = editor.line(site.node)
    owner = editor.code(target.value)
    for outer in reversed(editor.path(line)[:-1]):
        if isinstance(outer, cst.FunctionDef | cst.ClassDef):
            break
        if isinstance(outer, cst.For) and isinstance(outer.target, cst.Name) and outer.target.value == owner:
            every = re.fullmatch(r"([\w.]+)\.layers(?:\[.*\])?", editor.code(outer.iter))
            if every is None:
                raise CannotRepair
            return every[1], outer
    if not re.fullmatch(r"[\w.]+", owner):
        raise CannotRepair
    return owner, line


def in_inference(call: cst.CSTNode) -> Fixer:
    """`base(x, training=True)` to `training=False`."""

    def fix(editor: Editor) -> Repair:
        for argument in call.args if isinstance(call, cst.Call) else ():
            if argument.keyword is not None and argument.keyword.value == "training":
                return Repair("unsafe", "Call with `training=False`", (editor.replace(argument.value, "False"),))
        raise CannotRepair

    return fix


def everything_frozen(site: Site) -> Fixer:
    """A freeze without the condition that leaves BatchNormalization out."""

    def fix(editor: Editor) -> Repair:
        line = editor.only(site.node)
        path = editor.path(line)
        block = path[-2]
        message = "Freeze BatchNormalization, too"
        if not isinstance(block, cst.IndentedBlock):
            raise CannotRepair
        outer = path[-3]
        if isinstance(outer, cst.If) and "BatchNorm" in editor.code(outer.test):
            whole = isinstance(path[-4], cst.IndentedBlock | cst.Module)
            if not whole or outer.orelse is not None or len(block.body) != 1 or _and(outer.test):
                raise CannotRepair
            return Repair("unsafe", message, (editor.flat(outer, editor.code(line)),))
        before = [s for s in block.body[: list(block.body).index(line)] if isinstance(s, cst.If)]
        for skip in before:
            body = editor.code(skip.body).strip()
            if (
                "BatchNorm" in editor.code(skip.test)
                and body == "continue"
                and skip.orelse is None
                and not _and(skip.test)
            ):
                first, last = editor.span(skip)[0], editor.span(skip)[2]
                return Repair("unsafe", message, (Change((first, 1, last + 1, 1), ""),))
        raise CannotRepair

    return fix


def _and(test: cst.BaseExpression) -> bool:
    """Whether a condition asks for something else as well."""
    return isinstance(test, cst.BooleanOperation)


def never_frozen(site: Site) -> Fixer:
    """`BatchNormalization(trainable=False)` without the argument; a statement that freezes it goes."""

    def fix(editor: Editor) -> Repair:
        node = site.node
        message = "Let BatchNormalization train"
        if isinstance(node, cst.Call):
            return Repair("unsafe", message, (without_argument(editor, node, "trainable"),))
        target, _ = editor.assignment(node)
        if not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
            raise CannotRepair
        line = editor.only(node)
        if any(isinstance(n, cst.For) for n in editor.path(line)):
            raise CannotRepair  # what else the loop freezes is to stay frozen
        return Repair("unsafe", message, (editor.without(line),))

    return fix


def without_argument(editor: Editor, call: cst.Call, name: str) -> Change:
    """A call without one of its keyword arguments."""
    for number, argument in enumerate(call.args):
        if argument.keyword is not None and argument.keyword.value == name:
            start = editor.span(argument.keyword)[:2]
            end = editor.span(argument.value)[2:]
            if number:
                start = editor.span(call.args[number - 1].value)[2:]
            elif len(call.args) > 1:
                following = call.args[1]
                end = editor.span(following.keyword or following.value)[:2]
            return Change((*start, *end), "")
    raise CannotRepair


def guarded(site: Site) -> Fixer:
    """An update of a layer's state under the question whether the layer is frozen."""

    def fix(editor: Editor) -> Repair:
        line = editor.only(site.node)
        method = editor.parent(line, cst.FunctionDef)
        if not method.params.params:
            raise CannotRepair
        flag = f"{method.params.params[0].name.value}.trainable"
        path = editor.path(line)
        outer, block = path[-3], path[-2]
        message = f"Ask `{flag}` first"
        if isinstance(outer, cst.If) and isinstance(block, cst.IndentedBlock) and outer.body is block:
            test = editor.code(outer.test)
            test = f"({test})" if isinstance(outer.test, cst.BooleanOperation | cst.IfExp | cst.NamedExpr) else test
            return Repair("unsafe", message, (editor.replace(outer.test, f"{test} and {flag}"),))
        if "\n" in editor.code(line):
            raise CannotRepair
        new = editor.suite(line, f"if {flag}:", editor.code(line))
        return Repair("unsafe", message, (editor.instead(line, new),))

    return fix


def mode_handed_on(function: cst.FunctionDef, calls: Iterable[Site]) -> Fixer:
    """A `call` that takes `training` and gives it to the layers that have two modes."""

    def fix(editor: Editor) -> Repair:
        given = function.params
        if (
            not given.params
            or given.kwonly_params
            or given.star_arg is not cst.MaybeSentinel.DEFAULT
            or given.star_kwarg
        ):
            raise CannotRepair
        last = given.params[-1]
        changes = [editor.put(last.default or last.annotation or last.name, ", training=None", after=True)]
        for node in dict.fromkeys(site.node for site in calls if editor.here(site)):
            if not isinstance(node, cst.Call) or not node.args:
                raise CannotRepair
            changes.append(editor.put(node.args[-1].value, ", training=training", after=True))
        return Repair("unsafe", "Take `training` and hand it on", tuple(changes))

    return fix
