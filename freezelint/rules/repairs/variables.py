"""Repairs of code that compares, hashes, names or watches variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.findings import Applicability
from freezelint.fixes.editor import CannotRepair, Change, Editor, Repair

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Site


def by_identity(site: Site) -> Fixer:
    """`v in frozen`, `frozen.remove(v)` and differences of sets, by `id(v)`."""

    def fix(editor: Editor) -> Repair:
        node = site.node
        if isinstance(node, cst.Comparison):
            changes = _membership(editor, node)
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            changes = _method(editor, node, node.func)
        elif isinstance(node, cst.Call):
            changes = _difference(editor, node)
        else:
            raise CannotRepair
        return Repair("unsafe", "Compare the identities of variables", changes)

    return fix


def _membership(editor: Editor, node: cst.Comparison) -> tuple[Change, ...]:
    if len(node.comparisons) != 1 or not isinstance(node.comparisons[0].operator, cst.In | cst.NotIn):
        raise CannotRepair
    right = node.comparisons[0].comparator
    return (
        editor.replace(node.left, f"id({editor.code(node.left)})"),
        editor.replace(right, identities(editor, right)),
    )


def identities(editor: Editor, many: cst.BaseExpression) -> str:
    """The set of the identities of what an expression holds."""
    code = editor.code(many)
    name = _unused(code, "w", "w_", "one")
    return f"{{id({name}) for {name} in {code}}}"


def _unused(code: str, *names: str) -> str:
    for name in names:
        if not re.search(rf"\b{name}\b", code):
            return name
    raise CannotRepair


def _method(editor: Editor, call: cst.Call, method: cst.Attribute) -> tuple[Change, ...]:
    """`kept.remove(v)` as a statement; `kept.index(v)` and `kept.count(v)` anywhere."""
    if len(call.args) != 1 or call.args[0].star or call.args[0].keyword:
        raise CannotRepair
    many, one = editor.code(method.value), editor.code(call.args[0].value)
    name = _unused(f"{many} {one}", "v", "w", "variable")
    if method.attr.value == "remove":
        if not isinstance(editor.only(call).body[0], cst.Expr):
            raise CannotRepair
        return (editor.replace(call, f"{many} = [{name} for {name} in {many} if {name} is not {one}]"),)
    if method.attr.value in ("index", "count"):
        new = f"[id({name}) for {name} in {many}].{method.attr.value}(id({one}))"
        return (editor.replace(call, new),)
    raise CannotRepair


def _difference(editor: Editor, node: cst.Call) -> tuple[Change, ...]:
    """`list(set(a) - set(b))`, also without the `list`."""
    operation = editor.parent(node, cst.BinaryOperation)
    whole = editor.path(operation)[-3:-1]
    sides = [side for side in (operation.left, operation.right) if isinstance(side, cst.Call)]
    if not isinstance(operation.operator, cst.Subtract | cst.BitAnd) or len(sides) != 2:
        raise CannotRepair
    if any(editor.code(side.func) != "set" or len(side.args) != 1 for side in sides):
        raise CannotRepair
    left, right = (side.args[0].value for side in sides)
    word = "not in" if isinstance(operation.operator, cst.Subtract) else "in"
    name = _unused(editor.code(left) + editor.code(right), "v", "variable")
    new = f"[{name} for {name} in {editor.code(left)} if id({name}) {word} {identities(editor, right)}]"
    outer = whole[0]
    listed = isinstance(outer, cst.Call) and editor.code(outer.func) in ("list", "tuple") and len(outer.args) == 1
    return (editor.replace(outer if listed else operation, new),)


def by_path(site: Site, how: str, *, applicability: Applicability) -> Fixer:
    """A look at `v.name` for the names of Keras 2, as a look at `v.path` of Keras 3."""

    def fix(editor: Editor) -> Repair:
        names = [n for n in editor.walk(site.node, cst.Attribute) if n.attr.value == "name"]
        if len(names) != 1:
            raise CannotRepair
        (name,) = names
        path = f"{editor.code(name.value)}.path"
        changes = _looked_up(editor, site.node, how, name, path)
        return Repair(applicability, "Look at `path` instead of `name`", changes)

    return fix


def _looked_up(editor: Editor, node: cst.CSTNode, how: str, name: cst.Attribute, path: str) -> tuple[Change, ...]:
    texts = [editor.replace(s, _short(s.value)) for s in editor.walk(node, cst.SimpleString) if ":0" in s.value]
    if isinstance(node, cst.Comparison) and how in ("name ==", "name in"):
        return _ending(editor, node, name, path)
    if how == "name.startswith" and isinstance(node, cst.Call) and len(node.args) == 1:
        (text,) = node.args
        if not isinstance(text.value, cst.SimpleString):
            raise CannotRepair
        return (editor.replace(node, f"{editor.code(text.value)} in {path}"),)
    if how == "name re" and isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if any(s.value.lstrip("rRuU").strip("'\"").startswith("^") for s in editor.walk(node, cst.SimpleString)):
            raise CannotRepair
        changes = [editor.replace(name, path), *texts]
        if node.func.attr.value == "match":
            changes.append(editor.replace(node.func.attr, "search"))
        elif node.func.attr.value != "search":
            raise CannotRepair
        return tuple(changes)
    if how in ("in name", "name.endswith"):
        return (editor.replace(name, path), *texts)
    raise CannotRepair


def _ending(editor: Editor, node: cst.Comparison, name: cst.Attribute, path: str) -> tuple[Change, ...]:
    """`v.name == "a/b:0"`, `v.name not in [...]`: the path may begin with the name of the model."""
    (compared,) = node.comparisons
    other, operator = compared.comparator, compared.operator
    if node.left is not name:
        raise CannotRepair
    if isinstance(operator, cst.Equal | cst.NotEqual) and isinstance(other, cst.SimpleString):
        ends = _short(other.value)
    elif isinstance(operator, cst.In | cst.NotIn) and isinstance(other, cst.List | cst.Tuple | cst.Set):
        values = [element.value for element in other.elements]
        if not all(isinstance(value, cst.SimpleString) for value in values):
            raise CannotRepair
        short = [_short(value.value) for value in values if isinstance(value, cst.SimpleString)]
        ends = f"({', '.join(short)}{',' * (len(short) == 1)})"
    else:
        raise CannotRepair
    no = "not " if isinstance(operator, cst.NotEqual | cst.NotIn) else ""
    return (editor.replace(node, f"{no}{path}.endswith({ends})"),)


def _short(text: str) -> str:
    """A string literal without the number that Keras 2 puts behind a name."""
    return re.sub(r":0(?=['\"]+$)", "", text)


def referenced(site: Site, how: str, *, applicability: Applicability) -> Fixer:
    """`v.ref()` to `id(v)`, `tape.watch(v)` to `tape.watch(v.value)`."""

    def fix(editor: Editor) -> Repair:
        call = site.node
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            raise CannotRepair
        if how.endswith("ref"):
            new = f"id({editor.code(call.func.value)})"
            return Repair(applicability, "Use the identity of the variable", (editor.replace(call, new),))
        if how != "watch" or len(call.args) != 1:
            raise CannotRepair
        watched = call.args[0].value
        code = editor.code(watched)
        new = f"{code}.value"
        if isinstance(watched, cst.List | cst.Tuple | cst.BinaryOperation) or code.endswith(("variables", "weights")):
            name = _unused(code, "v", "variable")
            new = f"[{name}.value for {name} in {code}]"
        elif not isinstance(watched, cst.Name | cst.Attribute):
            raise CannotRepair
        return Repair(applicability, "Watch the variable inside", (editor.replace(watched, new),))

    return fix
