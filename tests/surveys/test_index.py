"""The index and its error: exact on small cases, equal to a computation from the respondents themselves."""

from dataclasses import astuple
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.index import OVERALL, Counts, Figure, Sums, index, parts_of, ratio_error, sums_of
from surveys.questionnaire import ConsentText, Domain, Factor, Question, Questionnaire
from tests.surveys.making import SHIPPED, quick, shipped

Person = tuple[str, dict[str, int]]
LEVELS = ("1", "2", "3", "4", "5")
Z = 1.959963984540054


def criterion(id: str, factor: str, weight: float = 1) -> Question:
    return Question(id, id, options=LEVELS, factor=factor, satisfied=frozenset({4, 5}), optional=True, weight=weight)


def form(*criteria: Question) -> Questionnaire:
    return Questionnaire(
        "f", "T", "I", ConsentText("1", "C"), "X", criteria,
        factors=(Factor("a", "p", "A"), Factor("b", "s", "B"), Factor("c", "s", "C")),
        domains=(Domain("p", "P"), Domain("s", "S")),
    )  # fmt: skip


ONE = form(criterion("c1", "a"))
FOUR = form(criterion("c1", "a"), criterion("c2", "a"), criterion("c3", "b"), criterion("c4", "c"))


def counted(questionnaire: Questionnaire, people: list[Person]) -> Counts:
    answers: dict[str, Any] = {}
    sums: dict[str, dict[str, Sums]] = {}
    for unit, values in people:
        for id, value in values.items():
            cell = answers.setdefault(unit, {}).setdefault(id, {})
            cell[value] = cell.get(value, 0) + 1
        for part, added in parts_of(questionnaire, values).items():
            so_far = sums.setdefault(unit, {})
            so_far[part] = so_far.get(part, Sums()) + added
    return Counts(answers, sums)


def crowd(satisfied: int, others: int, unit: str = "01") -> list[Person]:
    return [(unit, {"c1": 5})] * satisfied + [(unit, {"c1": 2})] * others


def taylor(strata: list[list[tuple[float, float, float]]]) -> float:
    """The same from the respondents (w, s, n): residuals of the ratio, their variance inside each stratum."""
    valid = sum(w * n for stratum in strata for w, _, n in stratum)
    share = sum(w * s for stratum in strata for w, s, _ in stratum) / valid
    variance = 0.0
    for stratum in strata:
        residuals = [w * (s - share * n) / valid for w, s, n in stratum]
        mean = sum(residuals) / len(residuals)
        variance += len(residuals) / (len(residuals) - 1) * sum((z - mean) ** 2 for z in residuals)
    return sqrt(variance)


def test_eight_of_ten_are_eighty_percent_with_the_error_of_a_simple_sample():
    found = index(ONE, counted(ONE, crowd(8, 2)))
    margin = 100 * Z * sqrt(0.8 * 0.2 / 9)
    assert margin == pytest.approx(26.1328531)
    assert found.n == 10
    for figure in (found.criteria["c1"], found.factors["a"], found.domains["p"], found.overall):
        assert astuple(figure) == (10, pytest.approx(80), pytest.approx(margin), pytest.approx(4.4))


def test_parts_are_the_means_of_their_criteria_not_of_their_parts():
    people: list[Person] = [("01", {"c1": 5, "c2": 5, "c3": 5, "c4": 1})] * 6
    people += [("01", {"c1": 4, "c2": 3, "c3": 2, "c4": 1})] * 4
    found = index(FOUR, counted(FOUR, people))
    assert {id: figure.value for id, figure in found.criteria.items()} == {
        "c1": 100, "c2": pytest.approx(60), "c3": pytest.approx(60), "c4": 0,
    }  # fmt: skip
    assert {id: figure.value for id, figure in found.factors.items()} == {
        "a": pytest.approx(80), "b": pytest.approx(60), "c": 0,
    }  # fmt: skip
    assert {id: figure.value for id, figure in found.domains.items()} == {
        "p": pytest.approx(80),
        "s": pytest.approx(30),
    }
    assert found.overall.value == pytest.approx((100 + 60 + 60 + 0) / 4)
    assert found.overall.score == pytest.approx((4.6 + 4.2 + 3.8 + 1.0) / 4)


