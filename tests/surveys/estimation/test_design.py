"""Strata, those of a single unit, domains, and the sums of a stratum that are as good as its respondents."""

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.estimation.design import Lonely, Stratum, design, of_totals
from surveys.estimation.linear import Sample, estimate, mean_of, share
from surveys.estimation.ratio import ratio
from tests.surveys.making import quick

ALONE = Stratum(1, 3, 4, 9, 12, 16)


def several(units: int) -> Stratum:
    return of_totals([(float(unit % 3), 2.0) for unit in range(units)])


def test_eight_of_ten_have_the_error_of_a_simple_sample():
    found = ratio({"01": of_totals([(1, 1)] * 8 + [(0, 1)] * 2)})
    assert found is not None
    assert (found.value, found.df, found.lonely, found.collapsed) == (0.8, 9, (), ())
    assert (found.variance, found.error) == pytest.approx((0.8 * 0.2 / 9, sqrt(0.8 * 0.2 / 9)))


def test_whoever_is_drawn_from_few_tells_more_and_everybody_tells_all():
    people = [(1.0, 1.0)] * 6 + [(0.0, 1.0)] * 4
    found = {size: ratio({"01": of_totals(people, size)}) for size in (None, 40, 10)}
    errors = {size: one.variance for size, one in found.items() if one}
    assert errors == {None: pytest.approx(0.24 / 9), 40: pytest.approx(0.75 * 0.24 / 9), 10: 0}


def test_population_smaller_than_the_sample_is_refused():
    with pytest.raises(ValueError, match="10 units drawn from a population of 9"):
        of_totals([(1, 1)] * 10, 9)


def test_units_outside_of_the_domain_stay_in_the_design():
    inside = [(1.0, 1.0)] * 3 + [(0.0, 1.0)] * 3
    found = ratio({"01": of_totals([*inside, *[(0.0, 0.0)] * 94])})
    assert found is not None
    assert (found.value, found.df) == (0.5, 5)
    assert found.variance == pytest.approx(100 / 99 * 6 * 0.25 / 36)


@pytest.mark.parametrize(
    ("units", "collapsed"),
    [
        ({"01": 5, "02": 5}, ()),
        ({"01": 1, "02": 5, "03": 5}, (("01", "02"),)),
        ({"01": 5, "02": 1, "03": 5}, (("02", "03"),)),
        ({"03": 1, "02": 5, "01": 5}, (("02", "03"),)),
        ({"01": 1, "02": 1, "03": 5}, (("01", "02"),)),
        ({"01": 1, "02": 5, "03": 1}, (("01", "02", "03"),)),
        ({"01": 1, "02": 1, "03": 1}, (("01", "02", "03"),)),
        ({"01": 5, "02": 0, "03": 1}, (("01", "03"),)),
        ({"01": 1}, ()),
    ],
)
def test_lonely_strata_are_united_with_the_next_by_name(units, collapsed):
    strata = {name: several(count) for name, count in units.items()}
    found = design(strata)
    assert found.collapsed == collapsed
    assert found.lonely == tuple(sorted(name for name, count in units.items() if count == 1))
    assert found.units == sum(units.values())


def test_united_strata_are_as_one():
    people = {"01": [(1.0, 2.0)], "02": [(0.0, 2.0), (2.0, 2.0), (1.0, 1.0)]}
    apart = ratio({name: of_totals(totals, 50) for name, totals in people.items()})
    as_one = ratio({"": of_totals([*people["01"], *people["02"]], 100)})
    assert as_one is not None
    assert apart == replace(as_one, lonely=("01",), collapsed=(("01", "02"),))


def test_single_unit_that_is_the_whole_stratum_is_not_lonely():
    found = design({"01": replace(ALONE, population=1), "02": several(4)})
    assert (found.lonely, found.collapsed) == ((), ())


@pytest.mark.parametrize(("treatment", "variance"), [
    (Lonely.CERTAINTY, 0), (Lonely.ADJUST, 2 * (2 / 8) ** 2), (Lonely.COLLAPSE, 4 * (2 / 8) ** 2), (Lonely.AVERAGE, None),
])  # fmt: skip
def test_two_lonely_strata_of_opposite_minds(treatment, variance):
    found = ratio({"01": of_totals([(4, 4)]), "02": of_totals([(0, 4)])}, treatment)
    assert found is not None
    assert found.variance == (None if variance is None else pytest.approx(variance))
    assert found.lonely == ("01", "02")


