"""Quantiles against what is known in closed form, and against their own distribution."""

from math import atan, inf, pi, sqrt, tan
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.estimation.distributions import MANY, beta_cdf, beta_quantile, normal_quantile, t_quantile, t_tails
from tests.surveys.making import quick


@quick
@given(st.floats(1e-9, 0.5))
def test_student_is_cauchy_with_one_and_closed_with_two_degrees_of_freedom(p):
    assert t_quantile(p, 1) == pytest.approx(-1 / tan(pi * p), rel=1e-9, abs=1e-12)
    assert t_quantile(p, 2) == pytest.approx((2 * p - 1) * sqrt(2 / (4 * p * (1 - p))), rel=1e-9, abs=1e-12)


@quick
@given(st.floats(0, 1e6))
def test_tails_of_the_cauchy_distribution(t):
    assert t_tails(t, 1) == pytest.approx(2 * atan(1 / t) / pi if t else 1, rel=1e-12)


@quick
@given(st.floats(1e-6, 0.5), st.floats(1, 1e5, exclude_max=True))
def test_quantile_of_student_has_its_probability_on_either_side(p, df):
    assert t_tails(t_quantile(p, df), df) == pytest.approx(2 * p, rel=1e-9)
    assert t_quantile(1 - p, df) == pytest.approx(-t_quantile(p, df), rel=1e-9, abs=1e-12)


def test_student_is_normal_in_the_end_without_a_step():
    assert t_quantile(0.975, inf) == NormalDist().inv_cdf(0.975) == normal_quantile(0.975)
    assert t_tails(1.959963984540054, inf) == pytest.approx(0.05)
    assert t_quantile(0.975, MANY - 1e-4) == pytest.approx(t_quantile(0.975, MANY), rel=1e-11)


@quick
@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 5000), st.floats(0.5, 5000))
def test_quantile_of_beta_has_its_probability_below(p, a, b):
    x = beta_quantile(p, a, b)
    assert beta_cdf(x, a, b) == pytest.approx(p, rel=1e-8)
    assert beta_quantile(1 - p, b, a) == pytest.approx(1 - x, rel=1e-8, abs=1e-12)


@quick
@given(st.one_of(st.just(0.0), st.floats(1e-300, 1)), st.floats(0.1, 100))
def test_beta_with_a_shape_of_one_is_a_power(x, a):
    assert beta_cdf(x, a, 1) == pytest.approx(x**a, rel=1e-12, abs=1e-300)


def test_beta_without_one_shape_lies_at_an_edge():
    assert (beta_quantile(0.3, 0, 5), beta_quantile(0.3, 5, 0)) == (0.0, 1.0)
    assert (beta_quantile(0, 2, 5), beta_quantile(1, 2, 5)) == (0.0, 1.0)
    assert (beta_cdf(0, 2, 5), beta_cdf(1, 2, 5)) == (0.0, 1.0)


@pytest.mark.parametrize("ask", [
    lambda: normal_quantile(0), lambda: normal_quantile(1), lambda: t_quantile(0.5, 0), lambda: t_quantile(1, 5),
    lambda: t_quantile(0.9, float("nan")), lambda: beta_quantile(1.1, 1, 1), lambda: beta_quantile(0.5, 0, 0),
    lambda: beta_quantile(0.5, -1, 1), lambda: beta_cdf(0.5, 1, 0),
])  # fmt: skip
def test_what_has_no_quantile_is_refused(ask):
    with pytest.raises(ValueError, match=r"no quantile|no beta distribution"):
        ask()
