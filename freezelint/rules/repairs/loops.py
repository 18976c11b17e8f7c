"""Repairs of training loops of one's own: the lists of variables, and the optimizer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.fixes.editor import CannotRepair, Change, Editor, Repair
from freezelint.rules.repairs.compiles import function_round

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Site


def _assigned(editor: Editor, name: str, near: cst.CSTNode) -> cst.Assign:
    """The one assignment of a name in the function (or module) round a node."""
    scope = function_round(editor, near) or editor.timeline.tree(editor.number)
    found = [
        assign
        for assign in editor.walk(scope, cst.Assign)
        if any(isinstance(t.target, cst.Name) and t.target.value == name for t in assign.targets)
        and function_round(editor, assign) is function_round(editor, near)
    ]
    if len(found) != 1:
        raise CannotRepair
    return found[0]


def trainable_only(taken: Site, applied: Site) -> Fixer:
    """`model.variables` and `model.weights` to `model.trainable_variables`, in the gradient and in the step."""

    def fix(editor: Editor) -> Repair:
        changes: dict[int, Change] = {}
        for many in _lists(editor, taken, applied):
            if isinstance(many, cst.Name):
                many = _assigned(editor, many.value, taken.node).value
            for found in editor.walk(many, cst.Attribute):
                if found.attr.value in ("variables", "weights"):
                    changes[id(found)] = editor.replace(found.attr, "trainable_variables")
        if not changes:
            raise CannotRepair
        return Repair("unsafe", "Take `trainable_variables`", tuple(changes.values()))

    return fix


def _lists(editor: Editor, taken: Site, applied: Site) -> tuple[cst.BaseExpression, cst.BaseExpression]:
    """The list that gradients are taken for and the one that the step pairs them with, in one function."""
    call = taken.node
    if not editor.here(taken) or not isinstance(call, cst.Call) or len(call.args) < 2:
        raise CannotRepair
    if call.args[1].keyword is not None and call.args[1].keyword.value != "sources":
        raise CannotRepair
    pairs = [c for c in editor.walk(applied.node, cst.Call) if editor.code(c.func) == "zip" and len(c.args) == 2]
    if len(pairs) != 1 or function_round(editor, call) is not function_round(editor, applied.node):
        raise CannotRepair
    return call.args[1].value, pairs[0].args[1].value


def same_list(taken: Site, applied: Site) -> Fixer:
    """The step gets the list that the gradients were taken for."""

    def fix(editor: Editor) -> Repair:
        wanted, given = _lists(editor, taken, applied)
        change = editor.replace(given, editor.code(wanted))
        return Repair("unsafe", "Pair the gradients with their own variables", (change,))

    return fix


def list_taken_again(taken: Site) -> Fixer:
    """The list of variables is read again above the gradient."""

    def fix(editor: Editor) -> Repair:
        call = taken.node
        if not isinstance(call, cst.Call) or len(call.args) < 2 or not isinstance(call.args[1].value, cst.Name):
            raise CannotRepair
        name = call.args[1].value.value
        value = _assigned(editor, name, call).value
        if not isinstance(value, cst.Attribute):
            raise CannotRepair
        line = editor.line(call)
        change = editor.above(line, f"{name} = {editor.code(value)}")
        return Repair("unsafe", f"Take `{name}` again", (change,))

    return fix


def new_optimizer(compiled: Site) -> Fixer:
    """The compile gets a new optimizer with the settings of the one that it is given."""

    def fix(editor: Editor) -> Repair:
        call = compiled.node
        if not editor.here(compiled) or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            raise CannotRepair
        if call.func.attr.value != "compile":
            raise CannotRepair
        given = next((a for a in call.args if a.keyword is not None and a.keyword.value == "optimizer"), None)
        if given is None and call.args and call.args[0].keyword is None and not call.args[0].star:
            given = call.args[0]
        if given is None or not isinstance(given.value, cst.Name | cst.Attribute):
            raise CannotRepair
        old = editor.code(given.value)
        new = f"{old}.from_config({old}.get_config())"
        return Repair(
            "unsafe", "Compile with a new optimizer of the same settings", (editor.replace(given.value, new),)
        )

    return fix


def variables_of_the_model(taken: Site, models: set[str]) -> Fixer:
    """`tape.watched_variables()` to the trainable variables of the model that the tape saw."""

    def fix(editor: Editor) -> Repair:
        if len(models) != 1 or not isinstance(taken.node, cst.Call) or not isinstance(taken.node.func, cst.Attribute):
            raise CannotRepair
        (model,) = models
        watched = f"{editor.code(taken.node.func.value)}.watched_variables()"
        scope = function_round(editor, taken.node) or editor.timeline.tree(editor.number)
        found = [c for c in editor.walk(scope, cst.Call) if editor.code(c) == watched]
        if not found:
            raise CannotRepair
        new = f"{model}.trainable_variables"
        return Repair("unsafe", f"Take `{new}`", tuple(editor.replace(c, new) for c in found))

    return fix


def own_training(trained: Site, combined: Site) -> Fixer:
    """The flag of a model goes to True above its own training call, and back to False above that of the other."""

    def fix(editor: Editor) -> Repair:
        names = []
        for site in (trained, combined):
            if not editor.here(site) or not isinstance(site.node, cst.Call):
                raise CannotRepair
            names.append(editor.code(site.node.func.value) if isinstance(site.node.func, cst.Attribute) else "")
        same = function_round(editor, trained.node) is function_round(editor, combined.node)
        if not same or not re.fullmatch(r"[\w.]+", names[0]):
            raise CannotRepair
        first, second = editor.line(trained.node), editor.line(combined.node)
        changes = (
            editor.above(first, f"{names[0]}.trainable = True"),
            editor.above(second, f"{names[0]}.trainable = False"),
        )
        return Repair("unsafe", f"Un-freeze `{names[0]}` for its own training", changes)

    return fix
