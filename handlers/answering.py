"""Answers: taps on buttons, words and digits that were typed, files and places that were sent."""

import re
from datetime import timedelta

from channels.message import Choice, Message, in_place, say
from handlers import moments, texts, vietnamese
from handlers.choices import asking, chosen, named, plain, token
from handlers.questions import ask, rows_at_once, spoken
from handlers.turn import Turn
from storage.contacts import GIVEN_UP, expect
from storage.enums import Mode
from storage.responses import place_response
from surveys.answers import (
    INAPPLICABLE,
    SKIPPED,
    UNKNOWN,
    Answer,
    Picked,
    Place,
    Ranked,
    Rejected,
)
from surveys.fieldwork import Standing, filled, save, turn_away
from surveys.journey import journey, offered, record
from surveys.questionnaire import CHOOSING, Kind, Question
from surveys.words import words

APART = re.compile(r"\s*[,;>\n]\s*")
TOGETHER = re.compile(r"\s*(?:[,;&+\n]|\b(?:và|va|với|voi)\b)\s*")
OUT_OF = re.compile(r"\s*/\s*(\d+)\W*$")
"""The end of '8/10': a mark, and how many there may be."""
NOTHING = {"-": SKIPPED, "k": UNKNOWN, "x": INAPPLICABLE}


def mine(turn: Turn, response_id: str) -> Standing | None:
    """The open response that a button names, if it is this person's."""
    for standing in turn.standings:
        if str(standing.response_id) == response_id:
            return standing
    return None


def form_gone(turn: Turn, standing: Standing | None) -> Message:
    """What a button under a form says that leads nowhere: the form is gone, or it has no such question."""
    if standing is not None:
        return Message(toast=texts.OLD_BUTTON)
    return Message(toast=words(turn.contact.language).form_gone, alert=True)


def gone(turn: Turn) -> bool:
    """Whether what they were answering ended under their hands, and they have not heard of it yet."""
    return turn.contact.asked == GIVEN_UP


def numbered(standing: Standing, number: str) -> Question | None:
    """The question that a button names by its position; a forged number is none."""
    questions = standing.questionnaire.questions
    if not number.isdecimal() or int(number) >= len(questions) or not questions[int(number)].asked:
        return None
    return questions[int(number)]


async def take(
    turn: Turn, standing: Standing, given: dict[str, Answer], *, at: Question | None = None
) -> list[Message]:
    """Take the answers to one question, or to several rows at once: all of them, or none.

    ``at`` is the question that is shown to be changed; what it does not take is asked for again.
    """
    said = spoken(standing)
    if not standing.survey.takes_answers(turn.now):
        return [in_place(say(said.closed))]
    answers = standing.answers
    today = turn.now.astimezone(turn.zone).date()
    try:
        for question_id, answer in given.items():
            answers = record(standing.questionnaire, answers, question_id, answer, today=today)
    except Rejected as rejected:
        if at is not None:
            place = standing.questionnaire.position[at.id]
            await expect(turn.session, turn.contact.id, asking("e", standing.response_id, place, now=turn.now))
        return [ask(standing, at=at, trouble=rejected.said or said.rejected[rejected.reason])]
    saved = await save(turn.session, standing, answers, turn.now)
    if await filled(turn.session, saved):
        await turn_away(turn.session, saved, turn.sender(saved), turn.now.astimezone(turn.zone))
        on = ((Choice(token("iv"), texts.MORE_INTERVIEWS),),) if standing.mode is Mode.INTERVIEW else ()
        return [in_place(say(said.enough, *on))]
    return [in_place(ask(saved))]


async def tap(turn: Turn, response_id: str, number: str, value: str) -> list[Message]:
    """A button under a question: it names its question, so an old one amends that very answer."""
    standing = mine(turn, response_id)
    question = numbered(standing, number) if standing else None
    if standing is None or question is None:
        return [form_gone(turn, standing)]
    if value == "?":
        return [Message(toast=question.explain[:190], alert=True)]
    if value in NOTHING:
        return await take(turn, standing, {question.id: NOTHING[value]})
    return await take(turn, standing, {question.id: _tapped(turn, standing, question, value)})


