"""Values as XPath means them in a form, and the functions that forms really use. Pure.

A value is a text, a number or a truth. Comparing with < and > is always by number, with = only where one side is one
(XPath 1.0 §3.4); a date counts as its day since 1970 (ODK XForms specification, "number()").
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import floor, isnan, nan

Value = str | float | bool
EPOCH = date(1970, 1, 1).toordinal()
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def number(value: Value) -> float:
    """A value as a number; NaN where it is none."""
    if not isinstance(value, str):
        return float(value)
    text = value.strip()
    if DAY.fullmatch(text):
        try:
            return float(date.fromisoformat(text).toordinal() - EPOCH)
        except ValueError:
            return nan
    return float(text) if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", text) else nan


def text(value: Value) -> str:
    """A value as text: whole numbers without a point, truths as 'true' and 'false'."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _ if isnan(value):
            return "NaN"
        case _:
            return str(int(value)) if value == floor(value) and abs(value) < 1e16 else repr(value)


def truth(value: Value) -> bool:
    """Whether a value counts as true: a text that is not empty, a number that is neither 0 nor NaN."""
    match value:
        case bool():
            return value
        case str():
            return bool(value)
        case _:
            return value != 0 and not isnan(value)


def equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) is truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


COMPARING: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _remainder(left: float, right: float) -> float:
    return left - right * int(left / right) if right else nan


RECKONING: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": lambda left, right: left / right if right else nan,
    "mod": _remainder,
}


def _picked(args: Sequence[Value]) -> list[str]:
    return text(args[0]).split()


def _selected_at(args: Sequence[Value]) -> Value:
    picked, at = _picked(args), number(args[1])
    return picked[int(at)] if 0 <= at < len(picked) else ""


def _round(args: Sequence[Value]) -> Value:
    value, places = number(args[0]), int(number(args[1])) if len(args) > 1 else 0
    return nan if isnan(value) else floor(value * 10**places + 0.5) / 10**places


def _substr(args: Sequence[Value]) -> Value:
    said, start = text(args[0]), int(number(args[1]))
    return said[start : int(number(args[2]))] if len(args) > 2 else said[start:]


def _whole(args: Sequence[Value]) -> Value:
    value = number(args[0])
    return value if isnan(value) else float(int(value))


FUNCTIONS: Mapping[str, tuple[int, int, Callable[[Sequence[Value]], Value]]] = {
    "selected": (2, 2, lambda a: text(a[1]) in _picked(a)),
    "count-selected": (1, 1, lambda a: float(len(_picked(a)))),
    "selected-at": (2, 2, _selected_at),
    "not": (1, 1, lambda a: not truth(a[0])),
    "true": (0, 0, lambda a: True),
    "false": (0, 0, lambda a: False),
    "boolean": (1, 1, lambda a: truth(a[0])),
    "if": (3, 3, lambda a: a[1] if truth(a[0]) else a[2]),
    "coalesce": (2, 2, lambda a: a[0] if text(a[0]) else a[1]),
    "regex": (2, 2, lambda a: re.fullmatch(text(a[1]), text(a[0])) is not None),
    "concat": (0, 99, lambda a: "".join(text(one) for one in a)),
    "normalize-space": (1, 1, lambda a: " ".join(_picked(a))),
    "string": (1, 1, lambda a: text(a[0])),
    "string-length": (1, 1, lambda a: float(len(text(a[0])))),
    "contains": (2, 2, lambda a: text(a[1]) in text(a[0])),
    "starts-with": (2, 2, lambda a: text(a[0]).startswith(text(a[1]))),
    "ends-with": (2, 2, lambda a: text(a[0]).endswith(text(a[1]))),
    "substr": (2, 3, _substr),
    "number": (1, 1, lambda a: number(a[0])),
    "int": (1, 1, _whole),
    "round": (1, 2, _round),
    "abs": (1, 1, lambda a: abs(number(a[0]))),
    "sum": (1, 99, lambda a: sum((number(one) for one in a), 0.0)),
    "min": (1, 99, lambda a: min(number(one) for one in a)),
    "max": (1, 99, lambda a: max(number(one) for one in a)),
    "date": (1, 1, lambda a: a[0]),
}
"""Each function with the fewest and the most arguments that it takes."""
