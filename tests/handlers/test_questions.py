"""Every question of every shipped questionnaire as it stands in the chat, with the largest ids there can be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.message import TOKEN_BYTES, Choice, Message
from channels.telegram_text import TEXT_LIMIT, split, units
from handlers.choices import chosen, plain
from handlers.questions import ask, review
from handlers.sending import look
from storage.enums import ScreenKind, SurveyStatus
from storage.responses import ID_BITS
from storage.surveys import SurveyInfo
from surveys.fieldwork import Standing
from surveys.journey import SKIPPED, Answer, Picked
from surveys.questionnaire import Kind, Question, Questionnaire
from tests.surveys.making import SHIPPED, questionnaire, shipped

LARGEST = (1 << ID_BITS) - 1
TOAST = 190
"""A toast holds no more."""
SURVEY = SurveyInfo(
    2**31 - 1, 2**31 - 1, "Khảo sát", SurveyStatus.OPEN, b"k" * 32, datetime(2026, 11, 23, tzinfo=UTC), None, None
)
forms = pytest.mark.parametrize("form", [shipped(path) for path in SHIPPED], ids=[path.stem for path in SHIPPED])


def standing(form: Questionnaire, answers: dict[str, Answer]) -> Standing:
    return Standing(LARGEST, SURVEY, "00004", form, answers)


def last_answer(question: Question) -> Answer:
    """The answer with the longest token, everything ticked."""
    match question.kind:
        case Kind.SEVERAL:
            return Picked(frozenset(range(1, len(question.options) + 1)))
        case Kind.TEXT:
            return "chữ " * 200
        case _:
            return max(len(question.options), 1)


def screens(form: Questionnaire) -> list[tuple[Question, Message]]:
    """Each question twice: before it is answered, and shown again with its answer."""
    answers: dict[str, Answer] = {}
    found = []
    for question in form.questions:
        found.append((question, ask(standing(form, answers))))
        answers[question.id] = last_answer(question)
        found.append((question, ask(standing(form, answers), at=question)))
    return found


@forms
def test_every_button_fits_into_its_token_and_leads_nowhere_twice(form: Questionnaire):
    for question, message in screens(form):
        tokens = [choice.token for choice in message.choices]
        assert max(len(token.encode()) for token in tokens) <= TOKEN_BYTES
        assert len(set(tokens)) == len(tokens), question.id


@forms
def test_every_question_is_one_message_that_says_it_whole(form: Questionnaire):
    for question, message in screens(form):
        assert len(split(message.body)) == 1
        assert [block.text for block in message.body if block.text == question.text] == [question.text]
        assert message.screen == (ScreenKind.QUESTION, LARGEST)
        assert len(question.explain) <= TOAST


@forms
def test_questions_are_counted_to_the_end(form: Questionnaire):
    first_shown = [message for _, message in screens(form)][::2]
    assert [message.body[0].text.split("  ")[0] for message in first_shown] == [
        f"Câu {n}/{len(form.questions)}" for n in range(1, len(form.questions) + 1)
    ]


@forms
def test_first_question_has_no_way_back_and_all_others_do(form: Questionnaire):
    first_shown = [message for _, message in screens(form)][::2]
    ways = [f"b:{LARGEST}" in [choice.token for choice in message.choices] for message in first_shown]
    assert ways == [False] + [True] * (len(form.questions) - 1)


@forms
def test_every_option_can_be_typed_as_a_number_or_as_its_label(form: Questionnaire):
    for question in form.questions:
        options = [Choice(str(n), label) for n, label in enumerate(question.options, 1)]
        for option in options:
            for said in (option.token, option.label, plain(option.label), option.label.upper()):
                assert chosen(said, options) is option, (question.id, said)


@forms
def test_review_and_look_through_fit(form: Questionnaire):
    answers = {question.id: last_answer(question) for question in form.questions}
    done = standing(form, answers)
    assert ask(done) == review(done)
    for page in range(len(form.questions) // 8 + 1):
        message = look(done, page)
        assert len(split(message.body)) == 1
        assert max(len(choice.token.encode()) for choice in message.choices) <= TOKEN_BYTES


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_consent_is_shown_whole_in_one_message(path: Path):
    form = shipped(path)
    assert units(form.consent.text) < TEXT_LIMIT - 100
    assert units(form.intro) < TEXT_LIMIT - 500


def test_what_was_chosen_is_marked():
    full = shipped(SHIPPED[0])
    several = next(question for question in full.questions if question.kind is Kind.SEVERAL)
    one = full.questions[0]
    ticked = ask(standing(full, {several.id: Picked(frozenset({2}), done=False)}), at=several)
    dotted = ask(standing(full, {one.id: 2}), at=one)
    left_out = ask(standing(full, {one.id: SKIPPED}), at=one)
    assert [choice.label[0] for choice in ticked.choices[:3]] == ["▫", "✅", "▫"]
    assert [choice.label for choice in dotted.choices[:2]] == ["Nam", "● Nữ"]
    assert [choice.label for choice in left_out.choices[:2]] == ["Nam", "Nữ"]


@pytest.mark.parametrize(
    ("image", "shown"), [("", False), ("bien.png", False), (f"{'a' * 64} image/png bien so.png", True)]
)
def test_a_kept_picture_is_shown_with_its_question(image: str, shown: bool):
    form = questionnaire(Question("q", "Ảnh này là gì?", options=("Biển", "Khác"), image=image))
    picture = ask(standing(form, {})).picture
    assert (picture is not None) is shown
    if picture is not None:
        assert (picture.sha256, picture.mime, picture.name) == ("a" * 64, "image/png", "bien so.png")


@pytest.mark.parametrize(("options", "page", "labels", "turning"), [
    (10, 0, range(1, 11), []), (11, 0, range(1, 11), ["▶"]), (11, 1, range(11, 12), ["◀"]),
    (25, 1, range(11, 21), ["◀", "▶"]), (25, 9, range(1, 11), ["▶"]),
])  # fmt: skip
def test_long_lists_stand_on_pages(options: int, page: int, labels: range, turning: list[str]):
    form = questionnaire(Question("q", "Ở đâu?", options=tuple(f"Nơi {n}" for n in range(1, options + 1))))
    rows = ask(standing(form, {}), page=page).rows
    assert [row[0].label for row in rows if row[0].label.startswith("Nơi")] == [f"Nơi {n}" for n in labels]
    assert [choice.label for row in rows for choice in row if choice.label in "◀▶"] == turning


def test_shuffled_options_stay_as_they_are_for_one_person_and_keep_their_numbers():
    form = questionnaire(Question("q", "?", options=tuple(f"Nơi {n}" for n in range(1, 9)), shuffled=True))
    seen = [[(c.label, c.token) for row in ask(standing(form, {})).rows[:8] for c in row] for _ in range(2)]
    assert seen[0] == seen[1]
    assert [label for label, _ in seen[0]] != [f"Nơi {n}" for n in range(1, 9)]
    assert all(token.endswith(f":{label.split()[1]}") for label, token in seen[0])


@pytest.mark.parametrize(
    ("lowest", "highest", "told"),
    [
        (18, 110, "Xin nhập một số từ 18 đến 110."), (-(2 * 10**9), 2 * 10**9, "Xin nhập một số."),
        (1, 2 * 10**9, "Xin nhập một số từ 1 trở lên."), (-(2 * 10**9), 50, "Xin nhập một số không quá 50."),
    ],
)  # fmt: skip
def test_number_that_may_be_any_is_asked_for_without_its_far_ends(lowest: int, highest: int, told: str):
    age = Question("age", "Tuổi?", Kind.NUMBER, lowest=lowest, highest=highest)

    assert ask(standing(questionnaire(age), {})).body[-1].text == told


def test_note_is_gone_on_from_and_not_left_out():
    note = Question("n", "Phần một.", Kind.NOTE, optional=True)

    assert [choice.label for choice in ask(standing(questionnaire(note), {})).choices] == ["Tiếp tục ▶", "⏸ Tạm dừng"]


@pytest.mark.parametrize(
    ("given", "shown"), [(1.5, "1,5"), (0.125, "0,125"), (1250.0, "1.250"), (1500.25, "1.500,25")]
)
def test_sum_is_looked_through_as_it_was_given(given: float, shown: str):
    fee = Question("fee", "Lệ phí?", Kind.DECIMAL)

    assert look(standing(questionnaire(fee), {"fee": given}), 0).body[-1].text == f"1. Lệ phí: {shown}"


def test_notes_are_not_looked_through_as_answers():
    note, age = Question("n", "Phần một.", Kind.NOTE, optional=True), Question("age", "Tuổi?", Kind.NUMBER)

    looked = look(standing(questionnaire(note, age), {"n": 1, "age": 60}), 0)

    assert [block.text for block in looked.body[1:]] == ["2. Tuổi: 60"]
    assert [choice.label for choice in looked.choices] == ["✏ 2", "Tiếp tục ▶"]


def test_range_of_numbers_stands_abreast():
    score = Question("s", "Cho điểm?", options=tuple(map(str, range(1, 11))))

    rows = ask(standing(questionnaire(score), {})).rows

    assert [len(row) for row in rows] == [5, 5, 1]
