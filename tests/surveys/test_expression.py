"""Expressions as XLSForm writes them: what they mean, and what is said of a broken one."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expression import BadExpression, Scope, any_chosen, parse
from surveys.xpath import Value
from tests.surveys.making import quick

SCOPE = Scope(
    {"n": "10", "m": "a b", "d": "2026-01-02", "t": "xin chào"},
    this="5",
    columns={"region": "bac"},
    today=date(2026, 11, 26),
)
MEANS: list[tuple[str, Value]] = [
    ("${n} <= '2'", False),
    ("${n} = 10", True),
    ("${n} = '10.0'", False),
    ("${n} >= 9 and ${n} < 11", True),
    ("${none} = ''", True),
    ("${none} = 0", False),
    ("${none} < 5", False),
    ("selected(${m}, 'b') and not(selected(${m}, 'c'))", True),
    ("selected(${m}, '')", False),
    ("count-selected(${m})", 2.0),
    ("count-selected(${none})", 0.0),
    ("selected-at(${m}, 1)", "b"),
    (". > 4 and . <= 5", True),
    ("${d} < today()", True),
    ("today() - ${d}", 328.0),
    ("if(${n} > 5, 'nhiều', 'ít')", "nhiều"),
    ("-${n} + 3 * 2", -4.0),
    ("${n} div 4", 2.5),
    ("${n} div 0 > 1", False),
    ("-7 mod 3", -1.0),
    ("1 or 0 and 0", True),
    ("(1 or 0) and 0", False),
    ("regex(., '^[0-9]$')", True),
    ("regex('12', '[0-9]')", False),
    ("concat(${t}, '!', 1)", "xin chào!1"),
    ("normalize-space('  a   b ')", "a b"),
    ("string-length(${t})", 8.0),
    ("region = 'bac'", True),
    ("coalesce(${none}, 'x')", "x"),
    ("round(2.5)", 3.0),
    ("round(2.345, 2)", 2.35),
    ("int(-2.7)", -2.0),
    ("number('a') = number('a')", False),
    ("true() != false()", True),
    ("“a” = 'a'", True),
    ("sum(1, '2', 3)", 6.0),
    ("substr('abcdef', 1, 3)", "bc"),
    ("boolean(${m}) and boolean(0)", False),
]


@pytest.mark.parametrize(("source", "value"), MEANS)
def test_expression_means(source: str, value: Value):
    assert parse(source).value(SCOPE) == value


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("${n", "'$' cannot be read"),
        ("pulldata('x')", "there is no function pulldata()"),
        ("selected(${m})", "selected() takes 2 arguments, not 1"),
        ("today(1)", "today() takes 0 arguments, not 1"),
        ("1 +", "it breaks off"),
        ("", "it breaks off"),
        ("(1", "')' is missing"),
        ("${n} == 2", "'=' is not expected here"),
        ("a b", "'b' is not expected here"),
        ("'x", '"\'" cannot be read'),
        ("${}", "${} names no question"),
        ("regex(., '[')", "the pattern of regex() cannot be read"),
        ("(" * 41 + "1" + ")" * 41, "more than 40 parentheses stand inside one another"),
    ],
)
def test_broken_expression_is_told(source: str, problem: str):
    with pytest.raises(BadExpression) as caught:
        parse(source)
    assert str(caught.value).startswith(problem)


def test_references_columns_and_options_waited_for():
    found = parse("selected(${a}, 'x') or ${b} = 'y' and ${c} > 1 and region = ${d}")
    assert found.references == {"a", "b", "c", "d"}
    assert found.columns == {"region"}
    assert found.waits_for == {("a", "x"), ("b", "y")}


def test_any_chosen_asks_for_one_of_each():
    condition = any_chosen({"a": ["1", "2"], "b": ["3"]})
    assert condition is not None
    told = [(a, b, condition.holds(Scope({"a": a, "b": b}))) for a in ("1", "2", "3") for b in ("3", "4")]
    assert [(a, b) for a, b, holds in told if holds] == [("1", "3"), ("2", "3")]
    assert any_chosen({}) is None


@quick
@given(st.text(alphabet="${}ab.'\"()<>=!+-*/, 12orand", max_size=30))
def test_anything_is_read_or_told(source: str):
    with suppress(BadExpression):
        assert isinstance(parse(source).value(SCOPE), str | float | bool)
