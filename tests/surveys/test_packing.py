"""Packed answers come back as they were, in as many bytes as ever."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import Answers
from surveys.journey import SKIPPED, Picked
from surveys.layout import HALF, fold, folds, places, unfold, width
from surveys.packing import pack, unpack
from surveys.questionnaire import HIGHEST_NUMBER, Kind, Question
from tests.surveys.making import SHIPPED, answers_to, questionnaire, questionnaires, quick, shipped

NOTHING_TICKED = Picked(frozenset(), done=False)


@quick
@given(st.data())
def test_packing_loses_nothing(data):
    form = data.draw(questionnaires())
    answers = {q.id: data.draw(answers_to(q)) for q in form.questions if q.asked and data.draw(st.booleans())}

    packed, texts = pack(form, answers)

    assert len(packed) == folds(form).size == sum(width(question) for question in form.questions)
    assert unpack(form, packed, texts) == {id: a for id, a in answers.items() if a != NOTHING_TICKED}


@settings(deadline=None, max_examples=15)
@given(st.data())
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_packing_a_shipped_questionnaire_loses_nothing(path: Path, data):
    form = shipped(path)
    answers = {question.id: data.draw(answers_to(question, settled=True)) for question in form.questions}
    packed, texts = pack(form, answers)
    assert unpack(form, packed, texts) == answers
    assert len(packed) == folds(form).size


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_option_of_a_shipped_questionnaire_packs_alone(path: Path):
    form = shipped(path)
    for question in form.questions:
        for code in range(1, len(question.options) + 1):
            answer = Picked(frozenset({code})) if question.kind is Kind.SEVERAL else code
            packed, texts = pack(form, {question.id: answer})
            assert (unpack(form, packed, texts), texts) == ({question.id: answer}, {})


def test_the_full_form_takes_little_more_than_half_a_byte_for_each_question():
    assert {path.stem: folds(shipped(path)).folded for path in SHIPPED} == {"sipas-2026": 44, "sipas-short": 6}


@pytest.mark.parametrize(
    ("kind", "options", "bytes_"),
    [
        (Kind.ONE, 2, 1), (Kind.ONE, 60, 1), (Kind.TEXT, 0, 1), (Kind.NOTE, 0, 1), (Kind.NUMBER, 0, 4),
        (Kind.SEVERAL, 1, 1), (Kind.SEVERAL, 6, 1), (Kind.SEVERAL, 7, 2), (Kind.SEVERAL, 14, 2), (Kind.SEVERAL, 60, 8),
    ],
)  # fmt: skip
def test_width_of_a_question(kind, options, bytes_):
    assert width(Question("q", "?", kind, tuple(map(str, range(options))))) == bytes_


@pytest.mark.parametrize("number", [0, 1, 253, 254, 255, 256, 65_535, HIGHEST_NUMBER])
def test_numbers_at_their_edges_are_neither_missing_nor_left_out(number):
    form = questionnaire(Question("n", "?", Kind.NUMBER, highest=HIGHEST_NUMBER))
    assert unpack(form, *pack(form, {"n": number})) == {"n": number}


@pytest.mark.parametrize("options", [1, 6, 7, 14, 15, 60])
def test_all_options_picked_is_not_left_out(options):
    form = questionnaire(Question("s", "?", Kind.SEVERAL, tuple(map(str, range(options))), optional=True))
    everything = Picked(frozenset(range(1, options + 1)))
    assert unpack(form, *pack(form, {"s": everything})) == {"s": everything}
    assert unpack(form, *pack(form, {"s": SKIPPED})) == {"s": SKIPPED}
    assert unpack(form, *pack(form, {"s": Picked(frozenset())})) == {"s": Picked(frozenset())}


def test_texts_lie_apart_and_an_erased_one_is_still_answered():
    form = questionnaire(Question("t", "?", Kind.TEXT))
    packed, texts = pack(form, {"t": "Cô Lan rất nhiệt tình"})
    assert (packed, texts) == (b"\x01", {"t": "Cô Lan rất nhiệt tình"})
    assert unpack(form, packed, {}) == {"t": ""}


@quick
@given(st.data())
def test_folded_answers_are_shorter_and_lose_nothing(data):
    form = data.draw(questionnaires())
    answers = {q.id: data.draw(answers_to(q, settled=True)) for q in form.questions if q.asked}
    packed, texts = pack(form, answers)
    folded = fold(form, packed)

    assert len(folded) == folds(form).folded
    assert len(folded) < len(packed) or folded == packed
    assert unfold(form, folded) == unfold(form, packed) == packed
    assert unpack(form, folded, texts) == answers


def test_two_questions_share_a_byte_and_what_needs_more_lies_behind():
    form = questionnaire(
        Question("a", "?", options=tuple("123")), Question("n", "?", Kind.NUMBER, highest=9),
        Question("b", "?", options=tuple("abcdefghijkl"), optional=True), Question("t", "?", Kind.TEXT),
        Question("m", "?", options=tuple("abcdefghijklm")),
    )  # fmt: skip

    def folded(answers: Answers) -> str:
        return fold(form, pack(form, answers)[0]).hex(" ")

    assert folded({"a": 3, "n": 7, "b": HALF, "t": "có", "m": 13}) == "3c 10 00 00 00 08 0d"
    assert folded({"b": SKIPPED}) == "0f 00 00 00 00 00 00"
    assert [(question.id, start, end) for question, start, end in places(form)] == [
        ("a", 0, 1), ("n", 1, 5), ("b", 5, 6), ("t", 6, 7), ("m", 7, 8),
    ]  # fmt: skip


def test_a_half_that_holds_what_none_can_is_refused():
    form = questionnaire(Question("a", "?", options=("1", "2")), Question("b", "?", options=("1", "2")))
    with pytest.raises(ValueError):
        fold(form, bytes([1, HALF + 1]))


@pytest.mark.parametrize("packed", [b"", b"\x01\x01\x01"])
def test_bytes_of_another_questionnaire_are_refused(packed):
    form = questionnaire(Question("a", "?", Kind.NOTE), Question("b", "?", Kind.NOTE))
    with pytest.raises(ValueError, match=f"{len(packed)} bytes for a questionnaire of 1"):
        unpack(form, packed, {})
