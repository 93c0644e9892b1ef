"""What can be broken in a module, one at a time: conditions, bounds, handlers, steps, filters of queries. Pure."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType

EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
BOUNDS, FILTERS = {"min", "max"}, {"where", "and_", "or_", "wait_for"}
WORDS = {"annotation", "returns", "decorator_list"}
TIMES = 50
"""By how much a number in capitals is made larger and smaller."""
Way = tuple[str, ast.AST]


@dataclass(frozen=True, slots=True)
class Break:
    """One protection taken out of a module: its lines, what was done, and the module without it."""

    first: int
    last: int
    what: str
    code: CodeType


def breaks(source: str, path: str) -> Iterator[Break]:
    """Every break of a module, in the order of its text; a module that would not compile is none."""
    tree = ast.parse(source)
    for node, put in _places(tree):
        for what, other in _ways(node):
            put(other)
            try:
                code = compile(ast.fix_missing_locations(tree), path, "exec")
            except SyntaxError:
                continue
            finally:
                put(node)
            first = getattr(node, "lineno", 1)
            yield Break(first, getattr(node, "end_lineno", first), what, code)


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    """Every node below with what puts another in its place; neither types nor what is only written to the log."""
    for field, value in ast.iter_fields(node):
        if field in WORDS:
            continue
        for n, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST) and not _logged(child):
                listed = isinstance(value, list)
                yield child, partial(value.__setitem__, n) if listed else partial(setattr, node, field)
                yield from _places(child)


def _logged(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("log.")


def _ways(node: ast.AST) -> Iterator[Way]:
    """Each way to break this very node: what is said of it, and what stands there instead."""
    match node:
        case ast.If(test=test) if not isinstance(test, ast.Constant):
            for value in (True, False):
                yield (
                    f"if {_said(test)}: {'always' if value else 'never'}",
                    ast.If(ast.Constant(value), node.body, node.orelse),
                )
        case ast.IfExp():
            yield f"{_said(node)}: always", node.body
            yield f"{_said(node)}: never", node.orelse
        case ast.While(test=test) if not isinstance(test, ast.Constant):
            yield f"while {_said(test)}: never", ast.Pass()
        case ast.BoolOp(op=op, values=values):
            for n, gone in enumerate(values):
                rest = values[:n] + values[n + 1 :]
                yield f"{_said(node)}: without {_said(gone)}", rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in EDGES:
            other = ast.Compare(left, [EDGES[type(op)]()], [right])
            yield f"{_said(node)}: {_said(other)}", other
        case ast.Call():
            yield from _calls(node)
        case ast.Try(handlers=handlers, finalbody=after):
            for n, one in enumerate(handlers):
                raising = ast.ExceptHandler(one.type, one.name, [ast.Raise()])
                others = [*handlers[:n], raising, *handlers[n + 1 :]]
                what = f"except {_said(one.type) if one.type else ''}: not caught"
                yield what, ast.Try(node.body, others, node.orelse, after)
            if after:
                always: list[ast.stmt] = [ast.If(ast.Constant(True), node.body, [])]
                yield f"finally {_said(after[0])}: left out", ast.Try(always, handlers, node.orelse, [ast.Pass()])
        case ast.With(items=items) | ast.AsyncWith(items=items) if not any(one.optional_vars for one in items):
            yield f"with {_said(items[0])}: without", ast.If(ast.Constant(True), node.body, [])
        case ast.Expr(value=ast.Call() | ast.Await(value=ast.Call())) | ast.Raise() | ast.Continue() | ast.Break():
            yield f"{_said(node)}: left out", ast.Pass()
        case ast.AugAssign() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield f"{_said(node)}: left out", ast.Pass()
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
            yield from _numbers(node, value)
        case ast.Subscript(slice=ast.Slice()):
            yield f"{_said(node)}: all", node.value
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            yield f"{_said(node)}: only {_said(node.left)}", node.left


def _calls(node: ast.Call) -> Iterator[Way]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in BOUNDS and len(node.args) > 1:
        for one in node.args:
            yield f"{_said(node)}: only {_said(one)}", one
    if name == "wait_for":
        yield f"{_said(node)}: without end", node.args[0]
    elif name in FILTERS:
        for n, gone in enumerate(node.args):
            rest = node.args[:n] + node.args[n + 1 :]
            other = ast.Call(node.func, rest, node.keywords) if rest or name == "where" else None
            if other:
                yield f"{name}: without {_said(gone)}", other
    for n, word in enumerate(node.keywords):
        rest_ = node.keywords[:n] + node.keywords[n + 1 :]
        if word.arg not in (None, "name"):
            yield f"{name}(…): without {_said(word)}", ast.Call(node.func, node.args, rest_)


def _numbers(node: ast.Assign, value: ast.expr) -> Iterator[Way]:
    """A number in capitals, alone or as the only number of a call, made larger and smaller."""
    inside = [one for one in ast.walk(value) if isinstance(one, ast.Constant) and type(one.value) in (int, float)]
    if len(inside) != 1 or not isinstance(value, ast.Constant | ast.Call):
        return
    number: float = inside[0].value  # type: ignore[assignment]  # it was asked for just above
    for other in (number * TIMES, number / TIMES):
        changed = ast.parse(ast.unparse(value).replace(repr(number), repr(type(number)(other))), mode="eval").body
        yield f"{_said(node)}: {_said(changed)}", ast.Assign(node.targets, changed)


def _said(node: ast.AST) -> str:
    said = " ".join(ast.unparse(node).split())
    return said if len(said) < 70 else f"{said[:67]}…"