def test_criterion_of_more_weight_counts_for_more():
    weighed = form(criterion("c1", "a", 3), criterion("c2", "a", 1))
    people: list[Person] = [("01", {"c1": 5, "c2": 1})] * 10
    found = index(weighed, counted(weighed, people))
    assert (found.overall.value, found.overall.score) == (75, 4)


def test_answers_left_out_are_no_valid_answers():
    people: list[Person] = [("01", {"c1": 4})] * 12 + [("01", {})] * 8
    found = index(ONE, counted(ONE, people))
    assert (found.n, found.criteria["c1"].n, found.criteria["c1"].value) == (20, 12, 100)


@pytest.mark.parametrize(("satisfied", "value"), [(0, 0.0), (10, 100.0)])
def test_nobody_and_everybody_have_half_of_wilsons_interval(satisfied, value):
    found = index(ONE, counted(ONE, crowd(satisfied, 10 - satisfied)))
    upper = Z * Z / 10 / (1 + Z * Z / 10)
    assert upper == pytest.approx(0.2775328)
    assert found.overall.value == value
    assert found.overall.margin == pytest.approx(100 * upper / 2)


@pytest.mark.parametrize("people", [0, 1, 9])
def test_figures_of_fewer_than_ten_are_hidden(people):
    found = index(ONE, counted(ONE, crowd(people, 0)))
    assert found.n == people
    assert [found.overall, found.domains["p"], found.factors["a"], found.criteria["c1"]] == [Figure(people)] * 4


def test_figures_of_ten_are_shown():
    found = index(ONE, counted(ONE, crowd(9, 1)))
    assert None not in (found.overall.value, found.overall.margin, found.overall.score)


def test_part_answered_by_fewer_than_ten_is_hidden_however_many_took_part():
    people: list[Person] = [("01", {"c1": 5, "c2": 4})] * 97 + [("01", {"c1": 5, "c3": 1})] * 3
    found = index(FOUR, counted(FOUR, people))
    assert found.criteria["c3"] == Figure(3)
    assert (found.factors["b"], found.domains["s"]) == (Figure(3), Figure(3))
    assert found.factors["a"].value == pytest.approx(100)


def test_nothing_answered_is_nothing_to_say():
    found = index(FOUR, Counts({}, {}))
    assert (found.n, found.overall, found.domains["p"]) == (0, Figure(0), Figure(0))


def test_units_are_chosen_from_the_whole():
    counts = counted(ONE, crowd(10, 0, "01") + crowd(0, 10, "04"))
    assert counts.n == 20
    assert index(ONE, counts).overall.value == 50
    assert index(ONE, counts.among(["04"])).overall.value == 0
    assert index(ONE, counts.among(["79"])).n == 0


def test_units_that_differ_make_the_stratified_error_smaller():
    apart = counted(ONE, crowd(10, 0, "01") + crowd(0, 10, "04"))
    alike = counted(ONE, crowd(5, 5, "01") + crowd(5, 5, "04"))
    assert index(ONE, apart).overall.margin == pytest.approx(0)
    assert index(ONE, alike).overall.margin == pytest.approx(100 * Z * sqrt(0.25 / 18))


def test_published_figures_compose_to_the_published_whole():
    """2024: 83.84 over the 23 criteria of policies and 84.09 over the 16 of services gave 83.94."""
    full = shipped(SHIPPED[0])
    domain_of = {factor.id: factor.domain for factor in full.factors}
    satisfied = {"policy": 8384, "service": 8409}
    answers = {}
    for question in full.criteria:
        n = satisfied[domain_of[question.factor]]
        answers[question.id] = {5: n, 1: 10_000 - n}
    someone = parts_of(full, {question.id: 5 for question in full.criteria})
    found = index(
        full, Counts({"01": answers}, {"01": {part: Sums(10_000, 1, 1, s.wn) for part, s in someone.items()}})
    )
    assert {id: figure.value for id, figure in found.domains.items()} == {
        "policy": pytest.approx(83.84), "service": pytest.approx(84.09),
    }  # fmt: skip
    assert found.overall.value == pytest.approx((23 * 83.84 + 16 * 84.09) / 39)
    assert round(found.overall.value or 0, 2) == 83.94


