"""`python:` expressions → formula, where each part has one certain meaning."""

from __future__ import annotations

import ast
from collections.abc import Callable

from workflow_app.core.definition.formulas import NOTHING, Formula, constant

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "equal",
    ast.NotEq: "unequal",
    ast.Lt: "less",
    ast.LtE: "at_most",
    ast.Gt: "more",
    ast.GtE: "at_least",
    ast.In: "in",
    ast.NotIn: "not_in",
}
CALLS: dict[str, Formula] = {
    "state_change.getHistory": Formula("history"),
    "state_change.getDateTime": Formula("time"),
    "user.getId": Formula("actor"),
    "here.getId": Formula("case"),
    "object.getId": Formula("case"),
}
LOOKUPS: dict[str, str] = {
    "state_change.kwargs.get": "argument",
    "kwargs.get": "argument",
    "state_change.status.get": "status",
    "status.get": "status",
}
HERE = ("here", "object")


class untranslatable(Exception):  # noqa: N801 - caught where it is raised, a signal and no error
    """The expression says something that has no formula."""


def value_of(node: ast.expr) -> Formula:
    """Return the formula of one expression.

    :raises untranslatable: if any part of it has none.
    """
    reader = READERS.get(type(node))
    if reader is None:
        raise untranslatable
    return reader(node)


def _constant(node: ast.Constant) -> Formula:
    value = node.value
    if value is None or isinstance(value, str | int | float):
        return constant(value)
    raise untranslatable


def _name(node: ast.Name) -> Formula:
    if node.id == "nothing":
        return NOTHING
    raise untranslatable


def _list(node: ast.expr) -> Formula:
    """Translate what is looked into: nowhere else is a list the same as a tuple."""
    if not isinstance(node, ast.Tuple | ast.List):
        return value_of(node)
    return Formula("list", tuple(value_of(item) for item in node.elts))


def _unary(node: ast.UnaryOp) -> Formula:
    number = node.operand.value if isinstance(node.operand, ast.Constant) else None
    if isinstance(node.op, ast.USub) and isinstance(number, int | float):
        return constant(-number)
    if not isinstance(node.op, ast.Not):
        raise untranslatable
    return Formula("negation", (value_of(node.operand),))


def _bool(node: ast.BoolOp) -> Formula:
    op = "all" if isinstance(node.op, ast.And) else "any"
    return Formula(op, tuple(value_of(part) for part in node.values))


def _compare(node: ast.Compare) -> Formula:
    if len(node.ops) != 1:
        raise untranslatable
    op, left, right = type(node.ops[0]), node.left, node.comparators[0]
    if op in (ast.In, ast.NotIn) and _dotted(right) == "user.getRolesInContext()":
        return _role_in(op, left, right)
    if op in (ast.Is, ast.IsNot):
        # Only what exists once can be compared so; of numbers and texts it would be chance.
        if not (isinstance(right, ast.Constant) and isinstance(right.value, bool | None)):
            raise untranslatable
        return Formula("same" if op is ast.Is else "not_same", (value_of(left), value_of(right)))
    looked_into = op in (ast.In, ast.NotIn)
    pair = (value_of(left), _list(right) if looked_into else value_of(right))
    if any(part.op == "history" for part in pair):
        # There it is a list or an empty tuple, by whether anything has happened.
        raise untranslatable
    return Formula(COMPARISONS[op], pair)


def _role_in(op: type[ast.cmpop], left: ast.expr, right: ast.expr) -> Formula:
    if not (isinstance(left, ast.Constant) and isinstance(left.value, str)):
        raise untranslatable
    if not (isinstance(right, ast.Call) and _is_here(right.args)):
        raise untranslatable
    held = Formula("has_role", value=(left.value,))
    missing = Formula("negation", (held,))
    return missing if op is ast.NotIn else Formula("negation", (missing,))


def _is_here(arguments: list[ast.expr]) -> bool:
    return len(arguments) == 1 and isinstance(arguments[0], ast.Name) and arguments[0].id in HERE


def _call(node: ast.Call) -> Formula:
    name = _dotted(node.func)
    if node.keywords:
        raise untranslatable
    if name in CALLS and not node.args:
        return CALLS[name]
    if name in LOOKUPS:
        return _lookup(LOOKUPS[name], node.args)
    if name == "len" and len(node.args) == 1:
        return _count(node.args[0])
    if name == "user.has_role" and len(node.args) == 2 and _is_here(node.args[1:]):
        return Formula("has_role", value=_roles(node.args[0]))
    raise untranslatable


def _count(node: ast.expr) -> Formula:
    counted = value_of(node)
    if counted.op not in ("history", "text"):
        raise untranslatable
    return Formula("count", (counted,))


def _lookup(op: str, arguments: list[ast.expr]) -> Formula:
    if len(arguments) not in (1, 2):
        raise untranslatable
    key = arguments[0]
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        raise untranslatable
    otherwise = value_of(arguments[1]) if len(arguments) == 2 else NOTHING
    return Formula(op, (otherwise,), key.value)


def _roles(node: ast.expr) -> tuple[str, ...]:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise untranslatable from None
    roles = (value,) if isinstance(value, str) else value
    if not isinstance(roles, (tuple, list)) or not all(isinstance(r, str) for r in roles):
        raise untranslatable
    return tuple(roles)


def _binary(node: ast.BinOp) -> Formula:
    """Translate `'…%s…' % value` (the value as text between fixed words) and `len(…) % 2`."""
    form = node.left
    if isinstance(node.op, ast.Mod) and isinstance(form, ast.Call):
        pair = (value_of(form), value_of(node.right))
        if pair[0].op == "count" and pair[1].op == "integer" and pair[1].value != 0:
            return Formula("remainder", pair)
        raise untranslatable
    if not (
        isinstance(node.op, ast.Mod)
        and isinstance(form, ast.Constant)
        and isinstance(form.value, str)
    ):
        raise untranslatable
    single = not isinstance(node.right, ast.Tuple)
    values = [node.right] if single else list(node.right.elts)  # type: ignore[attr-defined]  # a Tuple, by `single`
    words = form.value.split("%s")
    if any("%" in word for word in words) or len(words) != len(values) + 1:
        raise untranslatable
    translated = [value_of(value) for value in values]
    if any(part.op in ("history", "list", "time") for part in translated):
        raise untranslatable
    parts = [constant(words[0])]
    for value, word in zip(translated, words[1:], strict=True):
        parts += [value, constant(word)]
    return joined(parts)


def joined(parts: list[Formula]) -> Formula:
    """Return the parts as one text, words that stand side by side as one."""
    together: list[Formula] = []
    for part in parts:
        if part.op == "text" and together and together[-1].op == "text":
            together[-1] = constant(f"{together[-1].value}{part.value}")
        elif part != constant(""):
            together.append(part)
    if not together:
        return constant("")
    return together[0] if [p.op for p in together] == ["text"] else Formula("join", tuple(together))


def _dotted(node: ast.expr) -> str:
    """Return `a.b.c` for such a node, with `()` behind a call, or an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    if isinstance(node, ast.Call):
        return f"{_dotted(node.func)}()"
    return ""


READERS: dict[type[ast.expr], Callable[..., Formula]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.Call: _call,
    ast.BinOp: _binary,
}