def _tapped(turn: Turn, standing: Standing, question: Question, value: str) -> Answer:
    """What a tap says; something that no question takes where the button is none of ours."""
    before = standing.answers.get(question.id)
    match question.kind:
        case Kind.SEVERAL if value == "ok" or value.isdecimal():
            ticked = before.options if isinstance(before, Picked) else frozenset()
            return Picked(ticked, done=True) if value == "ok" else Picked(ticked ^ {int(value)}, done=False)
        case Kind.RANK if value == "r":
            return Ranked((), done=False)
        case Kind.RANK if value.isdecimal():
            order = before.order if isinstance(before, Ranked) else ()
            return _ranked(standing, question, order, int(value))
        case Kind.DATE if value in ("t", "y"):
            today = turn.now.astimezone(turn.zone).date()
            return (today - timedelta(days=value == "y")).toordinal()
        case _ if value.isdecimal():
            return int(value)
    return ""


def _ranked(standing: Standing, question: Question, order: tuple[int, ...], option: int) -> Ranked:
    """One more option put behind the others; tapped again it is taken out. The last one follows by itself."""
    order = tuple(n for n in order if n != option) if option in order else (*order, option)
    everything = offered(standing.questionnaire, standing.answers, question)
    left = [n for n in everything if n not in order]
    if len(left) == 1 and len(everything) > 1:
        order = (*order, left[0])
    return Ranked(order, done=len(order) == len(everything))


async def turn_page(turn: Turn, response_id: str, number: str, page: str) -> list[Message]:
    """Another page of a long list of options."""
    standing = mine(turn, response_id)
    question = numbered(standing, number) if standing else None
    if standing is None or question is None:
        return [form_gone(turn, standing)]
    here = journey(standing.questionnaire, standing.answers).next
    return [in_place(ask(standing, at=question if question is not here else None, page=int(page)))]


async def amended(turn: Turn, response_id: str, number: str) -> list[Message]:
    """Something said while an answer that was given is shown to be changed: it takes its place."""
    standing = mine(turn, response_id)
    question = numbered(standing, number) if standing else None
    if standing is None or question is None:
        return [say(spoken(standing).rejected["not_asked"] if standing else texts.SURVEY_NONE)]
    return await typed(turn, standing, at=question)


async def typed(turn: Turn, standing: Standing, *, at: Question | None = None) -> list[Message]:
    """Something said while a question is open: a number, a label, digits for several rows, a text, a place."""
    question = at or journey(standing.questionnaire, standing.answers).next
    if turn.inbound.place is not None and (question is None or question.kind is not Kind.PLACE):
        return await _placed(turn, standing)
    if question is None:
        return [ask(standing)]
    if fast := _fast(standing, question, turn.inbound.text):
        return await take(turn, standing, fast, at=at)
    answer = _said(turn, standing, question)
    if answer == 0 or question.kind not in CHOOSING:
        answer = _nothing(standing, question, turn.inbound.text) or answer
    return await take(turn, standing, {question.id: answer}, at=at)


async def _placed(turn: Turn, standing: Standing) -> list[Message]:
    """A place that no question asks for: of an interview it is noted where it is taken."""
    if standing.mode is not Mode.INTERVIEW or turn.inbound.place is None:
        return [ask(standing)]
    await place_response(turn.session, standing.response_id, "{:.5f},{:.5f}".format(*turn.inbound.place))
    return [say(texts.PLACE_NOTED), ask(standing)]


def _fast(standing: Standing, question: Question, said: str) -> dict[str, Answer]:
    """Digits in a row, one for each row of the matrix from here on; nothing if they are not meant so."""
    rows = rows_at_once(standing, question)
    digits = vietnamese.digits(said, len(question.options), rows) if rows > 1 else None
    block = standing.questionnaire.block(question)
    return {row.id: digit for row, digit in zip(block, digits, strict=False)} if digits else {}


def _nothing(standing: Standing, question: Question, said: str) -> Answer | None:
    """'Bỏ qua', 'không biết', 'không áp dụng', where that is allowed; of a free text only the very words."""
    own = spoken(standing)
    ways: list[tuple[Answer, str, bool]] = [
        (SKIPPED, own.skip, question.optional), (SKIPPED, own.skip_sensitive, question.optional),
        (UNKNOWN, own.dont_know, question.unknown), (INAPPLICABLE, own.inapplicable, question.inapplicable),
    ]  # fmt: skip
    allowed = [(answer, Choice(token("n", n), label)) for n, (answer, label, may) in enumerate(ways) if may]
    if question.kind is Kind.TEXT:
        labels = {choice.label.casefold() for _, choice in allowed}
        if said.strip().casefold() not in labels:
            return None
    meant = named(said, [choice for _, choice in allowed])
    return next((answer for answer, choice in allowed if choice is meant), None)


