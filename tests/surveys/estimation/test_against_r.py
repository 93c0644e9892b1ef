"""Every family of quantities equals R's ``survey`` to 1e-9."""

import pytest

from surveys.estimation.intervals import interval, korn_graubard, logit
from surveys.estimation.linear import estimate
from tests.surveys.estimation.families import FAMILIES, linear
from tests.surveys.estimation.reading import ITEMS, answers, reference, sample


@pytest.mark.parametrize(("family", "count"), FAMILIES, ids=[family.__name__ for family, _ in FAMILIES])
def test_family_equals_r(family, count, record_property):
    found = list(family())
    largest = max(abs(ours - theirs) / (abs(theirs) or 1) for ours, theirs in found)
    print(f"{family.__name__}: {len(found)} figures, largest relative difference {largest:.1e}")
    record_property("largest_relative_difference", largest)
    assert largest <= 1e-9
    assert len(found) == count


def test_logit_interval_equals_that_of_a_regression_as_far_as_it_is_iterated():
    """R's ``svyciprop(method="logit")`` stops where its deviance changes by less than 1e-8."""
    for name, theirs in reference()["intervals"].items():
        for item in ITEMS:
            ours = estimate(sample(name), linear(sample(name), answers([item])))
            found = logit(ours.value, ours.variance or 0, ours.df)
            assert (found.low, found.high) == pytest.approx(theirs[f"s{item}"]["logit"], rel=1e-8)


@pytest.mark.parametrize(("item", "value"), [("c7", 1.0), ("c8", 0.0)])
def test_everybody_and_nobody_have_an_interval_where_r_has_none(item, value):
    drawn = sample("both")
    found = linear(drawn, answers([item]))
    ours = estimate(drawn, found)
    assert (ours.value, ours.variance) == (value, 0)
    assert [reference()["intervals"]["both"][f"s{item}"][way] for way in ("xlogit", "beta")] == [[None, None]] * 2
    edge = interval(ours.value, ours.variance, n=sum(found.inside), df=ours.df)
    assert edge == korn_graubard(value, sum(found.inside), n=sum(found.inside), df=102)
