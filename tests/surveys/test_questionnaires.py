"""The questionnaires that we ship."""

import unicodedata
from collections import Counter

import pytest

from surveys.questionnaire import Kind
from tests.surveys.making import SHIPPED, shipped

FULL, SHORT = (shipped(path) for path in SHIPPED)


def test_the_full_form_has_the_structure_of_the_official_one():
    assert (FULL.key, len(FULL.questions), len(FULL.criteria)) == ("sipas-2026", 85, 39)
    domain_of = {factor.id: factor.domain for factor in FULL.factors}
    assert Counter(domain_of[question.factor] for question in FULL.criteria) == {"policy": 23, "service": 16}
    assert list(Counter(question.factor for question in FULL.criteria).values()) == [2, 2, 9, 10, 3, 4, 3, 3, 3]
    assert Counter(question.kind for question in FULL.questions) == {Kind.ONE: 83, Kind.SEVERAL: 1, Kind.TEXT: 1}


def test_the_short_form_has_one_criterion_for_each_factor_of_services():
    assert (SHORT.key, len(SHORT.questions), len(SHORT.criteria)) == ("sipas-short", 11, 5)
    assert [question.factor for question in SHORT.criteria] == [factor.id for factor in SHORT.factors]


def test_only_what_may_be_skipped_may_be_skipped():
    assert [q.id for q in FULL.questions if q.optional] == ["ethnicity", "q5", "q6", FULL.questions[-1].id]
    assert [q.id for q in SHORT.questions if q.optional] == ["comment"]


@pytest.mark.parametrize("form", [FULL, SHORT], ids=lambda form: form.key)
def test_satisfied_are_the_upper_two_of_five_and_all_weigh_the_same(form):
    scale = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
    assert {(q.options, q.satisfied, q.weight) for q in form.criteria} == {(scale, frozenset({4, 5}), 1.0)}


@pytest.mark.parametrize("form", [FULL, SHORT], ids=lambda form: form.key)
def test_texts_are_composed_and_tidy(form):
    for question in form.questions:
        for text in (question.text, question.heading, question.short, question.explain, *question.options):
            assert text == unicodedata.normalize("NFC", text).strip()
            assert "  " not in text
