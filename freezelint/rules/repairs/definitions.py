"""Repairs where something is made: arguments of constructors, classes that should be layers, steps to trace anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from freezelint.fixes.editor import CannotRepair, Change, Editor, Repair
from freezelint.rules.repairs.compiles import function_round
from freezelint.rules.repairs.hierarchy import whole_loop
from freezelint.rules.repairs.normalization import name_of_layer

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Site


def argument_added(call: cst.CSTNode, code: str, message: str) -> Fixer:
    """A call with one keyword argument more."""

    def fix(editor: Editor) -> Repair:
        return Repair("unsafe", message, (_with_argument(editor, call, code),))

    return fix


def _with_argument(editor: Editor, call: cst.CSTNode, code: str) -> Change:
    if not isinstance(call, cst.Call) or not call.args:
        raise CannotRepair
    if any(a.keyword is not None and a.keyword.value == code.partition("=")[0] for a in call.args):
        raise CannotRepair
    return editor.put(call.args[-1].value, f", {code}", after=True)


def frozen_from_the_start(site: Site, made: Site) -> Fixer:
    """`tf.Variable(x, trainable=False)` instead of a flag that cannot be written; the statement goes."""

    def fix(editor: Editor) -> Repair:
        _, value = editor.assignment(site.node)
        if editor.code(value) != "False" or not editor.here(made):
            raise CannotRepair
        line, loop = editor.only(site.node), whole_loop(editor, site)
        if isinstance(loop, cst.For):
            if loop.orelse is not None or not isinstance(loop.body, cst.IndentedBlock) or len(loop.body.body) != 1:
                raise CannotRepair
            gone = editor.replace(line, "pass")
        else:
            gone = editor.without(line)
        message = "Make the variable with `trainable=False`"
        return Repair("unsafe", message, (_with_argument(editor, made.node, "trainable=False"), gone))

    return fix


def class_made_a_layer(node: cst.ClassDef, here: bool) -> Fixer:
    """A plain class as a Keras layer: its base, `super().__init__()`, and `call` for `__call__`."""

    def fix(editor: Editor) -> Repair:
        if not here or node.bases or node.keywords or not isinstance(node.lpar, cst.MaybeSentinel):
            raise CannotRepair
        changes = [editor.put(node.name, f"({name_of_layer(editor, 'Layer')})", after=True)]
        for method in editor.walk(node.body, cst.FunctionDef):
            if method.name.value == "__call__":
                changes.append(editor.replace(method.name, "call"))
            elif method.name.value == "__init__" and "super()" not in editor.code(method.body):
                first = method.body.body[0]
                if not isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                    raise CannotRepair
                changes.append(editor.above(first, "super().__init__()"))
        return Repair("unsafe", f"Make `{node.name.value}` a layer", tuple(changes))

    return fix


def traced_again(flag: Site, run: Site) -> Fixer:
    """A new `tf.function` behind the write, for a step that is a name at the top of the module."""

    def fix(editor: Editor) -> Repair:
        call = run.node
        if not editor.here(run) or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name):
            raise CannotRepair
        anchor = whole_loop(editor, flag)
        if function_round(editor, anchor) is not None or any(n is anchor for n in editor.path(call)):
            raise CannotRepair
        return Repair(
            "unsafe", f"Trace `{call.func.value}` again", (editor.below(anchor, _renewed(editor, call.func)),)
        )

    return fix


def _renewed(editor: Editor, name: cst.Name) -> str:
    """The statement that makes the step anew: as it was made, or from the function under its decorator."""
    tree = editor.timeline.tree(editor.number)
    for assign in editor.walk(tree, cst.Assign):
        target = assign.targets[0].target
        named = isinstance(target, cst.Name) and target.value == name.value
        if named and isinstance(assign.value, cst.Call) and editor.code(assign.value.func).endswith("function"):
            return editor.code(assign)
    for function in editor.walk(tree, cst.FunctionDef):
        if function.name.value == name.value and len(function.decorators) == 1:
            made = editor.code(function.decorators[0].decorator)
            if made.endswith(".function"):
                return f"{name.value} = {made}({name.value}.python_function)"
    raise CannotRepair


def weights_copied(made: Site) -> Fixer:
    """`copy = clone_model(base)` with the weights of `base`, below it."""

    def fix(editor: Editor) -> Repair:
        call = made.node
        if not editor.here(made) or not isinstance(call, cst.Call) or not call.args:
            raise CannotRepair
        target, value = editor.assignment(call)
        source = call.args[0].value
        if value is not call or not editor.code(call.func).endswith("clone_model"):
            raise CannotRepair
        if not isinstance(target, cst.Name) or not isinstance(source, cst.Name | cst.Attribute):
            raise CannotRepair
        code = f"{target.value}.set_weights({editor.code(source)}.get_weights())"
        return Repair("unsafe", "Copy the weights, too", (editor.below(editor.only(call), code),))

    return fix
