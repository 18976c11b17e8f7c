"""Repairs of flags that are written when training no longer looks: the compile goes below them, or is made again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.findings import Applicability
from freezelint.fixes.editor import CannotRepair, Editor, Repair, Statement

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Compiled, Moment, Trained

#: What may be asked of a model between a compile and the place that it moves to: nothing that needs the compile.
_HARMLESS = r"(?:\.(?:layers|get_layer|summary|name|submodules)\b|(?:\.\w+(?:\[[^\]\n]*\])?)*\.trainable\b)"


def compiled_again(late: Moment, compiled: Compiled, trained: Trained) -> Fixer:
    """A compile with the same arguments behind what came `late`; it moves there when nothing was trained in between."""

    def fix(editor: Editor) -> Repair:
        anchor = _behind(editor, _place(editor, late, trained.at), trained)
        call = compiled.at.site.node
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            raise CannotRepair
        if not editor.here(compiled.at.site):
            raise CannotRepair
        if trained.trace is None and not trained.trained_before:
            moved = _moved(editor, call, call.func, anchor)
            if moved is not None:
                return moved
        receiver = _receiver(editor, call.func, anchor, trained)
        code = f"{receiver}.compile{editor.moved(call, anchor)[len(editor.code(call.func)) :]}"
        kept = _keeps_optimizer(editor, call) and (trained.trained_before or trained.trace is not None)
        applicability: Applicability = "display" if kept or _in_scope(editor, call) else "unsafe"
        return Repair(applicability, f"Compile `{receiver}` again", (editor.below(anchor, code),))

    return fix


def _place(editor: Editor, one: Moment, other: Moment) -> cst.CSTNode:
    """The node of the first moment, or the call that led to it, in the function in which both moments happen."""
    shared = 0
    for mine, theirs in zip(one.frames, other.frames, strict=False):
        if mine != theirs:
            break
        shared += 1
    site = one.site if shared >= len(one.frames) else one.frames[shared].call
    if site is None or not editor.here(site):
        raise CannotRepair
    return site.node


def _behind(editor: Editor, node: cst.CSTNode, trained: Trained) -> Statement:
    """The statement below which all flags are written: the outermost loop that does not train."""
    path = editor.path(node)
    inside: Sequence[cst.CSTNode] = ()
    if editor.here(trained.at.site):
        inside = editor.path(trained.at.site.node)
    for call in (frame.call for frame in trained.at.frames):
        if call is not None and editor.here(call):
            inside = [*inside, *editor.path(call.node)]
    training = {id(n) for n in inside}
    found: Statement = editor.line(node)
    for outer in reversed(path):
        if isinstance(outer, cst.FunctionDef | cst.ClassDef | cst.If | cst.While | cst.With | cst.Try):
            break
        if isinstance(outer, cst.For):
            if id(outer) in training:
                break
            found = outer
    return found


def _moved(editor: Editor, call: cst.Call, func: cst.Attribute, anchor: Statement) -> Repair | None:
    """The compile statement below the write, when both are in one block and nothing between needs the compile."""
    line = editor.only(call)
    block = editor.path(line)[-2]
    if not isinstance(block, cst.Module | cst.IndentedBlock) or not isinstance(line.body[0], cst.Expr):
        return None
    body = list(block.body)
    if anchor not in body or body.index(anchor) < body.index(line):
        return None
    receiver = editor.code(func.value)
    used = re.compile(rf"\b{re.escape(receiver)}\b(?!{_HARMLESS})")
    between = body[body.index(line) + 1 : body.index(anchor) + 1]
    if any(used.search(editor.code(statement)) for statement in between):
        return None
    changes = (editor.without(line, moved=True), editor.below(anchor, editor.row(line)))
    return Repair("unsafe", f"Compile `{receiver}` below the flag", changes)


def _receiver(editor: Editor, func: cst.Attribute, anchor: Statement, trained: Trained) -> str:
    """How the model is called at `anchor`, where the arguments of the compile must mean what they meant."""
    here, there = function_round(editor, anchor), function_round(editor, func)
    receiver = editor.code(func.value)
    call = editor.path(func)[-2]
    if here is there:
        return receiver
    names = {n.value for n in editor.walk(call, cst.Name)}
    local = _locals(editor, there) if there is not None else set()
    if _same_class(editor, here, there):
        local.discard("self")
    arguments = {n.value for part in call.children if part is not func for n in editor.walk(part, cst.Name)}
    if not names & local and not (here is not None and names & _locals(editor, here) - {"self"}):
        return receiver
    site = trained.at.site
    if arguments & local or not editor.here(site) or not isinstance(site.node, cst.Call):
        raise CannotRepair
    if function_round(editor, site.node) is not here or not isinstance(site.node.func, cst.Attribute):
        raise CannotRepair
    return editor.code(site.node.func.value)


def function_round(editor: Editor, node: cst.CSTNode) -> cst.FunctionDef | None:
    """The function that a node is in."""
    return next((n for n in reversed(editor.path(node)[:-1]) if isinstance(n, cst.FunctionDef)), None)


def _same_class(editor: Editor, one: cst.FunctionDef | None, other: cst.FunctionDef | None) -> bool:
    if one is None or other is None:
        return False
    classes = [next((n for n in reversed(editor.path(f)) if isinstance(n, cst.ClassDef)), None) for f in (one, other)]
    return classes[0] is not None and classes[0] is classes[1]


def _locals(editor: Editor, function: cst.FunctionDef) -> set[str]:
    """The names that a function binds: parameters and what it assigns."""
    bound = {parameter.name.value for parameter in editor.walk(function, cst.Param)}
    targets: list[cst.CSTNode] = [t.target for t in editor.walk(function.body, cst.AssignTarget)]
    targets += [loop.target for loop in editor.walk(function.body, cst.For)]
    for target in targets:
        if isinstance(target, cst.Name | cst.Tuple | cst.List):
            bound |= {n.value for n in editor.walk(target, cst.Name)}
    return bound


def _keeps_optimizer(editor: Editor, call: cst.Call) -> bool:
    """Whether the compile is given an optimizer that somebody holds: a second compile would go on with its state."""
    given = next((a for a in call.args if a.keyword is not None and a.keyword.value == "optimizer"), None)
    if given is None and call.args and call.args[0].keyword is None:
        given = call.args[0]
    return given is not None and not isinstance(given.value, cst.Call | cst.SimpleString)


def _in_scope(editor: Editor, call: cst.Call) -> bool:
    """Whether the compile stands in a `with`, such as the scope of a distribution strategy."""
    return any(isinstance(n, cst.With) for n in editor.path(call))
