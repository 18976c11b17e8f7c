"""Repairs of flags of parents and children: which is written first, and on what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.fixes.editor import CannotRepair, Editor, Repair, Statement
from freezelint.rules.repairs.flags import free_name

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Site


def flag_target(editor: Editor, site: Site) -> tuple[str, str]:
    """The code of what a write sets the flag of, and of the value."""
    target, value = editor.assignment(site.node)
    if not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
        raise CannotRepair
    return editor.code(target.value), editor.code(value)


def whole_loop(editor: Editor, site: Site) -> Statement:
    """The statement of a write, or the loop over layers that it is in."""
    line: Statement = editor.only(site.node)
    for outer in reversed(editor.path(line)[:-1]):
        if isinstance(outer, cst.FunctionDef | cst.ClassDef | cst.While | cst.With | cst.Try):
            break
        if isinstance(outer, cst.For):
            return outer
    return line


def parent_first(child: Site, parent: Site) -> Fixer:
    """The frozen parent is un-frozen, and each of its layers frozen, above the write that un-freezes some of them."""

    def fix(editor: Editor) -> Repair:
        if not editor.here(parent):
            raise CannotRepair
        owner, _ = flag_target(editor, parent)
        anchor = whole_loop(editor, child)
        chosen = flag_target(editor, child)[0]
        if isinstance(anchor, cst.For):
            chosen = editor.code(anchor.iter)
        if not re.fullmatch(rf"{re.escape(owner)}\.[\w.]+(?:[\[(].*[\])])?", chosen) or chosen.count(".layers") > 1:
            raise CannotRepair
        name = free_name(editor, anchor, "layer", "inner", "part")
        loop = editor.suite(anchor, f"for {name} in {owner}.layers:", f"{name}.trainable = False")
        code = f"{owner}.trainable = True\n{editor.indent(anchor)}{loop}"
        return Repair("unsafe", f"Un-freeze `{owner}` and freeze its layers first", (editor.above(anchor, code),))

    return fix


def parent_enabled(slice_site: Site) -> Fixer:
    """The parent is un-frozen above the loop that freezes some of its layers."""

    def fix(editor: Editor) -> Repair:
        anchor = whole_loop(editor, slice_site)
        if not isinstance(anchor, cst.For):
            raise CannotRepair
        every = re.fullmatch(r"(?:enumerate\()?([\w.]+)\.layers(?:\[.*\])?\)?", editor.code(anchor.iter))
        if every is None:
            raise CannotRepair
        return Repair(
            "unsafe", f"Un-freeze `{every[1]}` first", (editor.above(anchor, f"{every[1]}.trainable = True"),)
        )

    return fix


def moved_above(site: Site, first: Site) -> Fixer:
    """A statement above another one of the same block."""

    def fix(editor: Editor) -> Repair:
        if not editor.here(first):
            raise CannotRepair
        line, other = editor.only(site.node), whole_loop(editor, first)
        body = _body(editor, line)
        if other not in body or body.index(other) > body.index(line):
            raise CannotRepair
        changes = (editor.above(other, editor.row(line)), editor.without(line, moved=True))
        return Repair("unsafe", f"Move `{editor.code(line)}` up", changes)

    return fix


def _body(editor: Editor, line: cst.CSTNode) -> list[cst.CSTNode]:
    block = editor.path(line)[-2]
    if not isinstance(block, cst.IndentedBlock | cst.Module):
        raise CannotRepair
    return list(block.body)


def each_layer_instead(site: Site) -> Fixer:
    """`base.trainable = x` to a loop over the layers of `base`."""

    def fix(editor: Editor) -> Repair:
        owner, flag = flag_target(editor, site)
        line = editor.only(site.node)
        name = free_name(editor, line, "layer", "inner", "part")
        loop = editor.suite(line, f"for {name} in {owner}.layers:", f"{name}.trainable = {flag}")
        return Repair("unsafe", f"Write the flags of the layers of `{owner}`", (editor.instead(line, loop),))

    return fix


def frozen_when_whole(site: Site) -> Fixer:
    """A freeze behind the statements that give the object its layers; an argument becomes such a statement."""

    def fix(editor: Editor) -> Repair:
        if isinstance(site.node, cst.Call):
            return _argument_as_statement(editor, site.node)
        owner, _ = flag_target(editor, site)
        line = editor.only(site.node)
        body = _body(editor, line)
        position = body.index(line)
        grows = re.compile(rf"\b{re.escape(owner)}\.(?:add\(|\w+(?:\.\w+)* = )")
        later = [s for s in body[position + 1 :] if not isinstance(s, cst.FunctionDef) and grows.search(editor.code(s))]
        if not later:
            raise CannotRepair
        last = later[-1]
        assert isinstance(last, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        changes = (editor.without(line, moved=True), editor.below(last, editor.row(line)))
        return Repair("unsafe", "Freeze it when its layers are there", changes)

    return fix


def _argument_as_statement(editor: Editor, call: cst.Call) -> Repair:
    from freezelint.rules.repairs.normalization import without_argument

    target, value = editor.assignment(call)
    line = editor.only(call)
    if value is not call or not isinstance(target, cst.Name):
        raise CannotRepair
    given = next((a for a in call.args if a.keyword is not None and a.keyword.value == "trainable"), None)
    if given is None:
        raise CannotRepair
    code = f"{target.value}.trainable = {editor.code(given.value)}"
    changes = (without_argument(editor, call, "trainable"), editor.below(line, code))
    return Repair("unsafe", "Freeze it when its layers are there", changes)


def all_but_the_last(site: Site) -> Fixer:
    """A loop over all layers that leaves the last one out."""

    def fix(editor: Editor) -> Repair:
        loop = whole_loop(editor, site)
        if not isinstance(loop, cst.For) or not re.fullmatch(r"[\w.]+\.layers", editor.code(loop.iter)):
            raise CannotRepair
        return Repair("unsafe", "Leave the last layer out", (editor.put(loop.iter, "[:-1]", after=True),))

    return fix


def next_layer(site: Site) -> Fixer:
    """`model.layers[0]` to `model.layers[1]`, `model.layers[:1]` to `model.layers[:2]`."""

    def fix(editor: Editor) -> Repair:
        loop = whole_loop(editor, site)
        within: cst.CSTNode = loop.iter if isinstance(loop, cst.For) else editor.assignment(site.node)[0]
        old, new = ("[:1]", "[:2]") if isinstance(loop, cst.For) else ("[0]", "[1]")
        for one in editor.walk(within, cst.Subscript):
            code = editor.code(one)
            if code.endswith(f".layers{old}"):
                change = editor.replace(one, code.removesuffix(old) + new)
                return Repair("unsafe", "Count from the input layer on", (change,))
        raise CannotRepair

    return fix


def open_slice(site: Site) -> Fixer:
    """`layers[-2:0]`, which is empty, to `layers[-2:]`."""

    def fix(editor: Editor) -> Repair:
        loop = whole_loop(editor, site)
        if not isinstance(loop, cst.For):
            raise CannotRepair
        for part in editor.walk(loop.iter, cst.Slice):
            low, high = part.lower, part.upper
            if low is not None and high is not None and editor.code(high) == "0" and editor.code(low).startswith("-"):
                return Repair("unsafe", "Take the layers up to the end", (editor.replace(high, ""),))
        raise CannotRepair

    return fix


def other_object(site: Site, name: str) -> Fixer:
    """`old.get_layer("x").trainable = y` on another model."""

    def fix(editor: Editor) -> Repair:
        target, _ = editor.assignment(site.node)
        root: cst.BaseExpression = target
        while isinstance(root, cst.Attribute | cst.Subscript | cst.Call):
            root = root.func if isinstance(root, cst.Call) else root.value
        if not isinstance(root, cst.Name) or root is target or not name:
            raise CannotRepair
        if not re.match(rf"{root.value}\.(?:get_layer\(|layers\[)", editor.code(target)):
            raise CannotRepair
        return Repair("unsafe", f"Set the flag in `{name}`", (editor.replace(root, name),))

    return fix


def wrapper_instead(site: Site, made: Site, trained: Site) -> Fixer:
    """The flag of the wrapper that holds the copies: by its name, or asked of the model that trains."""

    def fix(editor: Editor) -> Repair:
        target, _ = editor.assignment(site.node)
        if not isinstance(target, cst.Attribute) or not editor.here(made) or not isinstance(made.node, cst.Call):
            raise CannotRepair
        outer = editor.path(made.node)[-2]
        if isinstance(outer, cst.Assign) and isinstance(outer.targets[0].target, cst.Name):
            name = outer.targets[0].target.value
        else:
            given = next((a for a in made.node.args if a.keyword is not None and a.keyword.value == "name"), None)
            if given is None or not isinstance(given.value, cst.SimpleString):
                raise CannotRepair
            name = f"{receiver_of(editor, trained)}.get_layer({given.value.value})"
        return Repair("unsafe", "Set the flag of the wrapper", (editor.replace(target.value, name),))

    return fix


def receiver_of(editor: Editor, site: Site) -> str:
    """What a method is called on."""
    if not editor.here(site) or not isinstance(site.node, cst.Call) or not isinstance(site.node.func, cst.Attribute):
        raise CannotRepair
    return editor.code(site.node.func.value)
