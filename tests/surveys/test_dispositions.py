"""Rates as AAPOR publishes them, from what became of a thousand people."""

from dataclasses import astuple, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.dispositions import CATEGORY, Category, Disposition, OpenRates, Rates, rates

D = Disposition
ROUND = {
    D.PENDING: 500,
    D.INVITED: 450,
    D.OPENED: 40,
    D.REFUSED: 60,
    D.PARTIAL: 20,
    D.COMPLETE: 280,
    D.INELIGIBLE: 100,
    D.UNREACHABLE: 50,
}
"""Known eligible 400 of 500 known, unknown 500: e is 0.8."""


def test_every_disposition_has_its_category():
    assert CATEGORY == {
        D.PENDING: None,
        D.INVITED: Category.UNKNOWN_HOUSEHOLD,
        D.OPENED: Category.REFUSAL,
        D.REFUSED: Category.REFUSAL,
        D.PARTIAL: Category.PARTIAL,
        D.COMPLETE: Category.COMPLETE,
        D.INELIGIBLE: Category.NOT_ELIGIBLE,
        D.UNREACHABLE: Category.UNKNOWN_OTHER,
    }
    assert set(CATEGORY) == set(Disposition)


def test_rates_of_a_round():
    assert rates(ROUND) == Rates(
        rr1=280 / 900,
        rr2=300 / 900,
        rr3=280 / 800,
        rr4=300 / 800,
        rr5=280 / 400,
        rr6=300 / 400,
        coop1=280 / 400,
        ref1=100 / 900,
        con1=400 / 900,
        break_off=40 / 340,
        eligible_share=0.8,
    )


def test_rates_believe_the_eligible_share_they_are_given():
    assert (rates(ROUND, eligible_share=0.5).rr3, rates(ROUND, eligible_share=0.5).rr4) == (280 / 650, 300 / 650)


def test_rates_of_nobody_are_unknown():
    assert astuple(rates({})) == (None,) * 11
    assert astuple(rates({D.PENDING: 900})) == (None,) * 11


def test_rates_before_anybody_answered():
    assert rates({D.INVITED: 90, D.UNREACHABLE: 10}) == Rates(
        rr1=0.0, rr2=0.0, rr3=None, rr4=None, rr5=None, rr6=None, coop1=None, ref1=0.0, con1=0.0, break_off=None,
        eligible_share=None,
    )  # fmt: skip
    assert rates({D.INVITED: 90, D.UNREACHABLE: 10}, eligible_share=0.9).rr3 == 0.0


def test_rates_where_all_who_are_known_are_not_eligible():
    assert rates({D.INELIGIBLE: 3, D.INVITED: 7}) == Rates(
        rr1=0.0, rr2=0.0, rr3=None, rr4=None, rr5=None, rr6=None, coop1=None, ref1=0.0, con1=0.0, break_off=None,
        eligible_share=0.0,
    )  # fmt: skip


@given(st.dictionaries(st.sampled_from(Disposition), st.integers(0, 5000)), st.none() | st.floats(0, 1))
def test_rates_lie_in_the_order_they_are_published_in(counts, share):
    found = rates(counts, eligible_share=share)

    for low, middle, high in ((found.rr1, found.rr3, found.rr5), (found.rr2, found.rr4, found.rr6)):
        if low is not None and middle is not None and high is not None:
            assert 0 <= low <= middle + 1e-12 <= high + 2e-12 <= 1 + 3e-12
    for field in fields(found):
        value = getattr(found, field.name)
        assert value is None or 0 <= value <= 1


@given(st.dictionaries(st.sampled_from(Disposition), st.integers(0, 5000)), st.integers(0, 9))
def test_rates_do_not_know_those_not_yet_invited(counts, more):
    assert rates(counts) == rates(counts | {D.PENDING: counts.get(D.PENDING, 0) + more})


def test_rates_of_what_cannot_be_are_refused():
    with pytest.raises(ValueError, match="counts below 0"):
        rates({D.COMPLETE: -1})
    with pytest.raises(ValueError, match=r"the eligible share 1\.5 does not lie between 0 and 1"):
        rates(ROUND, eligible_share=1.5)


def test_open_rates_are_two_and_neither_a_response_rate():
    found = OpenRates(opened=400, agreed=250, partial=30, complete=200)

    assert (found.completion, found.participation) == (0.8, 0.5)
    assert not any("response" in name for name in dir(found))


def test_open_rates_of_nobody_are_unknown():
    found = OpenRates(opened=0, agreed=0, partial=0, complete=0)

    assert (found.completion, found.participation) == (None, None)
    assert OpenRates(opened=5, agreed=0, partial=0, complete=0).participation == 0.0


@pytest.mark.parametrize("counts", [(5, 6, 0, 0), (5, 4, 2, 3), (5, 4, -1, 3), (5, 4, 3, -1), (-1, -1, 0, -1)])
def test_open_rates_of_what_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match="each is a part of the one before"):
        OpenRates(*counts)