def _said(turn: Turn, standing: Standing, question: Question) -> Answer:
    """What was typed as an answer to the question; something that it does not take where it cannot be one."""
    said = turn.inbound.text
    match question.kind:
        case Kind.TEXT:
            return said
        case Kind.FILE:
            return turn.inbound.file or 0
        case Kind.PLACE:
            return Place(*turn.inbound.place) if turn.inbound.place else ""
        case Kind.NUMBER:
            number = vietnamese.number(said, question.text)
            return said if number is None else number
        case Kind.DECIMAL:
            decimal = vietnamese.decimal(said, question.text, standing.questionnaire.language)
            return said if decimal is None else decimal
        case Kind.DATE:
            day = moments.day(said, turn.now.astimezone(turn.zone).date())
            return said if day is None else day
        case Kind.TIME:
            time = moments.time_of_day(said)
            return said if time is None else time
        case Kind.NOTE:
            return 1
        case Kind.RANK:
            return _ranking(standing, question, said)
    numbers = offered(standing.questionnaire, standing.answers, question)
    options = [Choice(token("o", n), question.options[n - 1]) for n in numbers]
    by_name = named(said, options)
    several = vietnamese.numbers(said, len(options)) if question.kind is Kind.SEVERAL and by_name is None else None
    if several is not None:
        return Picked(frozenset(numbers[n - 1] for n in several))
    if question.kind is Kind.SEVERAL and by_name is None and (ticked := _together(said, options)):
        return Picked(frozenset(int(choice.token[2:]) for choice in ticked))
    meant = by_name or chosen(said, options) or _mark(said, question, options) or _found(said, options)
    option = int(meant.token[2:]) if meant else 0
    return option if question.kind is Kind.ONE else Picked(frozenset({option})) if option else 0


def _together(said: str, options: list[Choice]) -> set[Choice]:
    """'Loa phường và người quen': several options by their labels; none in doubt."""
    meant = [named(part, options) for part in TOGETHER.split(said.strip(" .,;"))]
    return set(filter(None, meant)) if len(meant) > 1 and None not in meant else set()


def _mark(said: str, question: Question, options: list[Choice]) -> Choice | None:
    """'8 điểm', '8/10': of options that are numbers, the one with that number; '8/5' is none."""
    if not all(choice.label.isdecimal() for choice in options):
        return None
    most = OUT_OF.search(said)
    if most and most[1] != options[-1].label:
        return None
    number = vietnamese.number(OUT_OF.sub("", said), question.text)
    return next((choice for choice in options if int(choice.label) == number), None)


def _ranking(standing: Standing, question: Question, said: str) -> Answer:
    """'2 1 3', or 'rẻ, nhanh': the options by number or label, the first in rank first; the last one follows."""
    numbers = offered(standing.questionnaire, standing.answers, question)
    options = [Choice(token("o", n), question.options[n - 1]) for n in numbers]
    parts = said.replace(",", " ").replace(">", " ").split()
    if all(part.isdecimal() for part in parts):
        meant = [options[int(part) - 1] if 1 <= int(part) <= len(options) else None for part in parts]
    else:
        meant = [named(part, options) for part in APART.split(said.strip(" .,;>"))]
    if not meant or None in meant or len(set(meant)) < len(meant) or len(meant) < len(options) - 1:
        return 0
    order = [options.index(choice) for choice in meant if choice]
    order += [n for n in range(len(options)) if n not in order]
    return Ranked(tuple(numbers[n] for n in order))


def _found(said: str, options: list[Choice]) -> Choice | None:
    """Of a long list, the one option in whose label the words stand."""
    wanted = plain(said)
    if len(options) < 10 or len(wanted) < 3:
        return None
    there = [choice for choice in options if wanted in plain(choice.label)]
    return there[0] if len(there) == 1 else None
