"""Conditions, constraints and calculations of a questionnaire: XPath as XLSForm writes it. Pure.

``${name}`` is the answer to another question, ``.`` the one being given, a bare name a column of the choices sheet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from surveys.xpath import COMPARING, FUNCTIONS, RECKONING, Value, equal, number, text, truth

TOKEN = re.compile(
    r"""\s*(?:(?P<ref>\$\{\s*(?P<name>[^}]*?)\s*\})|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<text>"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)
    |(?P<word>[A-Za-z_][\w:.-]*)|(?P<sign><=|>=|!=|[=<>+*/(),.\[\]|@-]))""",
    re.VERBOSE,
)
BINDING: tuple[tuple[str, ...], ...] = (
    ("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"),
)  # fmt: skip
"""Operators from the loosest to the tightest (XPath 1.0 §3.4)."""
DEEPEST = 40
"""So many parentheses may stand inside one another."""


class BadExpression(ValueError):
    """The expression cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Ref:
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    name: str


@dataclass(frozen=True, slots=True)
class This:
    """The answer that is being given."""


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    sign: str
    left: "Node"
    right: "Node"


Node = Literal | Ref | Column | This | Call | Binary


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may look at: answers by question id, the one being given, a choice's columns, the day."""

    values: Mapping[str, Value] = field(default_factory=dict)
    this: Value = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None


@dataclass(frozen=True)
class Expression:
    """A read expression; equal to another one written the same way."""

    source: str
    tree: Node = field(compare=False, repr=False)

    @cached_property
    def references(self) -> frozenset[str]:
        """Ids of the questions that it looks at."""
        return frozenset(node.name for node in _nodes(self.tree) if isinstance(node, Ref))

    @cached_property
    def waits_for(self) -> frozenset[tuple[str, str]]:
        """Options that it asks about, as (question, code)."""
        found = set()
        for node in _nodes(self.tree):
            match node:
                case Call("selected", (Ref(name), Literal(code))) | Binary("=" | "!=", Ref(name), Literal(code)):
                    if text(code):
                        found.add((name, text(code)))
        return frozenset(found)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Columns of the choices sheet that it looks at."""
        return frozenset(node.name for node in _nodes(self.tree) if isinstance(node, Column))

    @cached_property
    def calls(self) -> frozenset[str]:
        return frozenset(node.name for node in _nodes(self.tree) if isinstance(node, Call))

    def value(self, scope: Scope) -> Value:
        return _value(self.tree, scope)

    def holds(self, scope: Scope) -> bool:
        return truth(_value(self.tree, scope))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Call(_, args):
            for arg in args:
                yield from _nodes(arg)
        case Binary(_, left, right):
            yield from _nodes(left)
            yield from _nodes(right)


def _value(node: Node, scope: Scope) -> Value:
    match node:
        case Literal(value):
            return value
        case Ref(name):
            return scope.values.get(name, "")
        case Column(name):
            return scope.columns.get(name, "")
        case This():
            return scope.this
        case Call("today", _):
            if scope.today is None:
                raise ValueError("today() where there is no day")
            return scope.today.isoformat()
        case Call("if", (asked, yes, no)):
            return _value(yes if truth(_value(asked, scope)) else no, scope)
        case Call(name, args):
            return FUNCTIONS[name][2]([_value(arg, scope) for arg in args])
        case Binary("or", left, right):
            return truth(_value(left, scope)) or truth(_value(right, scope))
        case Binary("and", left, right):
            return truth(_value(left, scope)) and truth(_value(right, scope))
        case Binary(sign, left, right):
            one, other = _value(left, scope), _value(right, scope)
            if sign in ("=", "!="):
                return equal(one, other) is (sign == "=")
            if sign in COMPARING:
                return COMPARING[sign](number(one), number(other))
            return RECKONING[sign](number(one), number(other))


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read an expression; BadExpression says what is wrong with it and where."""
    reader = _Reader(source)
    tree = reader.binary(0)
    if reader.kind:
        reader.fail(f"{reader.said!r} is not expected here")
    return Expression(source.strip(), tree)