@pytest.mark.parametrize("treatment", Lonely)
@pytest.mark.parametrize("strata", [{"01": ALONE}, {"01": ALONE, "02": Stratum(0)}])
def test_single_respondent_has_no_error(strata, treatment):
    found = ratio(strata, treatment)
    assert found is not None
    assert (found.value, found.variance, found.error) == (0.75, None, None)


def test_nothing_answered_is_nothing_to_say():
    assert ratio({}) is None
    assert ratio({"01": of_totals([(0, 0)] * 5)}) is None
    assert share(Sample(["01"] * 2, [1, 1]), [0, 0], [0, 0]) is None


@pytest.mark.parametrize("wrong", [
    {"strata": ["01"], "weights": [1, 1]}, {"strata": ["01"], "weights": [1], "clusters": []},
    {"strata": ["01"], "weights": [0]}, {"strata": ["01"], "weights": [float("nan")]},
])  # fmt: skip
def test_sample_that_does_not_fit_together_is_refused(wrong):
    with pytest.raises(ValueError, match=r"columns of different lengths|not positive"):
        Sample(**wrong)


people = st.lists(
    st.tuples(
        st.sampled_from(["01", "02", "03", "04"]), st.integers(0, 3), st.floats(0.1, 10),
        st.integers(0, 39), st.integers(0, 39),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@quick
@given(people, st.booleans(), st.sampled_from(Lonely), st.booleans())
def test_sums_give_the_same_as_the_respondents(drawn, clustered, treatment, finite):
    """Strata of unequal sizes, single units, people who answered a few items or none, weights, clusters."""
    populations = {"01": 60.0, "02": 41.0, "03": 80.0, "04": 1000.0} if finite else {}
    columns = [(min(s, n), max(s, n)) for *_, s, n in drawn]
    sample = Sample(
        [h for h, *_ in drawn], [w for _, _, w, *_ in drawn], [f"{c}" for _, c, *_ in drawn] if clustered else None,
        populations,
    )  # fmt: skip
    found = share(sample, [s for s, _ in columns], [n for _, n in columns])
    units: dict[str, dict[int, tuple[float, float]]] = {}
    for at, ((stratum, cluster, w, *_), (s, n)) in enumerate(zip(drawn, columns, strict=True)):
        key = cluster if clustered else at
        ws, wn = units.setdefault(stratum, {}).get(key, (0.0, 0.0))
        units[stratum][key] = ws + w * s, wn + w * n
    from_sums = ratio({h: of_totals(found.values(), populations.get(h)) for h, found in units.items()}, treatment)
    if found is None:
        assert from_sums is None
        return
    ours = estimate(sample, found, treatment)
    assert from_sums is not None
    assert from_sums.value == pytest.approx(ours.value, rel=1e-12)
    assert (from_sums.variance is None) is (ours.variance is None)
    if ours.variance is not None:
        assert from_sums.variance == pytest.approx(ours.variance, rel=1e-9, abs=1e-12)
    assert replace(from_sums, value=ours.value, variance=ours.variance) == ours


@quick
@given(
    st.lists(st.tuples(st.floats(0.1, 10), st.lists(st.booleans(), min_size=3, max_size=3)), min_size=2, max_size=20)
)
def test_mean_of_criteria_is_the_ratio_of_all_where_nobody_left_one_out(drawn):
    sample = Sample(["01"] * len(drawn), [w for w, _ in drawn])
    ones = [1.0] * len(drawn)
    criteria = [share(sample, [float(given[item]) for _, given in drawn], ones) for item in range(3)]
    pooled = share(sample, [float(sum(given)) for _, given in drawn], [3.0] * len(drawn))
    assert pooled is not None
    mean = estimate(sample, mean_of([part for part in criteria if part is not None]))
    whole = estimate(sample, pooled)
    assert (mean.value, mean.df) == pytest.approx((whole.value, whole.df))
    assert mean.variance == pytest.approx(whole.variance, rel=1e-9, abs=1e-15)
