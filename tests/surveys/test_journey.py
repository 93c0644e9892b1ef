"""Where a respondent stands, whatever was answered, amended, taken back or refused before."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expression import any_chosen, parse
from surveys.journey import SKIPPED, Answer, Answers, Picked, Ranked, Rejected, accepted, back, journey, record
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.words import VI
from tests.surveys.making import answers_to, questionnaire, questionnaires, quick, unusable_answers

LEVELS = ("Kém", "Vừa", "Tốt")
FORM = questionnaire(
    Question("used", "Đã làm thủ tục?", options=("Có", "Chưa")),
    Question("where", "Ở đâu?", Kind.SEVERAL, ("Xã", "Tỉnh", "Mạng"), ask_if=any_chosen({"used": "1"})),
    Question("web", "Trang mạng thế nào?", options=LEVELS, ask_if=any_chosen({"where": "3"})),
    Question("times", "Mấy lần?", Kind.NUMBER, lowest=1, highest=20, ask_if=any_chosen({"used": "1"})),
    Question("why", "Vì sao?", Kind.TEXT, optional=True, limit=10),
    Question("bye", "Sắp xong.", Kind.NOTE),
    Question("all", "Nói chung?", options=LEVELS),
)
EVERYTHING: dict[str, Answer] = {
    "used": 1, "where": Picked(frozenset({1, 3})), "web": 2, "times": 3, "why": "Nhanh", "bye": 1, "all": 3,
}  # fmt: skip


def ids(asked: tuple[Question, ...]) -> list[str]:
    return [question.id for question in asked]


def asked(form: Questionnaire, answers: Answers) -> set[str]:
    """Which questions these answers call for, told from the conditions alone."""

    def holds(question: Question) -> bool:
        waits: list[tuple[str, set[int]]] = []
        for condition in (question.ask_if, question.filter):
            codes: dict[str, set[int]] = {}
            for id, code in condition.waits_for if condition else ():
                codes.setdefault(id, set()).add(int(code))
            waits += codes.items()
        for id, wanted in waits:
            answer = answers.get(id) if holds(form.question(id)) else None
            chosen = {answer} if isinstance(answer, int) else answer.options if isinstance(answer, Picked) else set()
            chosen = set(answer.order) if isinstance(answer, Ranked) else chosen
            if not chosen & wanted:
                return False
        return True

    return {question.id for question in form.questions if question.asked and holds(question)}


def askable(form: Questionnaire) -> list[Question]:
    return [question for question in form.questions if question.asked]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Questionnaire, list[dict[str, Answer]]]:
    """A questionnaire, and the answers after each of up to 25 things that a person did with it."""
    form = draw(questionnaires())
    answers: dict[str, Answer] = {}
    been = [answers]
    for _ in range(draw(st.integers(0, 25))):
        here = journey(form, answers)
        what = draw(st.sampled_from(["answer", "answer", "answer", "amend", "anything", "back"]))
        if what == "back":
            answers = back(form, answers)
        else:
            at = here.next if what == "answer" and here.next else draw(st.sampled_from(askable(form)))
            said = draw(unusable_answers() if what == "anything" else answers_to(at))
            try:
                answers = record(form, answers, at.id, said)
            except Rejected:
                pass
        been.append(answers)
    return form, been


@quick
@given(walks())
def test_answers_are_always_exactly_to_what_is_asked(walk):
    form, been = walk
    for answers in been:
        assert answers.keys() <= asked(form, answers)
        here = journey(form, answers)
        if here.next is None and here.ended_by is None:
            assert list(answers) == ids(here.answered)
            assert answers.keys() == asked(form, answers)


@quick
@given(walks())
def test_journey_stops_at_the_first_question_without_a_settled_answer(walk):
    form, been = walk
    for answers in been:
        here = journey(form, answers)
        settled = {id for id, a in answers.items() if not (isinstance(a, Picked | Ranked) and not a.done)}
        assert set(ids(here.answered)) <= settled
        assert here.next is None or here.next.id not in settled
        assert len(here.answered) + (here.next is not None) <= here.steps <= len(form.questions)


@quick
@given(walks(), st.data())
def test_answering_and_going_back_leaves_things_as_they_were_but_for_ticks(walk, data):
    form, been = walk
    at = journey(form, been[-1]).next
    if at is None:
        return
    before = {id: answer for id, answer in been[-1].items() if form.position[id] < form.position[at.id]}

    said = record(form, before, at.id, data.draw(answers_to(at, settled=True)))
    after = back(form, said)

    ticked = said[at.id]
    assert after == before | ({at.id: replace(ticked, done=False)} if isinstance(ticked, Picked) else {})
    assert journey(form, after).next == at


@quick
@given(walks())
def test_going_back_again_and_again_ends_at_the_start_one_question_at_a_time(walk):
    form, been = walk
    answers = been[-1]
    steps = ids(journey(form, answers).answered)
    while steps:
        answers = back(form, answers)
        assert ids(journey(form, answers).answered) == steps[:-1]
        steps.pop()
    start = journey(form, answers)
    assert start.answered == ()
    assert start.next == form.questions[0]


@quick
@given(walks(), st.data())
def test_an_amendment_takes_only_what_is_not_asked_any_more(walk, data):
    form, been = walk
    before = been[-1]
    if not before:
        return
    at = data.draw(st.sampled_from(sorted(before)))

    after = record(form, before, at, data.draw(answers_to(form.question(at))))

    still = {id: answer for id, answer in before.items() if id != at and id in asked(form, after)}
    assert {id: answer for id, answer in after.items() if id != at} == still


@quick
@given(walks(), unusable_answers(), st.data())
def test_what_is_rejected_changes_nothing_and_has_a_reason(walk, said, data):
    form, been = walk
    before = dict(been[-1])
    at = data.draw(st.sampled_from(askable(form)))
    reason = ""
    try:
        record(form, been[-1], at.id, said)
    except Rejected as rejected:
        reason = rejected.reason
    assert reason in {"", *VI.rejected}
    assert been[-1] == before


def test_questions_come_in_order_and_skip_what_does_not_apply():
    answers: dict[str, Answer] = {}
    given_now: dict[str, Answer] = {"used": 2, "why": SKIPPED, "bye": 1, "all": 1}
    came = []
    for id, answer in given_now.items():
        came.append(getattr(journey(FORM, answers).next, "id", None))
        answers = record(FORM, answers, id, answer)

    assert came == ["used", "why", "bye", "all"]
    assert journey(FORM, answers).next is None
    assert journey(FORM, answers).steps == 4


def test_steps_are_known_as_far_as_the_answers_decide_them():
    assert [journey(FORM, a).steps for a in ({}, {"used": 1}, {"used": 2})] == [4, 6, 4]


def test_amending_an_early_answer_drops_what_hung_on_it_alone():
    assert record(FORM, EVERYTHING, "used", 2) == {"used": 2, "why": "Nhanh", "bye": 1, "all": 3}


def test_an_answer_that_does_not_fit_any_more_after_an_amendment_is_asked_again():
    form = questionnaire(
        Question("handed_in", "Nộp ngày nào?", Kind.DATE),
        Question("got", "Nhận ngày nào?", Kind.DATE, constraint=parse(". >= ${handed_in}")),
        Question("times", "Mấy lần?", Kind.NUMBER),
    )
    answers: dict[str, Answer] = {"handed_in": 739_000, "got": 739_010, "times": 2}

    assert record(form, answers, "handed_in", 739_005) == answers | {"handed_in": 739_005}
    amended = record(form, answers, "handed_in", 739_020)
    assert amended == {"handed_in": 739_020, "times": 2}
    coming = journey(form, amended).next
    assert coming is not None
    assert coming.id == "got"
    assert record(form, {"got": 739_010, "times": 2}, "handed_in", 739_001)["got"] == 739_010


def test_ticking_an_early_question_again_keeps_every_later_answer():
    """One tick is an unfinished answer in the middle; it once took all the answers after it with it."""
    ticking = record(FORM, EVERYTHING, "where", Picked(frozenset({1, 2, 3}), done=False))
    assert ticking == EVERYTHING | {"where": Picked(frozenset({1, 2, 3}), done=False)}
    assert journey(FORM, ticking).next == FORM.question("where")

    done = record(FORM, ticking, "where", Picked(frozenset({1, 2, 3})))
    assert done == EVERYTHING | {"where": Picked(frozenset({1, 2, 3}))}
    assert journey(FORM, done).next is None


def test_an_answer_that_opens_a_question_keeps_the_later_ones():
    without = record(FORM, EVERYTHING, "where", Picked(frozenset({1})))
    assert "web" not in without

    opened = record(FORM, without, "where", Picked(frozenset({3})))

    assert opened == without | {"where": Picked(frozenset({3}))}
    assert journey(FORM, opened).next == FORM.question("web")
    assert journey(FORM, record(FORM, opened, "web", 1)).next is None


@pytest.mark.parametrize(
    ("id", "said", "kept"),
    [
        ("used", 1, 1),
        ("where", Picked(frozenset({2})), Picked(frozenset({2}))),
        ("where", Picked(frozenset(), done=False), Picked(frozenset(), done=False)),
        ("times", 20, 20),
        ("why", "  tốt \n", "tốt"),
        ("why", SKIPPED, SKIPPED),
        ("bye", "gì cũng được", 1),
        ("bye", SKIPPED, SKIPPED),
    ],
)
def test_answer_is_accepted(id, said, kept):
    assert accepted(FORM.question(id), said) == kept


@pytest.mark.parametrize(
    ("id", "said", "reason"),
    [
        ("used", 0, "no_such_option"),
        ("used", 3, "no_such_option"),
        ("used", "Có", "no_such_option"),
        ("used", Picked(frozenset({1})), "no_such_option"),
        ("used", SKIPPED, "required"),
        ("where", Picked(frozenset()), "pick_one_at_least"),
        ("where", Picked(frozenset({1, 4})), "no_such_option"),
        ("where", Picked(frozenset({0}), done=False), "no_such_option"),
        ("where", 1, "no_such_option"),
        ("times", 0, "out_of_range"),
        ("times", 21, "out_of_range"),
        ("times", "hai", "not_a_number"),
        ("why", " \n ", "required"),
        ("why", "x" * 11, "too_long"),
        ("why", 1, "no_such_option"),
    ],
)
def test_answer_is_rejected_with_its_reason(id: str, said: Any, reason: str):
    with pytest.raises(Rejected) as caught:
        accepted(FORM.question(id), said)
    assert caught.value.reason == reason


@pytest.mark.parametrize("id", ["web", "all", "no such question"])
def test_a_question_that_is_not_asked_takes_no_answer(id):
    with pytest.raises(Rejected) as caught:
        record(FORM, {"used": 1}, id, 1)
    assert caught.value.reason == "not_asked"


def test_of_a_filtered_ranking_only_what_is_offered_is_ranked():
    where = Question("where", "Ở đâu?", options=("Bắc", "Nam"))
    columns = ({"at": "1"}, {"at": "2"}, {"at": "1"})
    rank = Question("rank", "Xếp?", Kind.RANK, ("A", "B", "C"), columns=columns, filter=parse("at = ${where}"))
    form = questionnaire(where, rank)

    assert record(form, {"where": 1}, "rank", Ranked((3, 1))) == {"where": 1, "rank": Ranked((3, 1))}
    for order, reason in (((1,), "rank_all"), ((1, 2, 3), "no_such_option")):
        with pytest.raises(Rejected) as caught:
            record(form, {"where": 1}, "rank", Ranked(order))
        assert caught.value.reason == reason
