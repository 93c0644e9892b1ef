"""Differences of two figures, alone and among many."""

from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.estimation.comparison import difference, holm, significant
from surveys.estimation.linear import Sample, combine, covariance, estimate, share
from surveys.estimation.ratio import Estimate
from tests.surveys.making import quick


def test_surveys_of_like_size_and_error_share_their_degrees_of_freedom():
    found = difference(Estimate(0.84, 0.0001, 50), Estimate(0.80, 0.0001, 50))
    assert found is not None
    assert (found.value, found.error, found.df) == pytest.approx((0.04, sqrt(0.0002), 100))
    assert (found.low, found.high) == pytest.approx((0.04 - 0.0280576, 0.04 + 0.0280576), abs=1e-6)
    assert found.is_significant()
    assert not found.is_significant(0.001)


def test_difference_and_its_interval_agree_on_what_is_significant():
    edge = 1.9839715185235554 * sqrt(0.0002)
    for value, expected in ((edge + 1e-9, True), (edge - 1e-9, False)):
        found = difference(Estimate(value, 0.0001, 50), Estimate(0, 0.0001, 50))
        assert found is not None
        assert (found.is_significant(), found.low > 0) == (expected, expected)


def test_covariance_of_a_panel_lessens_the_error():
    later, earlier = Estimate(0.84, 0.0004, 40), Estimate(0.80, 0.0004, 30)
    found = difference(later, earlier, covariance=0.0003)
    assert found is not None
    assert (found.error, found.df) == pytest.approx((sqrt(0.0002), 30))
    with pytest.raises(ValueError, match=r"a covariance of 0\.0005"):
        difference(later, earlier, covariance=0.0005)


def test_panel_difference_equals_that_from_the_respondents():
    drawn = Sample(["01"] * 4 + ["02"] * 4, [1, 2, 1, 2, 3, 1, 1, 2])
    one = share(drawn, [1, 0, 1, 1, 0, 1, 1, 0], [1] * 8)
    other = share(drawn, [1, 0, 0, 1, 0, 1, 0, 0], [1] * 7 + [0])
    assert one is not None
    assert other is not None
    both = covariance(drawn, one, other)
    assert both
    found = difference(estimate(drawn, one), estimate(drawn, other), covariance=both)
    direct = estimate(drawn, combine([one, other], [1, -1]))
    assert found is not None
    assert (found.value, found.error) == pytest.approx((direct.value, direct.error))


@pytest.mark.parametrize(("one", "other"), [
    (Estimate(0.8, None, 0), Estimate(0.7, 0.01, 9)), (Estimate(0.8, 0.01, 9), Estimate(0.7, None, 0)),
    (Estimate(0.8, 0.01, 0), Estimate(0.7, 0.01, 9)),
])  # fmt: skip
def test_nothing_is_said_of_figures_without_an_error(one, other):
    assert difference(one, other) is None


@pytest.mark.parametrize(("later", "p"), [(0.9, 0.0), (0.8, 1.0)])
def test_figures_that_do_not_vary_differ_or_do_not(later, p):
    found = difference(Estimate(later, 0.0, 9), Estimate(0.8, 0.0, 9))
    assert found is not None
    assert (found.low, found.high, found.p) == (later - 0.8, later - 0.8, p)


def test_holm_multiplies_by_how_many_are_left():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.9}) == {
        "a": pytest.approx(0.04), "b": pytest.approx(0.09), "c": pytest.approx(0.09), "d": pytest.approx(0.9),
    }  # fmt: skip
    assert significant({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.9}) == {"a"}
    assert significant({"b": 0.04}) == {"b"}
    assert holm({}) == {}


@quick
@given(st.dictionaries(st.integers(0, 99), st.floats(0, 1), max_size=40))
def test_holm_keeps_the_order_and_only_raises(p_values):
    adjusted = holm(p_values)
    assert list(adjusted) == list(p_values)
    assert all(p_values[key] <= p <= 1 for key, p in adjusted.items())
    ranked = sorted(p_values, key=lambda key: p_values[key])
    assert all(adjusted[one] <= adjusted[other] for one, other in pairwise(ranked))