people_in_strata = st.lists(
    st.lists(
        st.tuples(st.floats(0.1, 10), st.integers(0, 39), st.integers(0, 39)).map(
            lambda drawn: (drawn[0], float(min(drawn[1:])), float(max(drawn[1:])))
        ),
        min_size=2, max_size=12,
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@quick
@given(people_in_strata)
def test_error_equals_that_from_the_respondents(strata):
    """Strata of unequal sizes, people who answered a few items or none, and weights."""
    sums = [sum((sums_of(s, n, w) for w, s, n in stratum), Sums()) for stratum in strata]
    if not any(n for stratum in strata for _, _, n in stratum):
        assert ratio_error(sums) is None
        return
    assert ratio_error(sums) == pytest.approx(taylor(strata), rel=1e-6, abs=1e-7)


def test_margin_of_the_whole_comes_from_people_not_from_answers():
    """Whoever is satisfied with one thing is satisfied with all: forty answers of ten people are no forty people."""
    people: list[Person] = [("01", dict.fromkeys(("c1", "c2", "c3", "c4"), level)) for level in [5] * 6 + [1] * 4]
    found = index(FOUR, counted(FOUR, people))
    assert found.overall.margin == found.criteria["c1"].margin == pytest.approx(100 * Z * sqrt(0.6 * 0.4 / 9))


GREAT, SMALL = [(1.0, 3.0, 4.0), (1.0, 1.0, 4.0), (2.0, 0.0, 4.0)], [(1.0, 2.0, 3.0), (1.0, 3.0, 3.0)]
ALONE, ALSO_ALONE = [(1.0, 0.0, 4.0)], [(1.5, 4.0, 4.0)]


@pytest.mark.parametrize(
    ("strata", "taken_as"),
    [
        ([GREAT, SMALL, ALONE], [GREAT + ALONE, SMALL]),
        ([SMALL, ALONE, GREAT], [SMALL, GREAT + ALONE]),
        ([GREAT, ALONE, ALSO_ALONE], [GREAT, ALONE + ALSO_ALONE]),
        ([ALONE, ALSO_ALONE], [ALONE + ALSO_ALONE]),
    ],
)
def test_strata_of_one_person_are_taken_together(strata, taken_as):
    sums = [sum((sums_of(s, n, w) for w, s, n in stratum), Sums()) for stratum in strata]
    assert ratio_error(sums) == pytest.approx(taylor(taken_as))


@pytest.mark.parametrize("strata", [[], [Sums()], [sums_of(3, 4)], [sums_of(0, 0), sums_of(0, 0)]])
def test_no_error_where_there_is_nothing_to_vary(strata):
    assert ratio_error(strata) is None


def test_one_response_adds_to_each_part_that_it_answers():
    assert parts_of(FOUR, {"c1": 4, "c2": 3, "c4": 5}) == {
        OVERALL: sums_of(2, 3), "domain:p": sums_of(1, 2), "factor:a": sums_of(1, 2),
        "domain:s": sums_of(1, 1), "factor:b": sums_of(0, 0), "factor:c": sums_of(1, 1),
    }  # fmt: skip
    assert sums_of(2, 3, 0.5) == Sums(1, 0.5, 1, 1.5, 1, 1.5, 2.25)


def test_questionnaire_without_criteria_counts_its_responses():
    bare = form(Question("x", "x", options=LEVELS))
    found = index(bare, counted(bare, [("01", {})] * 12))
    assert (found.n, found.overall) == (12, Figure(0))
