"""A question as it stands in the chat: one to a screen, big buttons, how far, and the ways back and out."""

import random

from channels.blocks import Block, bold, italic, paragraph, prose
from channels.message import Choice, File, Message, Style, kept
from handlers import texts
from handlers.choices import token
from storage.enums import Mode, ScreenKind
from storage.geography import place_name
from surveys.answers import Picked, Ranked
from surveys.fieldwork import Standing
from surveys.journey import journey, offered
from surveys.questionnaire import Kind, Question
from surveys.words import Words, language_name, words

LOOK_AT_ONCE = 8
"""So many answers stand on one page when they are looked through."""
AT_ONCE = 10
"""So many options stand on one page."""
MOST_NUMBERS = 10
NUMBERS_ABREAST = 5
FAST = (3, 5)
"""Fast answers are told about for so many rows at least, and for so many at a time."""


def spoken(standing: Standing) -> Words:
    return words(standing.questionnaire.language)


def ask(standing: Standing, *, at: Question | None = None, trouble: str = "", page: int = 0) -> Message:
    """The question to answer now, or ``at`` that is to be changed; when there is none left, the end."""
    here = journey(standing.questionnaire, standing.answers)
    question = at or here.next
    if question is None:
        return review(standing) if here.ended_by is None else not_for_you(standing)
    said = spoken(standing)
    number = (here.answered.index(question) if question in here.answered else len(here.answered)) + 1
    progress = said.progress.format(number=number, total=here.steps)
    body: list[Block] = [paragraph(f"{progress}  {texts.bar(number - 1, here.steps)}")]
    if standing.mode is Mode.INTERVIEW:
        body.insert(0, paragraph(texts.INTERVIEW_AT.format(place=place_name(standing.unit))))
    if trouble:
        body.append(paragraph(f"⚠ {trouble}"))
    if question.heading:
        body.append(paragraph(italic(question.heading)))
    body.append(paragraph(bold(question.text)))
    body += [paragraph(italic(hint)) for hint in _hints(standing, question, said) if hint]
    return Message(
        tuple(body),
        (
            *_options(standing, question, said, page),
            *_ways(standing, question, number, said, changing=at is not None),
        ),
        picture=_picture(question),
        screen=(ScreenKind.QUESTION, standing.response_id),
    )


def _picture(question: Question) -> File | None:
    """The picture of a question, which is kept as 'sha256 type name'."""
    if question.image.count(" ") < 2:
        return None
    sha256, mime, name = question.image.split(" ", 2)
    return kept(name, mime, sha256)


def _hints(standing: Standing, question: Question, said: Words) -> list[str]:
    hints = [question.hint]
    span = said.span(question.lowest, question.highest, texts.number)
    match question.kind:
        case Kind.SEVERAL:
            hints.append(said.several_hint)
        case Kind.RANK:
            hints.append(said.rank_hint)
        case Kind.TEXT:
            hints.append(said.text_hint.format(limit=texts.number(question.limit)))
        case Kind.NUMBER if not _few(question):
            hints.append(said.number_hint.format(range=span))
        case Kind.DECIMAL:
            hints.append(said.decimal_hint.format(range=span))
        case Kind.DATE:
            hints.append(said.day_hint)
        case Kind.TIME:
            hints.append(said.time_hint)
        case Kind.FILE:
            hints.append(said.file_hint)
        case Kind.PLACE:
            hints.append(said.place_hint)
        case Kind.ONE:
            if len(offered(standing.questionnaire, standing.answers, question)) > AT_ONCE:
                hints.append(said.list_hint)
            hints.append(_fast(standing, question, said))
    return hints


def rows_at_once(standing: Standing, question: Question) -> int:
    """How many rows of its matrix, from this question on, can be answered by one line of digits."""
    if len(question.options) > 9 or question.filter is not None:
        return 1
    return min(len(standing.questionnaire.block(question)), FAST[1])


def _fast(standing: Standing, question: Question, said: Words) -> str:
    """That several rows can be answered at once, said where a matrix begins."""
    rows = rows_at_once(standing, question)
    before = standing.questionnaire.position[question.id] - 1
    begins = before < 0 or standing.questionnaire.questions[before].group != question.group
    if rows < FAST[0] or not begins:
        return ""
    top = len(question.options)
    example = "".join(str(max(1, top - n % 2)) for n in range(rows))
    return said.fast_hint.format(rows=rows, example=example)


def _few(question: Question) -> bool:
    return question.kind is Kind.NUMBER and question.highest - question.lowest < MOST_NUMBERS and question.lowest >= 0


