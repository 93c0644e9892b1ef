"""The index and its error: exact on small cases, equal to the estimates from the respondents themselves."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.design import Design, Recruiting
from surveys.estimation.effects import kish
from surveys.estimation.intervals import Method, korn_graubard, logit
from surveys.estimation.linear import Sample, estimate, mean_of, share
from surveys.index import ErrorOf, Figure, Index, breakdown, index
from surveys.questionnaire import Question
from surveys.sums import Counts, Sums, Tally, parts_of
from tests.surveys.counted import FOUR, LEVELS, ONE, Person, counted, criterion, crowd, form
from tests.surveys.making import SHIPPED, quick, shipped

DRAWN = Design(recruiting=Recruiting.INVITED)


def everything(found: Index) -> list[Figure]:
    """The figures of which there is anybody."""
    return [figure for figure in found.figures().values() if figure.n]


def test_eight_of_ten_are_eighty_percent_with_the_error_of_a_simple_sample():
    found = index(ONE, counted(ONE, crowd(8, 2)), DRAWN)
    error = sqrt(0.8 * 0.2 / 9)
    exact = korn_graubard(0.8, 9, n=10, df=9)
    assert found.n == 10
    for figure in everything(found):
        assert (figure.n, figure.df, figure.method, figure.error_of) == (10, 9, Method.KORN_GRAUBARD, ErrorOf.ITSELF)
        told = (figure.value, figure.score, figure.error, figure.low, figure.high, figure.effective_n)
        assert told == pytest.approx((80, 4.4, 100 * error, 100 * exact.low, 100 * exact.high, 10))


def test_interval_of_many_is_logit_and_not_in_the_middle():
    figure = index(ONE, counted(ONE, crowd(180, 20)), DRAWN).overall
    wanted = logit(0.9, 0.9 * 0.1 / 199, 199)
    assert (figure.low, figure.high) == pytest.approx((100 * wanted.low, 100 * wanted.high))
    assert figure.method is Method.LOGIT
    assert figure.margin == pytest.approx(50 * (wanted.high - wanted.low))


@pytest.mark.parametrize("design", [None, Design(), Design(recruiting=Recruiting.OPEN)])
def test_an_open_link_has_no_error_of_any_kind(design):
    people: list[Person] = [("01", {"c1": 5, "c2": 4, "c3": 1, "c4": 2}), ("04", {"c1": 1})] * 50
    for figure in everything(index(FOUR, counted(FOUR, people), design)):
        assert figure.value is not None
        assert figure == Figure(figure.n, figure.value, figure.score)
        assert (figure.margin, figure.estimate) == (None, None)


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
    assert {id: f.value for id, f in found.domains.items()} == {"p": pytest.approx(80), "s": pytest.approx(30)}
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
def test_nobody_and_everybody_have_an_exact_interval(satisfied, value):
    figure = index(ONE, counted(ONE, crowd(satisfied, 10 - satisfied)), DRAWN).overall
    beyond = 100 * (1 - 0.025 ** (1 / 10))
    assert (figure.value, figure.error) == (value, 0)
    assert (figure.low, figure.high) == pytest.approx((100 - beyond, 100) if satisfied else (0, beyond))


@pytest.mark.parametrize("people", [0, 1, 9])
def test_figures_of_fewer_than_ten_are_hidden(people):
    found = index(ONE, counted(ONE, crowd(people, 0)), DRAWN)
    assert found.n == people
    shown = [found.overall, found.domains["p"], found.factors["a"], found.criteria["c1"]]
    assert shown == [Figure(people)] * 4


@pytest.mark.parametrize(("people", "few"), [(10, True), (29, True), (30, False)])
def test_figures_of_ten_are_shown_and_those_under_thirty_marked(people, few):
    found = index(ONE, counted(ONE, crowd(people - 1, 1)), DRAWN).overall
    assert None not in (found.value, found.low, found.high, found.score)
    assert found.few is few


def test_criterion_of_fewer_than_ten_is_hidden_and_enters_no_mean():
    people: list[Person] = [("01", {"c1": 5, "c2": 4})] * 97 + [("01", {"c1": 5, "c2": 1, "c3": 1})] * 3
    found = index(FOUR, counted(FOUR, people), DRAWN)
    assert (found.criteria["c3"], found.factors["b"], found.domains["s"]) == (Figure(3), Figure(3), Figure(3))
    assert found.overall.value == found.factors["a"].value == pytest.approx(98.5)
    assert (found.factors["a"].error_of, found.overall.error_of) == (ErrorOf.ITSELF, ErrorOf.POOLED)


def test_nothing_answered_is_nothing_to_say():
    found = index(FOUR, Counts({}, {}), DRAWN)
    assert (found.n, found.overall, found.domains["p"]) == (0, Figure(0), Figure(0))


def test_questionnaire_without_criteria_counts_its_responses():
    bare = form(Question("x", "x", options=LEVELS))
    found = index(bare, counted(bare, [("01", {})] * 12))
    assert (found.n, found.overall) == (12, Figure(0))


def test_units_that_differ_make_the_stratified_error_smaller():
    apart = counted(ONE, crowd(10, 0, "01") + crowd(0, 10, "04"))
    alike = counted(ONE, crowd(5, 5, "01") + crowd(5, 5, "04"))
    assert index(ONE, apart, DRAWN).overall.error == 0
    assert index(ONE, alike, DRAWN).overall.error == pytest.approx(100 * sqrt(0.25 / 18))


def test_error_of_the_whole_comes_from_people_not_from_answers():
    """Whoever is satisfied with one thing is satisfied with all: forty answers of ten people are no forty people."""
    people: list[Person] = [("01", dict.fromkeys(("c1", "c2", "c3", "c4"), level)) for level in [5] * 6 + [1] * 4]
    found = index(FOUR, counted(FOUR, people), DRAWN)
    assert found.overall.error == pytest.approx(found.criteria["c1"].error)
    assert found.overall.error == pytest.approx(100 * sqrt(0.6 * 0.4 / 9))


def test_published_figures_compose_to_the_published_whole():
    """2024: 83.84 over the 23 criteria of policies and 84.09 over the 16 of services gave 83.94."""
    full = shipped(SHIPPED[0])
    domain_of = {factor.id: factor.domain for factor in full.factors}
    satisfied = {"policy": 8384, "service": 8409}
    answers = {}
    for question in full.criteria:
        n = satisfied[domain_of[question.factor]]
        answers[question.id] = {5: Tally(n, n, n), 1: Tally(10_000 - n, 10_000 - n, 10_000 - n)}
    someone = parts_of(full, {question.id: 5 for question in full.criteria})
    sums = {part: Sums(10_000, 1, 1, s.wn, inside=10_000) for part, s in someone.items()}
    found = index(full, Counts({"01": answers}, {"01": sums}))
    assert {id: figure.value for id, figure in found.domains.items()} == {
        "policy": pytest.approx(83.84), "service": pytest.approx(84.09),
    }  # fmt: skip
    assert found.overall.value == pytest.approx((23 * 83.84 + 16 * 84.09) / 39)
    assert round(found.overall.value or 0, 2) == 83.94


def test_where_somebody_left_a_criterion_out_the_error_says_that_it_is_of_the_pooled_ratio():
    people: list[Person] = [
        ("01", {"c1": 5, "c2": 1, "c3": 4, "c4": 2}),
        ("01", {"c1": 2, "c2": 4, "c3": 1, "c4": 5}),
    ] * 20
    found = index(FOUR, counted(FOUR, [*people, ("01", {"c1": 5, "c3": 5, "c4": 5})]), DRAWN)
    assert {name: figure.error_of for name, figure in found.figures().items()} == {
        "overall": ErrorOf.POOLED, "domain:p": ErrorOf.POOLED, "domain:s": ErrorOf.ITSELF,
        "factor:a": ErrorOf.POOLED, "factor:b": ErrorOf.ITSELF, "factor:c": ErrorOf.ITSELF,
        "criterion:c1": ErrorOf.ITSELF, "criterion:c2": ErrorOf.ITSELF, "criterion:c3": ErrorOf.ITSELF,
        "criterion:c4": ErrorOf.ITSELF,
    }  # fmt: skip


weights = st.floats(0.01, 500).map(lambda w: round(w, 3))
complete = st.tuples(
    st.sampled_from(["00004", "00070", "20194", "25750"]),
    st.tuples(*[st.integers(1, 5)] * 4).map(lambda v: dict(zip(("c1", "c2", "c3", "c4"), v, strict=True))),
)


@quick
@given(st.lists(st.tuples(complete, weights), min_size=10, max_size=40))
def test_all_figures_equal_those_from_the_respondents(people):
    """Weights and strata, some of a single person: the mean of criteria from their linearised variables."""
    found = index(FOUR, counted(FOUR, [p for p, _ in people], [w for _, w in people]), DRAWN)
    sample = Sample([unit for (unit, _), _ in people], [w for _, w in people])
    criteria = {
        q.id: share(sample, [float(v[q.id] in q.satisfied) for (_, v), _ in people], [1.0] * len(people))
        for q in FOUR.criteria
    }
    wholes = {"overall": ["c1", "c2", "c3", "c4"], "factor:a": ["c1", "c2"], "criterion:c3": ["c3"]}
    for name, of in wholes.items():
        figure = found.figures()[name]
        theirs = estimate(sample, mean_of([one for id in of if (one := criteria[id])]))
        assert figure.value == pytest.approx(100 * theirs.value, rel=1e-9, abs=1e-9)
        if figure.error is not None:
            assert (figure.df, figure.error_of) == (theirs.df, ErrorOf.ITSELF)
            assert figure.error == pytest.approx(100 * (theirs.error or 0), rel=1e-6, abs=1e-5)


def test_unequal_weights_lessen_the_effective_sample():
    people, unequal = crowd(40, 40), [1.0, 3.0] * 40
    alike = index(ONE, counted(ONE, people), DRAWN).criteria["c1"]
    heavy = index(ONE, counted(ONE, people, unequal), DRAWN)
    assert alike.effective_n == pytest.approx(80)
    assert heavy.overall.effective_n == pytest.approx(80 / kish(unequal))
    assert heavy.criteria["c1"].effect == pytest.approx(kish(unequal), rel=0.02)


BOTH = Design(recruiting=Recruiting.INVITED, targets={"01": 10, "48": 10}, populations={"01": 40, "48": 5})


def test_targets_are_the_strata_and_known_populations_lessen_the_error():
    """Two communes of Hà Nội in the stratum of their province; more of Đà Nẵng than there are said to be."""
    people = crowd(6, 2, "00004") + crowd(3, 9, "00070") + crowd(5, 5, "20194")
    found = index(ONE, counted(ONE, people), BOTH).overall

    def part(yes: int, n: int) -> float:
        return n / (n - 1) * n * (yes / n) * (1 - yes / n) / 30**2

    assert found.error == pytest.approx(100 * sqrt((1 - 20 / 40) * part(9, 20) + part(5, 10)))
    assert found.df == 28


def test_part_that_cuts_through_a_stratum_is_a_domain_of_it():
    """The people of one commune among those of the province: who is elsewhere adds zeros, as in R's subset."""
    people = crowd(6, 4, "00004") + crowd(3, 9, "00070")
    design = Design(recruiting=Recruiting.INVITED, targets={"01": 10})
    whole = counted(ONE, people)
    parts = {unit: whole.among([unit]) for unit in ("00004", "00070")}
    found = breakdown(ONE, parts, whole=whole, design=design)["00004"]
    sample = Sample(["01"] * 22, [1.0] * 22)
    linear = share(sample, [1.0] * 6 + [0.0] * 16, [1.0] * 10 + [0.0] * 12)
    assert linear is not None
    wanted = estimate(sample, linear)
    assert found.error == pytest.approx(100 * (wanted.error or 0))
    assert found.df == wanted.df
    assert wanted.error != pytest.approx(sqrt(0.24 / 9))
