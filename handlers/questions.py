"""A question as it stands in the chat: one to a screen, big buttons, how far, and the ways back and out."""

from channels.blocks import Block, bold, italic, paragraph, prose
from channels.message import Choice, Message, Style
from handlers import texts
from handlers.choices import token
from storage.enums import ScreenKind
from surveys.fieldwork import Standing
from surveys.journey import Picked, journey
from surveys.questionnaire import Kind, Question

LOOK_AT_ONCE = 8
"""So many answers stand on one page when they are looked through."""


def ask(standing: Standing, *, at: Question | None = None, trouble: str = "") -> Message:
    """The question to answer now, or ``at`` that is to be changed; the review when all are answered."""
    here = journey(standing.questionnaire, standing.answers)
    question = at or here.next
    if question is None:
        return review(standing)
    number = (here.answered.index(question) if question in here.answered else len(here.answered)) + 1
    progress = texts.PROGRESS.format(number=number, total=here.steps)
    body: list[Block] = [paragraph(f"{progress}  {texts.bar(number - 1, here.steps)}")]
    if trouble:
        body.append(paragraph(f"⚠ {trouble}"))
    if question.heading:
        body.append(paragraph(italic(question.heading)))
    body.append(paragraph(bold(question.text)))
    if hint := _hint(question):
        body.append(paragraph(italic(hint)))
    return Message(
        tuple(body),
        (*_options(standing, question), _ways(standing, question, number, changing=at is not None)),
        screen=(ScreenKind.QUESTION, standing.response_id),
    )


def _hint(question: Question) -> str:
    match question.kind:
        case Kind.SEVERAL:
            return texts.SEVERAL_HINT
        case Kind.TEXT:
            return texts.TEXT_HINT.format(limit=texts.number(question.limit))
        case Kind.NUMBER:
            return texts.NUMBER_HINT.format(lowest=question.lowest, highest=question.highest)
        case _:
            return ""


def _options(standing: Standing, question: Question) -> list[tuple[Choice, ...]]:
    place = (standing.response_id, standing.questionnaire.position[question.id])
    answer = standing.answers.get(question.id)
    rows: list[tuple[Choice, ...]] = []
    match question.kind:
        case Kind.ONE:
            chosen = answer if isinstance(answer, int) else 0
            rows = [
                (Choice(token("a", *place, n), ("● " if n == chosen else "") + label),)
                for n, label in enumerate(question.options, 1)
            ]
        case Kind.SEVERAL:
            ticked = answer.options if isinstance(answer, Picked) else frozenset()
            rows = [
                (Choice(token("a", *place, n), ("✅ " if n in ticked else "▫️ ") + label),)
                for n, label in enumerate(question.options, 1)
            ]
            rows.append((Choice(token("a", *place, "ok"), texts.DONE, Style.PRIMARY),))
        case Kind.NOTE:
            rows = [(Choice(token("a", *place, 1), texts.NEXT, Style.PRIMARY),)]
    if question.optional:
        rows.append((Choice(token("a", *place, "-"), texts.SKIP_SENSITIVE if question.sensitive else texts.SKIP),))
    return rows


def _ways(standing: Standing, question: Question, number: int, *, changing: bool) -> tuple[Choice, ...]:
    """Back to the question before, or to the list from which this one is changed; a pause; an explanation."""
    ways = [] if number == 1 else [Choice(token("b", standing.response_id), texts.BACK)]
    if changing:
        ways = [Choice(token("look", standing.response_id, (number - 1) // LOOK_AT_ONCE), texts.BACK)]
    ways.append(Choice(token("p", standing.response_id), texts.PAUSE))
    if question.explain:
        ways.append(
            Choice(token("a", standing.response_id, standing.questionnaire.position[question.id], "?"), texts.EXPLAIN)
        )
    return tuple(ways)


def review(standing: Standing) -> Message:
    """All is answered: send it, or look through it first."""
    total = len(journey(standing.questionnaire, standing.answers).answered)
    body = prose(texts.REVIEW.format(total=total))
    send = Choice(token("send", standing.response_id), texts.SEND, Style.SUCCESS)
    look = Choice(token("look", standing.response_id, 0), texts.LOOK_THROUGH)
    ways = (
        Choice(token("b", standing.response_id), texts.BACK),
        Choice(token("p", standing.response_id), texts.PAUSE),
    )
    return Message(body, ((send,), (look,), ways), screen=(ScreenKind.QUESTION, standing.response_id))
