"""Parts of a survey side by side, none of which can be had by subtracting the others."""

import pytest

from surveys.index import breakdown
from surveys.loading import parse
from surveys.sums import Counts
from tests.surveys.counted import counted
from tests.world import SMALL


def counts(n: int, happy: int) -> Counts:
    """So many responses of one unit, so many of them happy with both criteria."""
    people = [("u", {"c1": 5, "c2": 5})] * happy + [("u", {"c1": 1, "c2": 1})] * (n - happy)
    return counted(parse(SMALL), people)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 20, "b": 30}, {"a", "b"}),
        ({"a": 20, "b": 3}, set()),
        ({"a": 20, "b": 3, "c": 40}, {"c"}),
        ({"a": 20, "b": 3, "c": 4, "d": 12}, {"a"}),
        ({"a": 20, "b": 5, "c": 6}, {"a"}),
        ({"a": 9}, set()),
        ({"a": 0, "b": 10}, {"b"}),
    ],
)
def test_what_is_hidden_cannot_be_had_by_subtraction(sizes, shown):
    whole = counts(sum(sizes.values()), 0)
    figures = breakdown(parse(SMALL), {code: counts(n, n // 2) for code, n in sizes.items()}, whole=whole)

    assert {code for code, figure in figures.items() if figure.value is not None} == shown
    hidden = [figure.n for figure in figures.values() if figure.value is None]
    assert not hidden or sum(hidden) >= 10 or not shown