class _Reader:
    """Goes through an expression once, one token ahead."""

    def __init__(self, source: str) -> None:
        self.source, self.at, self.kind, self.said, self.deep = source, 0, "", "", 0
        self.step()

    def fail(self, problem: str) -> None:
        raise BadExpression(f"{problem} (in {self.source.strip()!r}, before character {self.at + 1})")

    def step(self) -> None:
        rest = self.source[self.at :]
        if not rest.strip():
            self.kind, self.said = "", ""
            return
        found = TOKEN.match(rest)
        if found is None:
            self.fail(f"{rest.strip()[0]!r} cannot be read")
        assert found is not None
        self.at += found.end()
        self.kind = next(kind for kind in ("ref", "number", "text", "word", "sign") if found[kind] is not None)
        self.said = found["name"] if self.kind == "ref" else found[self.kind]

    def take(self, said: str) -> None:
        if self.said != said or self.kind != "sign":
            self.fail(f"{said!r} is missing" + (f", there is {self.said!r}" if self.kind else ""))
        self.step()

    def inside(self) -> Node:
        """A whole expression inside parentheses."""
        self.deep += 1
        if self.deep > DEEPEST:
            self.fail(f"more than {DEEPEST} parentheses stand inside one another")
        found = self.binary(0)
        self.deep -= 1
        return found

    def binary(self, level: int) -> Node:
        if level == len(BINDING):
            return self.unary()
        left = self.binary(level + 1)
        while self.kind in ("sign", "word") and self.said in BINDING[level]:
            sign = self.said
            self.step()
            left = Binary(sign, left, self.binary(level + 1))
        return left

    def unary(self) -> Node:
        if (self.kind, self.said) == ("sign", "-"):
            self.step()
            return Binary("-", Literal(0.0), self.unary())
        return self.primary()

    def primary(self) -> Node:
        kind, said = self.kind, self.said
        match kind, said:
            case "ref", _:
                if not said:
                    self.fail("${} names no question")
                self.step()
                return Ref(said)
            case "number", _:
                self.step()
                return Literal(float(said))
            case "text", _:
                self.step()
                return Literal(said[1:-1])
            case "word", _:
                self.step()
                return self.call(said) if (self.kind, self.said) == ("sign", "(") else Column(said)
            case "sign", ".":
                self.step()
                return This()
            case "sign", "(":
                self.step()
                inside = self.inside()
                self.take(")")
                return inside
        self.fail(f"{said!r} is not expected here" if kind else "it breaks off")
        raise AssertionError

    def call(self, name: str) -> Node:
        if name not in FUNCTIONS and name != "today":
            self.fail(f"there is no function {name}(); known are {', '.join(sorted([*FUNCTIONS, 'today']))}")
        self.take("(")
        args: list[Node] = []
        while (self.kind, self.said) != ("sign", ")"):
            if args:
                self.take(",")
            args.append(self.inside())
        self.step()
        least, most = (0, 0) if name == "today" else FUNCTIONS[name][:2]
        if not least <= len(args) <= most:
            self.fail(f"{name}() takes {least if least == most else f'{least} to {most}'} arguments, not {len(args)}")
        if name == "regex" and isinstance(args[1], Literal):
            try:
                re.compile(text(args[1].value))
            except re.error as error:
                self.fail(f"the pattern of regex() cannot be read: {error}")
        return Call(name, tuple(args))


def all_of(*conditions: Expression | None) -> Expression | None:
    """The conditions joined by 'and'; None if there are none."""
    given = [one.source for one in conditions if one is not None]
    return parse(" and ".join(f"({one})" if len(given) > 1 else one for one in given)) if given else None


def any_chosen(wanted: Mapping[str, Iterable[str]]) -> Expression | None:
    """That of each question one of some options was chosen, by their codes; None where nothing is asked for."""
    return all_of(*(
        parse(" or ".join(f"selected(${{{id}}}, '{code}')" for code in codes) or "false()")
        for id, codes in wanted.items()
    ))  # fmt: skip
