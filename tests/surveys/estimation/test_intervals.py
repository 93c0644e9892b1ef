"""Which interval a share gets, and that each holds what it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.estimation.effects import design_effect, effective_size, kish, simple_variance, squares_of_share
from surveys.estimation.intervals import FEWEST, Method, interval, korn_graubard, logit, wilson
from tests.surveys.making import quick


@pytest.mark.parametrize(("share", "size", "method"), [
    (0.84, 400, Method.LOGIT), (0.84, FEWEST, Method.LOGIT), (0.84, FEWEST - 0.01, Method.KORN_GRAUBARD),
    (0.0, 400, Method.KORN_GRAUBARD), (1.0, 400, Method.KORN_GRAUBARD),
])  # fmt: skip
def test_interval_is_chosen_by_share_and_effective_size(share, size, method):
    variance = share * (1 - share) / size
    found = interval(share, variance, n=500, df=400)
    assert found is not None
    assert found.method == method
    expected = {
        Method.LOGIT: lambda: logit(share, variance, 400),
        Method.KORN_GRAUBARD: lambda: korn_graubard(share, size if 0 < share < 1 else 500, n=500, df=400),
    }[method]()  # fmt: skip
    assert (found.low, found.high) == pytest.approx(
        (expected.low, expected.high), rel=1e-14
    )  # size comes back rounded


def test_wilson_is_taken_for_small_samples_if_wanted():
    assert interval(0.5, 0.25 / 20, n=25, df=24, small=Method.WILSON) == wilson(0.5, 20)
    assert interval(1.0, 0.0, n=25, df=24, small=Method.WILSON, effect=1.25) == wilson(1.0, 20)
    with pytest.raises(ValueError, match="not for small samples"):
        interval(0.5, 0.25 / 20, n=25, df=24, small=Method.LOGIT)


def test_strata_of_one_mind_each_do_not_make_certain():
    found = interval(0.5, 0.0, n=40, df=38)
    assert found == korn_graubard(0.5, 40, n=40, df=38)


def test_assumed_design_effect_widens_the_interval_at_the_edge():
    plain, wide = (interval(1.0, 0.0, n=100, df=99, effect=effect) for effect in (1.0, 2.0))
    assert plain is not None
    assert wide is not None
    assert (wide.low, wide.high) == pytest.approx((0.025 ** (1 / 50), 1.0))
    assert wide.low < plain.low == pytest.approx(0.025**0.01)


@pytest.mark.parametrize(("variance", "df", "n"), [(None, 10, 20), (0.01, 0, 20), (0.01, 10, 1)])
def test_no_interval_without_a_variance_or_a_degree_of_freedom(variance, df, n):
    assert interval(0.5, variance, n=n, df=df) is None


def test_logit_interval_is_refused_at_the_edge():
    with pytest.raises(ValueError, match=r"no log odds of 1\.0"):
        logit(1.0, 0.01, 10)


def test_few_degrees_of_freedom_widen_the_exact_interval():
    many, few = (korn_graubard(0.8, 50, n=100, df=df) for df in (99, 4))
    assert few.low < many.low < 0.8 < many.high < few.high


shares = st.sampled_from([0.0, 1.0]) | st.floats(1e-6, 1 - 1e-6)


@quick
@given(shares, st.floats(2, 5000), st.floats(1, 4), st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.99]))
def test_interval_holds_the_share_and_lies_between_nobody_and_everybody(share, size, effect, df, level):
    n = round(size * effect) + 2
    for small in (Method.KORN_GRAUBARD, Method.WILSON):
        found = interval(share, share * (1 - share) / size, n=n, df=df, level=level, small=small)
        assert found is not None
        assert 0 <= found.low <= share <= found.high <= 1


@quick
@given(st.floats(0.01, 0.99), st.integers(2, 3000))
def test_interval_of_the_dissatisfied_is_that_of_the_satisfied_mirrored(share, n):
    varied = share * (1 - share) / n
    for yes, no in (
        (logit(share, varied, n - 1), logit(1 - share, varied, n - 1)),
        (wilson(share, n), wilson(1 - share, n)),
        (korn_graubard(share, n, n=n, df=n - 1), korn_graubard(1 - share, n, n=n, df=n - 1)),
    ):
        assert (yes.low, yes.high) == pytest.approx((1 - no.high, 1 - no.low), abs=1e-9)


def test_design_effect_of_a_simple_sample_is_one():
    variance = 0.8 * 0.2 / 99
    simple = simple_variance(squares_of_share(0.8, 250), n=100, weight=250, replace=True)
    assert simple == pytest.approx(variance)
    assert design_effect(variance, simple) == pytest.approx(1)
    assert simple_variance(squares_of_share(0.8, 250), n=100, weight=250) == pytest.approx(variance * 0.6)
    assert simple_variance(squares_of_share(0.8, 99), n=100, weight=99) is None
    assert design_effect(variance, simple_variance(0.1, n=1, weight=5, replace=True)) is None


def test_unequal_weights_cost_one_plus_their_squared_variation():
    weights = [1.0, 1.0, 4.0]
    assert kish(weights) == pytest.approx(1 + (2 / 4) * (2 / 2))
    assert kish([3.0] * 7) == pytest.approx(1)
    with pytest.raises(ValueError, match="no weights"):
        kish([])


def test_effective_size_is_that_of_the_simple_sample_with_the_variance():
    assert effective_size(0.84, 0.84 * 0.16 / 250) == pytest.approx(250)
    assert effective_size(1.0, 0.0) is None
