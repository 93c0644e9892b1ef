"""The published national figures follow from their published parts as the mean over the criteria, nothing simpler."""

import pytest

from surveys.estimation.linear import Linear, mean_of
from surveys.published import parts, published
from tests.surveys.making import shipped
from tests.world import QUESTIONNAIRES

WHOLE = {one.year: one.value for one in published()}
POLICY, SERVICE = 23, 16


def mean(year: int) -> float:
    found = parts(year)
    return mean_of([Linear(one.value, [], []) for one in found], [one.criteria for one in found]).value


@pytest.mark.parametrize("year", [2023, 2024])
def test_whole_is_the_mean_over_39_criteria_of_its_published_parts(year: int):
    assert round(mean(year), 2) == WHOLE[year]
    assert sum(one.criteria for one in parts(year)) == POLICY + SERVICE


def test_whole_of_2024_is_not_the_mean_of_the_two_domains():
    policy, service = parts(2024)
    simple = mean_of([Linear(one.value, [], []) for one in (policy, service)]).value
    assert (round(simple, 3), WHOLE[2024]) == (83.965, 83.94)


def test_whole_comes_from_each_criterion_alike():
    criteria = [Linear(one.value, [], []) for one in parts(2024) for _ in range(one.criteria)]
    assert mean_of(criteria).value == pytest.approx(mean(2024))


def test_parts_have_as_many_criteria_as_the_shipped_form():
    form = shipped(QUESTIONNAIRES / "sipas-2026.yaml")
    of = {d.id: sum(1 for f in form.factors if f.domain == d.id for q in form.criteria if q.factor == f.id)
          for d in form.domains}  # fmt: skip
    services = [one for one in parts(2023) if one.name != "policy"]
    assert sorted(of.values()) == [sum(one.criteria for one in services), POLICY]


def test_a_year_of_which_no_parts_were_published_has_none():
    assert [parts(year) for year in (2018, 2022, 2025)] == [()] * 3