def _options(standing: Standing, question: Question, said: Words, page: int) -> list[tuple[Choice, ...]]:
    place = (standing.response_id, standing.questionnaire.position[question.id])
    answer = standing.answers.get(question.id)
    rows: list[tuple[Choice, ...]] = []
    match question.kind:
        case Kind.ONE | Kind.SEVERAL | Kind.RANK:
            rows = _listed(standing, question, page)
        case Kind.NUMBER if _few(question):
            numbers = [
                Choice(token("a", *place, n), ("● " if n == answer else "") + str(n))
                for n in range(question.lowest, question.highest + 1)
            ]
            rows = [tuple(numbers[at : at + NUMBERS_ABREAST]) for at in range(0, len(numbers), NUMBERS_ABREAST)]
        case Kind.DATE:
            rows = [(Choice(token("a", *place, "t"), said.today), Choice(token("a", *place, "y"), said.yesterday))]
        case Kind.NOTE:
            rows = [(Choice(token("a", *place, 1), said.next, Style.PRIMARY),)]
    if question.kind is Kind.RANK and isinstance(answer, Ranked):
        rows.append((Choice(token("a", *place, "r"), said.again),))
    if question.kind is Kind.SEVERAL:
        rows.append((Choice(token("a", *place, "ok"), said.done, Style.PRIMARY),))
    nothing = [("k", said.dont_know, question.unknown), ("x", said.inapplicable, question.inapplicable)]
    nothing.append(
        (
            "-",
            said.skip_sensitive if question.sensitive else said.skip,
            question.optional and question.kind is not Kind.NOTE,
        )
    )
    ways = tuple(Choice(token("a", *place, mark), label) for mark, label, may in nothing if may)
    return [*rows, *((way,) for way in ways)]


def _listed(standing: Standing, question: Question, page: int) -> list[tuple[Choice, ...]]:
    """A page of the options on offer, each with how it stands, and the ways to the other pages."""
    place = (standing.response_id, standing.questionnaire.position[question.id])
    numbers = list(offered(standing.questionnaire, standing.answers, question))
    if question.shuffled:
        random.Random(f"{standing.response_id}:{question.id}").shuffle(numbers)
    first = page * AT_ONCE if page * AT_ONCE < len(numbers) else 0
    shown = numbers[first : first + AT_ONCE] if len(numbers) > AT_ONCE else numbers
    choices = [Choice(token("a", *place, n), _marked(standing, question, n)) for n in shown]
    marks = question.kind is Kind.ONE and all(question.options[n - 1].isdecimal() for n in shown)
    abreast = NUMBERS_ABREAST if marks else 1
    rows = [tuple(choices[at : at + abreast]) for at in range(0, len(choices), abreast)]
    turning = []
    if first:
        turning.append(Choice(token("pg", *place, page - 1), "◀", aside=True))
    if len(shown) < len(numbers) and first + AT_ONCE < len(numbers):
        turning.append(Choice(token("pg", *place, page + 1), "▶", aside=True))
    return [*rows, *((tuple(turning),) if turning else ())]


def _marked(standing: Standing, question: Question, option: int) -> str:
    label = question.options[option - 1]
    match question.kind, standing.answers.get(question.id):
        case Kind.ONE, chosen:
            return ("● " if chosen == option else "") + label
        case Kind.SEVERAL, Picked(options, _) if option in options:
            return f"✅ {label}"
        case Kind.SEVERAL, _:
            return f"▫️ {label}"
        case _, Ranked(order, _) if option in order:
            return f"{order.index(option) + 1}. {label}"
        case _:
            return f"▫️ {label}"


def _ways(
    standing: Standing, question: Question, number: int, said: Words, *, changing: bool
) -> list[tuple[Choice, ...]]:
    """Back to the question before, or to the list from which this one is changed; a pause; an explanation."""
    ways = [] if number == 1 else [Choice(token("b", standing.response_id), said.back, aside=True)]
    if changing:
        ways = [Choice(token("look", standing.response_id, (number - 1) // LOOK_AT_ONCE), said.back, aside=True)]
    ways.append(Choice(token("p", standing.response_id), said.pause, aside=True))
    if question.explain:
        place = standing.questionnaire.position[question.id]
        ways.append(Choice(token("a", standing.response_id, place, "?"), said.explain, aside=True))
    return [tuple(ways), *(languages(standing) if number == 1 else ())]


def languages(standing: Standing) -> tuple[tuple[Choice, ...], ...]:
    """A row with the other languages of the questionnaire; no row where it has but one."""
    others = tuple(
        Choice(token("lg", standing.response_id, n), f"🌐 {language_name(language)}", aside=True)
        for n, language in enumerate(standing.languages)
        if language != standing.questionnaire.language
    )
    return (others,) if others else ()


def review(standing: Standing) -> Message:
    """All is answered: send it, or look through it first."""
    said = spoken(standing)
    total = len(journey(standing.questionnaire, standing.answers).answered)
    send = Choice(token("send", standing.response_id), said.send, Style.SUCCESS)
    look = Choice(token("look", standing.response_id, 0), said.look_through)
    with_phone = Choice(token("ph", standing.response_id), texts.SEND_WITH_PHONE)
    ways = (
        Choice(token("b", standing.response_id), said.back, aside=True),
        Choice(token("p", standing.response_id), said.pause, aside=True),
    )
    rows = ((send,), *(((with_phone,),) if standing.mode is Mode.INTERVIEW else ()), (look,), ways)
    return Message(prose(said.review.format(total=total)), rows, screen=(ScreenKind.QUESTION, standing.response_id))


def not_for_you(standing: Standing) -> Message:
    """The survey is not for this person: a polite end, and a way back if it was a slip."""
    said = spoken(standing)
    finish = Choice(token("send", standing.response_id), said.finish, Style.PRIMARY)
    return Message(
        prose(standing.questionnaire.goodbye or said.not_for_you),
        ((finish,), (Choice(token("b", standing.response_id), said.back, aside=True),)),
        screen=(ScreenKind.QUESTION, standing.response_id),
    )
