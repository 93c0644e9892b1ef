"""Expressions in a form's cells: read with every name in them held against what is asked before."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from surveys.expression import TOKEN, BadExpression, Binary, Expression, Literal, Node, This, parse
from surveys.xlsform.problems import Cell, Told

FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    (r"\binstance\s*\(", "instance(…)", "use choice_filter with columns of the sheet choices"),
    (r"\bjr:choice-name\s*\(", "jr:choice-name(…)", "write the sentence without the label of a choice"),
    (r"\bindexed-repeat\s*\(", "indexed-repeat(…)", "there are no repeats; name the question itself"),
    (r"\bposition\s*\(", "position(…)", "there are no repeats; leave it out"),
    (r"\bpulldata\s*\(", "pulldata(…)", "write the values as columns of the sheet choices"),
    (r"\bonce\s*\(", "once(…)", "leave it out; a calculation is worked out from the answers each time"),
    (r"\b(?:random|uuid)\s*\(", "random(…) and uuid(…)", "leave them out; every answer sheet has its own number"),
    (r"\bnow\s*\(", "now(…)", "write today(), in a constraint"),
)  # fmt: skip


class Named(Enum):
    """What bears a name in a form."""

    QUESTION = "a question"
    GROUP = "a group"
    FILLED_IN = "filled in by a device"
    UNASKED = "what a chat cannot ask"


@dataclass(frozen=True, slots=True)
class Known:
    """All names of a form: what bears them, in which row, and the id that it gets; the codes of questions so far."""

    names: Mapping[str, tuple[Named, int, str]]
    codes: dict[str, Collection[str]] = field(default_factory=dict)
    """Of each question with options that is read already, by its id."""


def renamed(source: str, names: Mapping[str, str], *, this: str = "") -> str:
    """An expression with other names in its ``${…}``, and ``this`` for '.', the answer that is being given."""
    made, read = "", 0
    for found in _tokens(source):
        token = found[0]
        if found["ref"] is not None:
            token = token.replace(found["ref"], f"${{{names.get(found['name'], found['name'])}}}")
        elif found["sign"] == "." and this:
            token = token.replace(".", this)
        made, read = made + token, read + found.end()
    return made + source[read:]


def _tokens(source: str) -> Iterator[re.Match[str]]:
    """The tokens of an expression as far as it can be read."""
    while found := TOKEN.match(source):
        yield found
        source = source[found.end() :]


def read(
    cell: Cell, told: Told, known: Known, *, itself: str = "", timeless: bool = True,
    columns: Collection[str] | None = None,
) -> Expression | None:  # fmt: skip
    """The expression in a cell; None where there is none or where something is wrong with it, which is told then.

    ``itself`` is the question whose own answer it may look at; ``columns`` are those of the choices, in a filter.
    """
    if not cell:
        return None
    wrong = len(told.problems)
    for pattern, said, remedy in FORBIDDEN:
        if re.search(pattern, cell.text):
            told.refuse(cell, f"a chat knows no {said}", remedy)
    if timeless and re.search(r"\btoday\s*\(", cell.text):
        told.refuse(
            cell, "today() would change what is asked from one day to the next", "use it only in a constraint"
        )
    for token in _tokens(cell.text):
        if token["ref"] is not None:
            _name(cell, token["ref"][2:-1], told, known, itself)
    if len(told.problems) > wrong:
        return None
    ids = {name: id for name, (_, _, id) in known.names.items()}
    try:
        found = parse(renamed(cell.text, ids))
    except BadExpression as error:
        told.refuse(cell, str(error), "mend it, or leave it out")
        return None
    _options(cell, found, told, known)
    _columns(cell, found, told, columns)
    return found if len(told.problems) == wrong else None


def _name(cell: Cell, written: str, told: Told, known: Known, itself: str) -> None:
    name = written.strip()
    if not name:
        told.refuse(cell, "${} names no question", "write the name of one between the brackets")
        return
    if name != written:
        told.note(cell, f"${{{written}}} has blanks inside its brackets", f"write ${{{name}}}")
    if name not in known.names:
        near = next((other for other in known.names if other.casefold() == name.casefold()), None)
        if near is not None:
            told.refuse(cell, f"${{{name}}} is written otherwise where it is asked", f"write ${{{near}}}")
        else:
            told.refuse(cell, f"there is no question {name!r}", "ask it in an earlier row, or mend the name")
        return
    what, row, id = known.names[name]
    if what is Named.GROUP:
        told.refuse(cell, f"{name!r} is a group", "name one of its questions")
    elif what is Named.FILLED_IN:
        told.refuse(cell, f"{name!r} is filled in by a device, which a chat has not", "ask for it, or leave it out")
    elif row >= cell.row and not (itself and id == itself):
        told.refuse(
            cell, f"{name!r} is not asked before this" if row > cell.row else f"{name!r} looks at its own answer",
            "move it up" if row > cell.row else "that is for constraint",
        )  # fmt: skip


def _options(cell: Cell, found: Expression, told: Told, known: Known) -> None:
    for asked, code in sorted(found.waits_for):
        codes = known.codes.get(asked)
        if codes and code not in codes:
            shown = ", ".join(list(codes)[:8]) + ("…" if len(codes) > 8 else "")
            told.refuse(cell, f"{code!r} is no choice of {asked!r}", f"its choices are {shown}")


def _columns(cell: Cell, found: Expression, told: Told, columns: Collection[str] | None) -> None:
    for word in sorted(found.columns):
        if columns is None:
            told.refuse(cell, f"{word!r} names nothing", f"write ${{{word}}} for the answer to a question")
        elif word not in columns:
            there = ", ".join(sorted(columns)) or "none"
            told.refuse(cell, f"the choices have no column {word!r}", f"their columns are: {there}")


def bounds(constraint: Expression) -> tuple[int | None, int | None] | None:
    """The lowest and the highest whole number, where a constraint says only that: ``. >= 0 and . <= 120``."""
    match constraint.tree:
        case Binary("and", left, right):
            sides = [bounds(Expression(constraint.source, side)) for side in (left, right)]
            if sides[0] is None or sides[1] is None:
                return None
            (low, high), (lower, higher) = sides[0], sides[1]
            if (low is not None and lower is not None) or (high is not None and higher is not None):
                return None
            return low if low is not None else lower, high if high is not None else higher
        case Binary(sign, This(), other) if (n := _whole(other)) is not None:
            return {">=": (n, None), ">": (n + 1, None), "<=": (None, n), "<": (None, n - 1)}.get(sign)
        case _:
            return None


def _whole(node: Node) -> int | None:
    match node:
        case Literal(float(value)) if value.is_integer():
            return int(value)
        case Binary("-", Literal(0.0), Literal(float(value))) if value.is_integer():
            return -int(value)
        case _:
            return None
