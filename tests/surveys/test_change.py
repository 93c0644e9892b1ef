"""Differences between two surveys: nothing is called a change that may be chance."""

import pytest

from surveys.change import Change, changes
from surveys.design import Design, Recruiting
from surveys.estimation.comparison import difference
from surveys.index import Index, index
from tests.surveys.counted import FOUR, ONE, Person, counted, crowd

DRAWN = Design(recruiting=Recruiting.INVITED)


def of(satisfied: int, others: int, design: Design = DRAWN) -> Index:
    return index(ONE, counted(ONE, crowd(satisfied, others)), design)


def test_a_large_difference_of_many_people_is_a_change_with_an_arrow():
    found = changes(of(450, 50), of(350, 150))
    later, earlier = of(450, 50).overall.estimate, of(350, 150).overall.estimate
    assert later is not None
    assert earlier is not None
    wanted = difference(later, earlier)
    assert wanted is not None
    one = found["overall"]
    assert (one.value, one.low, one.high) == pytest.approx((20, 100 * wanted.low, 100 * wanted.high))
    assert (one.significant, one.arrow) == (True, "▲")
    assert changes(of(350, 150), of(450, 50))["overall"].arrow == "▼"


def test_a_small_difference_is_no_change():
    one = changes(of(420, 80), of(410, 90))["overall"]
    assert one.value == pytest.approx(2)
    assert (one.significant, one.arrow) == (False, "")


def test_p_values_are_adjusted_for_the_number_of_comparisons():
    """Enough alone, not among all: four equal figures are as many comparisons."""
    people: list[Person] = [("01", dict.fromkeys(("c1", "c2", "c3", "c4"), level)) for level in [5] * 172 + [1] * 28]
    before: list[Person] = [("01", dict.fromkeys(("c1", "c2", "c3", "c4"), level)) for level in [5] * 155 + [1] * 45]
    found = changes(index(FOUR, counted(FOUR, people), DRAWN), index(FOUR, counted(FOUR, before), DRAWN))
    alone = changes(of(172, 28), of(155, 45))
    assert len(found) == 10
    assert alone["overall"].p == pytest.approx(4 * 0.028, rel=0.2)
    assert {one.significant for one in found.values()} == {False}
    assert all(one.p == pytest.approx(10 / 4 * alone["overall"].p, rel=0.01) for one in found.values())  # type: ignore[operator]


@pytest.mark.parametrize("designs", [(Design(), DRAWN), (DRAWN, Design()), (Design(), Design())])
def test_of_an_open_link_nothing_is_called_a_change(designs):
    found = changes(of(450, 50, designs[0]), of(350, 150, designs[1]))
    assert found["overall"].value == pytest.approx(20)
    assert found["overall"] == Change(found["overall"].value)
    assert {(one.significant, one.arrow, one.low) for one in found.values()} == {(False, "", None)}


def test_hidden_figures_are_not_compared():
    assert dict(changes(of(9, 0), of(450, 50))) == {}
