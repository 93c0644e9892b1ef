"""Pages of a questionnaire: each question on one of them, in order, at most ten rows of a matrix together."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pages.fields import field
from pages.forms import answer
from pages.paging import MOST_ROWS, path, sheet_with, sheets
from pages.texts import VI as SAID
from surveys.answers import Answer, Picked, Place, Ranked, Rejected
from surveys.expression import parse
from surveys.fieldwork import Standing
from surveys.journey import journey, record
from surveys.questionnaire import Kind, Question
from surveys.words import VI
from tests.surveys.making import SHIPPED, answers_to, questionnaire, questionnaires, quick, shipped


@quick
@given(questionnaires())
def test_every_question_stands_on_one_page_in_order(form):
    assert [q.id for sheet in sheets(form) for q in sheet] == [q.id for q in form.questions if q.asked]


@given(st.integers(1, 200))
def test_rows_are_spread_evenly(rows: int):
    matrix = [Question(f"r{n}", f"Dòng {n}", options=("A", "B"), group="m") for n in range(rows)]

    sizes = [len(sheet) for sheet in sheets(questionnaire(*matrix))]

    assert (sum(sizes), len(sizes)) == (rows, -(-rows // MOST_ROWS))
    assert max(sizes) <= MOST_ROWS
    assert max(sizes) - min(sizes) <= 1


def test_the_long_form_has_few_pages():
    assert {file.stem: len(sheets(shipped(file))) for file in SHIPPED} == {"sipas-2026": 19, "sipas-short": 6}


def test_pages_end_where_nothing_more_may_be_asked():
    ends = Question("b", "B", options=("1", "2"), group="m", ends_if=parse("selected(., '2')"))
    rows = [
        Question("a", "A", options=("1", "2"), group="m"),
        ends,
        Question("c", "C", options=("1", "2"), group="m"),
    ]

    assert [[q.id for q in sheet] for sheet in sheets(questionnaire(*rows))] == [["a", "b"], ["c"]]


def sent(question: Question, name: str, given: Answer) -> dict[str, list[str]]:
    """What a person does with the form to give this answer."""
    match given:
        case Picked(options):
            return {name: [str(n) for n in sorted(options)]}
        case Ranked(order):
            return {f"{name}-{option}": [str(rank)] for rank, option in enumerate(order, 1)}
        case Place(latitude, longitude):
            return {f"{name}-y": [f"{latitude:.5f}"], f"{name}-x": [f"{longitude:.5f}"]}
        case int(number) if question.kind is Kind.DATE:
            return {name: [f"{date.fromordinal(number):%d/%m/%Y}"]}
        case int(number) if question.kind is Kind.TIME:
            return {name: [f"{number // 60}:{number % 60:02}"]}
        case _:
            return {name: [str(given)]}


WRITTEN = (Kind.ONE, Kind.SEVERAL, Kind.RANK, Kind.NUMBER, Kind.PLACE, Kind.TIME, Kind.NOTE)


@quick
@given(questionnaires(), st.data())
def test_answers_are_on_the_path_only_and_each_page_shows_what_was_answered(form, data):
    """Page by page, forward and now and then back: what is kept is what the journey reaches, never more."""
    answers: dict[str, Answer] = {}
    for _ in range(12):
        here = journey(form, answers)
        pages = path(form, here)
        if not pages:
            break
        sheet = data.draw(st.sampled_from([pages[-1], *pages]))
        question = sheet[0]
        if question.kind not in WRITTEN:
            break
        name = f"q{form.position[question.id]}"
        wanted = data.draw(answers_to(question, settled=True).filter(lambda a: not isinstance(a, str)))
        if not isinstance(wanted, int | Picked | Ranked | Place):
            continue
        try:
            given = answer(question, name, sent(question, name, wanted))
            answers = record(form, answers, question.id, given)
        except Rejected:
            continue
        assert sheet_with(path(form, journey(form, answers)), question) >= 0
        standing = Standing(1, None, "", form, answers)  # type: ignore[arg-type]
        shown = field(standing, question, VI, SAID)
        assert shown.name == name
        if question.kind is Kind.ONE:
            assert [option.value for option in shown.options if option.chosen] == [str(given)]
    reached = {q.id for q in journey(form, answers).answered}
    assert reached <= answers.keys()
