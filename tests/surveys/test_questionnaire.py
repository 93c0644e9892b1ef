"""A questionnaire that contradicts itself is never made, and says which question is at fault."""

import pytest

from surveys.expression import any_chosen
from surveys.questionnaire import BadQuestionnaire, ConsentText, Domain, Factor, Kind, Question, Questionnaire
from tests.surveys.making import questionnaire

YES_NO = ("Có", "Không")
LEVELS = ("Kém", "Vừa", "Tốt")


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        (Question("q", "?"), "kind one and its options do not fit"),
        (Question("q", "?", Kind.SEVERAL), "kind several and its options do not fit"),
        (Question("q", "?", Kind.TEXT, YES_NO), "kind text and its options do not fit"),
        (Question("q", "?", Kind.SEVERAL, tuple(map(str, range(61)))), "more than 60 options"),
        (Question("q", "?", options=tuple(map(str, range(5001)))), "more than 5000 options"),
        (Question("q", "?", options=("Có", "Có")), "two options read the same"),
        (Question("q", "?", options=("Có", " ")), "an option says nothing"),
        (Question("q", "?", options=LEVELS, satisfied=frozenset({4})), "satisfied options must be among 1..3"),
        (Question("q", "?", options=LEVELS, satisfied=frozenset({0})), "satisfied options must be among 1..3"),
        (Question("q", "?", options=LEVELS, factor="f"), "a criterion needs one option and a scale with 'satisfied'"),
        (Question("q", "?", Kind.SEVERAL, LEVELS, factor="f", satisfied=frozenset({3})), "a criterion needs one"),
        (Question("q", "?", options=LEVELS, factor="g", satisfied=frozenset({3})), "there is no factor 'g'"),
        (
            Question("q", "?", options=YES_NO, ask_if=any_chosen({"z": "1"})),
            "ask_if names 'z', which is not asked before",
        ),
        (
            Question("q", "?", options=YES_NO, ask_if=any_chosen({"q": "1"})),
            "ask_if names 'q', which is not asked before",
        ),
        (
            Question("q", "?", options=YES_NO, ask_if=any_chosen({"first": "13"})),
            "ask_if waits for '3' of 'first', which is no option",
        ),
        (Question("first", "?", options=YES_NO), "its id is used twice"),
        (
            Question("q", "?", Kind.NUMBER, lowest=-(2**32), highest=0),
            "'min' and 'max' must be in order and at most 4294967291 apart",
        ),
        (
            Question("q", "?", Kind.NUMBER, lowest=5, highest=4),
            "'min' and 'max' must be in order and at most 4294967291 apart",
        ),
        (
            Question("q", "?", Kind.NUMBER, highest=2**32 - 2),
            "'min' and 'max' must be in order and at most 4294967291 apart",
        ),
        (Question("q", "?", options=LEVELS, weight=0), "'weight' must be a number above 0"),
        (Question("q", "?", options=LEVELS, weight=float("nan")), "'weight' must be a number above 0"),
        (Question("q", "?", options=LEVELS, weight=float("inf")), "'weight' must be a number above 0"),
    ],
)
def test_bad_question_is_named(question: Question, problem: str):
    with pytest.raises(BadQuestionnaire) as caught:
        questionnaire(Question("first", "?", options=YES_NO), question)
    assert str(caught.value).startswith(f"question {question.id}: {problem}")


def test_factor_of_no_domain_is_named():
    with pytest.raises(BadQuestionnaire, match=r"^factor f: there is no domain 'e'$"):
        Questionnaire(
            "k", "T", "I", ConsentText("1", "C"), "X", (Question("q", "?", Kind.NOTE),),
            factors=(Factor("f", "e", "F"),), domains=(Domain("d", "D"),),
        )  # fmt: skip


def test_questions_are_found_by_place_and_by_id():
    first, second = Question("a", "Thứ nhất?", Kind.NOTE, short="Nhất"), Question("b", "Thứ hai?", Kind.NOTE)
    form = questionnaire(first, second)
    assert form.position == {"a": 0, "b": 1}
    assert form.question("b") is second
    assert (first.label, second.label) == ("Nhất", "Thứ hai?")
    assert form.criteria == ()
