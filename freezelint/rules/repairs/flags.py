"""Repairs of a statement that was meant to write `trainable` of a layer, and does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from freezelint.fixes.editor import CannotRepair, Editor, Repair, Statement

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.timeline.events import Site

#: Lists of variables of a layer: a flag that was meant for all of them is the flag of the layer.
WEIGHT_LISTS = frozenset({"weights", "variables", "trainable_weights", "trainable_variables"})

_OPPOSITE = re.compile(r"(?i)(?:is_?)?(?:frozen|freeze)$")
_NO = frozenset({"false", "no", "off", "0", "", "none", "frozen", "freeze"})
_YES = frozenset({"true", "yes", "on", "1", "trainable"})


def renamed(site: Site) -> Fixer:
    """`layer.trainble = x` to `layer.trainable = x`; `layer.frozen = x` to the opposite."""

    def fix(editor: Editor) -> Repair:
        target, value = editor.assignment(site.node)
        if not isinstance(target, cst.Attribute):
            raise CannotRepair
        changes = [editor.replace(target.attr, "trainable")]
        if _OPPOSITE.match(target.attr.value):
            changes.append(editor.replace(value, _negated(editor, value)))
        return Repair("unsafe", "Write `trainable`", tuple(changes))

    return fix


def _negated(editor: Editor, value: cst.BaseExpression) -> str:
    code = editor.code(value)
    if code in ("True", "False"):
        return "False" if code == "True" else "True"
    simple = isinstance(value, cst.Name | cst.Attribute | cst.Call)
    return f"not {code}" if simple else f"not ({code})"


def assigned(site: Site) -> Fixer:
    """`layer.trainable == x` to `layer.trainable = x`."""

    def fix(editor: Editor) -> Repair:
        node = site.node.value if isinstance(site.node, cst.Expr) else site.node
        if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
            raise CannotRepair
        editor.line(node)
        (compared,) = node.comparisons
        left = node.left
        if not isinstance(compared.operator, cst.Equal | cst.Is) or not isinstance(left, cst.Attribute):
            raise CannotRepair
        new = f"{editor.code(left)} = {editor.code(compared.comparator)}"
        return Repair("unsafe", "Assign instead of comparing", (editor.replace(node, new),))

    return fix


def each_layer(site: Site) -> Fixer:
    """`layers.trainable = x` to a loop over the layers; of a list of weights, to the flag of their layer."""

    def fix(editor: Editor) -> Repair:
        target, value = editor.assignment(site.node)
        line = editor.only(site.node)
        if not isinstance(target, cst.Attribute):
            raise CannotRepair
        many, flag = target.value, editor.code(value)
        if isinstance(many, cst.Attribute) and many.attr.value in WEIGHT_LISTS:
            return _of_the_layer(editor, line, editor.code(many.value), flag)
        name = free_name(editor, site.node, "layer", "each", "member", "single")
        loop = editor.suite(line, f"for {name} in {editor.code(many)}:", f"{name}.trainable = {flag}")
        return Repair("unsafe", "Write the flag of each layer", (editor.instead(line, loop),))

    return fix


def _of_the_layer(editor: Editor, statement: Statement, owner: str, flag: str) -> Repair:
    code = f"{owner}.trainable = {flag}"
    if isinstance(statement, cst.BaseCompoundStatement):
        change = editor.flat(statement, code)
    else:
        change = editor.replace(statement, code)
    return Repair("unsafe", f"Write the flag of `{owner}`", (change,))


def free_name(editor: Editor, node: cst.CSTNode, *names: str) -> str:
    """The first of the names that means nothing yet in the function or module round a node."""
    path = editor.path(node)
    scope = next((n for n in reversed(path[:-1]) if isinstance(n, cst.FunctionDef)), path[0])
    bound = {n.value for part in editor.walk(scope, cst.AssignTarget) for n in editor.walk(part.target, cst.Name)}
    bound |= {parameter.name.value for parameter in editor.walk(scope, cst.Param)}
    for loop in path:
        if isinstance(loop, cst.For):
            bound |= {n.value for n in editor.walk(loop.target, cst.Name)}
    for name in names:
        if name not in bound:
            return name
    raise CannotRepair


def boolean(site: Site, meant: object) -> Fixer:
    """`layer.trainable = "False"` to `layer.trainable = False`; a constant is changed where it is defined."""

    def fix(editor: Editor) -> Repair:
        _, value = editor.assignment(site.node)
        word = str(meant).strip().lower()
        if isinstance(meant, str) and word not in _NO | _YES:
            raise CannotRepair
        new = str(word in _YES if isinstance(meant, str) else bool(meant))
        if isinstance(value, cst.Name):
            value = _definition(editor, value.value)
        if not isinstance(value, cst.SimpleString | cst.Integer | cst.Float):
            raise CannotRepair
        return Repair("unsafe", f"Write `{new}`", (editor.replace(value, new),))

    return fix


def _definition(editor: Editor, name: str) -> cst.BaseExpression:
    """The value of a name that is defined once, at the top, and used once."""
    tree = editor.timeline.tree(editor.number)
    if sum(node.value == name for node in editor.walk(tree, cst.Name)) != 2:
        raise CannotRepair
    for assign in editor.walk(tree, cst.Assign):
        if any(isinstance(t.target, cst.Name) and t.target.value == name for t in assign.targets):
            return assign.value
    raise CannotRepair


def called(site: Site) -> Fixer:
    """`layer.freeze()`, `layer.set_trainable(x)` and the like to an assignment of the flag."""

    def fix(editor: Editor) -> Repair:
        call = site.node
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            raise CannotRepair
        if not isinstance(editor.only(call).body[0], cst.Expr):
            raise CannotRepair
        name = call.func.attr.value
        if not call.args and name in ("freeze", "freeze_layers", "unfreeze", "unfreeze_layers"):
            flag = str(name.startswith("un"))
        elif not call.args and name == "requires_grad_":
            flag = "True"
        elif len(call.args) == 1 and name in ("trainable", "set_trainable", "requires_grad_") and not call.args[0].star:
            flag = editor.code(call.args[0].value)
        else:
            raise CannotRepair
        new = f"{editor.code(call.func.value)}.trainable = {flag}"
        return Repair("unsafe", "Assign to `trainable`", (editor.replace(call, new),))

    return fix


def layer_of_weight(site: Site, *, attribute: str = "trainable") -> Fixer:
    """`dense.kernel.trainable = x` to `dense.trainable = x`; a loop over all weights of a layer to its flag."""

    def fix(editor: Editor) -> Repair:
        target, value = editor.assignment(site.node)
        if not isinstance(target, cst.Attribute) or target.attr.value != attribute:
            raise CannotRepair
        flag = editor.code(value)
        weight = target.value
        if isinstance(weight, cst.Name):
            loop, owner = loop_over_weights(editor, site.node, weight.value)
            return _of_the_layer(editor, loop, owner, flag)
        if isinstance(weight, cst.Subscript):
            weight = weight.value
            if not isinstance(weight, cst.Attribute) or weight.attr.value not in WEIGHT_LISTS:
                raise CannotRepair
        if not isinstance(weight, cst.Attribute):
            raise CannotRepair
        owner = editor.code(weight.value)
        return Repair("unsafe", f"Write the flag of `{owner}`", (editor.replace(target, f"{owner}.trainable"),))

    return fix


def loop_over_weights(editor: Editor, node: cst.CSTNode, name: str) -> tuple[cst.For, str]:
    """The loop `for name in layer.weights:` that does nothing but what `node` does, and the code of its layer."""
    line = editor.only(node)
    loop = editor.parent(line, cst.For)
    every = loop.iter
    if isinstance(every, cst.Call) and len(every.args) == 1 and editor.code(every.func) == "list":
        every = every.args[0].value
    alone = isinstance(loop.body, cst.IndentedBlock) and list(loop.body.body) == [line] and loop.orelse is None
    named = isinstance(loop.target, cst.Name) and loop.target.value == name
    if not alone or not named or not isinstance(every, cst.Attribute) or every.attr.value not in WEIGHT_LISTS:
        raise CannotRepair
    return loop, editor.code(every.value)


def emptied(site: Site) -> Fixer:
    """`layer.trainable_weights = []` and `layer.trainable_weights.clear()` to `layer.trainable = False`."""

    def fix(editor: Editor) -> Repair:
        node = site.node
        if isinstance(node, cst.Call):
            if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "clear" or node.args:
                raise CannotRepair
            target: cst.BaseExpression = node.func.value
        else:
            target, value = editor.assignment(node)
            if not isinstance(value, cst.List | cst.Tuple) or value.elements:
                raise CannotRepair
        if not isinstance(target, cst.Attribute) or "non_" in target.attr.value:
            raise CannotRepair
        statement = editor.only(node).body[0]
        if isinstance(node, cst.Call) and not isinstance(statement, cst.Expr):
            raise CannotRepair
        new = f"{editor.code(target.value)}.trainable = False"
        return Repair("unsafe", "Write the flag of the layer", (editor.replace(statement, new),))

    return fix


def first_of(*fixers: Fixer) -> Fixer:
    """The first repair that fits."""

    def fix(editor: Editor) -> Repair | None:
        for one in fixers:
            try:
                repair = one(editor)
            except CannotRepair:
                continue
            if repair is not None:
                return repair
        return None

    return fix


def none(editor: Editor) -> Repair | None:
    """No repair."""
    return None


def layer_of_loop(site: Site) -> Fixer:
    """A loop that writes the flag of every weight of a layer, to the flag of the layer."""

    def fix(editor: Editor) -> Repair:
        loop = site.node
        if not isinstance(loop, cst.For) or not isinstance(loop.target, cst.Name):
            raise CannotRepair
        if not isinstance(loop.body, cst.IndentedBlock) or len(loop.body.body) != 1:
            raise CannotRepair
        (line,) = loop.body.body
        target, value = editor.assignment(line)
        if not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
            raise CannotRepair
        found, owner = loop_over_weights(editor, line, editor.code(target.value))
        return _of_the_layer(editor, found, owner, editor.code(value))

    return fix
