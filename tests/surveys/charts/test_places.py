"""Ranks: nobody is called better without evidence."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.charts.places import LEVEL, Place, ranked, ranks
from surveys.estimation.comparison import difference, holm
from surveys.index import Figure
from tests.surveys.charts.drawn import figure, place


@pytest.mark.parametrize(
    ("values", "error", "expected"),
    [
        ((90.0, 80.0, 70.0), 0.5, [(1, 1), (2, 2), (3, 3)]),
        ((90.0, 89.9, 70.0), 0.5, [(1, 2), (1, 2), (3, 3)]),
        ((90.0, 80.0, 70.0), 40.0, [(1, 3)] * 3),
        ((83.0, 83.0), 0.5, [(1, 2), (1, 2)]),
        ((83.0,), 0.5, [(1, 1)]),
        ((), 0.5, []),
    ],
)
def test_rank_goes_from_those_surely_better_to_those_surely_worse(values, error, expected):
    figures = {str(n): figure(value, error=error) for n, value in enumerate(values)}
    assert list(ranks(figures).values()) == expected


def test_a_difference_that_one_pair_would_show_is_not_enough_among_many():
    """Two figures 2.3 errors apart differ alone, but not as one of 34 × 33 / 2 pairs."""
    two = {"a": figure(83.0), "b": figure(83.0 - 2.3 * 2**0.5)}
    many = two | {str(n): figure(83.0, error=30.0) for n in range(32)}
    assert ranks(two) == {"a": (1, 1), "b": (2, 2)}
    assert set(ranks(many).values()) == {(1, 34)}


FIGURES = st.lists(st.builds(figure, st.floats(20, 95), n=st.integers(10, 900), error=st.floats(0.1, 8)), max_size=9)


@settings(max_examples=60, deadline=None)
@given(FIGURES)
def test_ranks_are_what_holm_says_of_every_pair(figures):
    named = {str(n): one for n, one in enumerate(figures)}
    estimates = {name: one.estimate for name, one in named.items()}
    pairs = {(a, b): difference(estimates[a], estimates[b]) for a, b in permutations(named, 2) if a < b}
    sure = {pair for pair, p in holm({pair: made.p for pair, made in pairs.items() if made}).items() if p <= LEVEL}
    better = {
        name: sum(
            pair in sure and named[other].value > named[name].value
            for other in named
            for pair in [(min(name, other), max(name, other))]
        )
        for name in named
    }
    assert {name: low for name, (low, _) in ranks(named).items()} == {name: n + 1 for name, n in better.items()}
    assert all(low <= high <= len(named) for low, high in ranks(named).values())


def test_those_without_an_error_have_no_rank_and_stay_as_they_come():
    open_link = tuple(Place(code, code, Figure(400, value), "") for code, value in (("b", 50.0), ("a", 90.0)))
    assert [(one.code, rank) for one, rank in ranked(open_link)] == [("b", None), ("a", None)]


def test_hidden_ones_stand_last_and_those_of_nobody_not_at_all():
    places = (place("01", None, n=4), place("04", 70.0), Place("08", "x", None), place("11", 90.0), place("12", None))
    assert [one.code for one, _ in ranked(places)] == ["11", "04", "01", "12"]
    assert [rank for _, rank in ranked(places)] == [(1, 1), (2, 2), None, None]
