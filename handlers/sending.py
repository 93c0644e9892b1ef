"""The end of a response and what leads there: going back, a pause, looking through, deleting, sending."""

from dataclasses import replace
from datetime import date

from channels.blocks import Block, bold, line, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.answering import form_gone, gone, mine, numbered
from handlers.choices import asking, named, token
from handlers.questions import LOOK_AT_ONCE, ask, languages, spoken
from handlers.turn import Turn
from handlers.vietnamese import POLITE_END
from storage import cases
from storage import responses as rows
from storage.contacts import expect, forget_screen, speak
from storage.enums import Mode, ScreenKind
from surveys.answers import Answer, Picked, Place, Ranked, Skipped, value_of
from surveys.dispositions import Disposition
from surveys.fieldwork import NotFinished, Standing, TookPart, complete, save, turn_away
from surveys.journey import back, journey
from surveys.questionnaire import Kind, Question
from surveys.words import Words, words

LONGEST_TITLE = 60
"""Characters of a survey's title on a button."""


async def go_back(turn: Turn, response_id: str) -> list[Message]:
    standing = mine(turn, response_id)
    if standing is None:
        return [form_gone(turn, standing)]
    if not journey(standing.questionnaire, standing.answers).answered:
        return [Message(toast=spoken(standing).first_question)]
    answers = back(standing.questionnaire, standing.answers)
    return [in_place(ask(await save(turn.session, standing, answers, turn.now)))]


async def pause(turn: Turn, response_id: str) -> list[Message]:
    standing = mine(turn, response_id)
    if standing is None:
        return [form_gone(turn, standing)]
    said = spoken(standing)
    here = journey(standing.questionnaire, standing.answers)
    told = said.paused.format(answered=len(here.answered), total=here.steps)
    go_on = Choice(token("s", response_id), said.resume, Style.PRIMARY)
    return [in_place(say(told, (go_on,), (Choice(token("del", response_id), said.delete),), *languages(standing)))]


async def resume(turn: Turn, response_id: str = "") -> list[Message]:
    """On where they were; without a response named, with the only one that is open, or the one that they choose."""
    if response_id:
        standing = mine(turn, response_id)
        return [in_place(ask(standing))] if standing else [form_gone(turn, standing)]
    usable = [standing for standing in turn.standings if standing.survey.takes_answers(turn.now)]
    if not usable:
        told = words(turn.contact.language)
        return [say(told.survey_gone if gone(turn) else told.closed if turn.standings else texts.SURVEY_NONE)]
    own = [standing for standing in usable if standing.mode is not Mode.INTERVIEW]
    if len(own) < 2:
        return [ask(usable[0])]
    return [say(texts.SURVEYS_OPEN.format(n=len(own)), *((_open(standing),) for standing in own[:LOOK_AT_ONCE]))]


def _open(standing: Standing) -> Choice:
    """The button that goes on with one of several responses."""
    here = journey(standing.questionnaire, standing.answers)
    told = texts.SURVEY_OPEN.format(
        title=standing.survey.title[:LONGEST_TITLE], answered=len(here.answered), total=here.steps
    )
    return Choice(token("s", standing.response_id), told)


async def delete(turn: Turn, response_id: str, sure: str = "") -> list[Message]:
    """Take everything back, as long as it is not sent; of somebody who was drawn, that is a refusal."""
    standing = mine(turn, response_id)
    if standing is None:
        return [form_gone(turn, standing)]
    said = spoken(standing)
    if not sure:
        yes = Choice(token("del", response_id, "yes"), said.delete_yes, Style.DANGER)
        return [in_place(say(said.delete_sure, (yes,), (Choice(token("s", response_id), said.resume),)))]
    await rows.delete_response(turn.session, standing.response_id)
    if standing.case_id is not None:
        await cases.become(turn.session, standing.case_id, Disposition.REFUSED)
    await forget_screen(turn.session, turn.contact.id, ScreenKind.QUESTION, standing.response_id)
    return [in_place(say(said.deleted))]


async def send(turn: Turn, response_id: str) -> list[Message]:
    """The last tap: the response is counted and cut loose from the person."""
    standing = mine(turn, response_id)
    if standing is None:
        return [Message(toast=words(turn.contact.language).form_gone)]
    return [in_place(await sent(turn, standing))]


async def typed_at_end(turn: Turn, standing: Standing) -> list[Message]:
    """What is said once everything is answered, taken for the button that it names or begins to; else nothing.

    No number is: it may be one more answer, and what is sent cannot be taken back.
    """
    here, own = journey(standing.questionnaire, standing.answers), spoken(standing)
    if here.next is not None:
        return []
    sending = Choice("send", own.send if here.ended_by is None else own.finish)
    meant = named(POLITE_END.sub("", turn.inbound.text), [sending, Choice("look", own.look_through)])
    if meant is None:
        return []
    return [await sent(turn, standing)] if meant is sending else [look(standing, 0)]


async def sent(turn: Turn, standing: Standing, *, phone: str = "") -> Message:
    """Send a response; what to say then."""
    said = spoken(standing)
    if not standing.survey.takes_answers(turn.now):
        return say(said.closed)
    here = turn.now.astimezone(turn.zone)
    more = ((Choice(token("iv"), texts.MORE_INTERVIEWS),),) if standing.mode is Mode.INTERVIEW else ()
    told = Message(prose(standing.questionnaire.thanks), more)
    sender = turn.sender(standing, phone=phone)
    try:
        if journey(standing.questionnaire, standing.answers).ended_by is not None:
            await turn_away(turn.session, standing, sender, here)
            told = say(standing.questionnaire.goodbye or said.not_for_you)
        else:
            await complete(turn.session, standing, sender, here)
    except NotFinished:
        return ask(standing)
    except TookPart:
        await rows.delete_response(turn.session, standing.response_id)
        told = say(said.taken)
    await forget_screen(turn.session, turn.contact.id, ScreenKind.QUESTION, standing.response_id)
    return told


async def speak_now(turn: Turn, response_id: str, number: str) -> list[Message]:
    """Another language, chosen while answering; the answers stay."""
    standing = mine(turn, response_id)
    if standing is None or int(number) >= len(standing.languages):
        return [form_gone(turn, standing)]
    language = standing.languages[int(number)]
    await speak(turn.session, turn.contact.id, language)
    form = (await turn.catalogue.get(turn.session, standing.survey.questionnaire_id)).spoken(language)
    return [in_place(ask(replace(standing, questionnaire=form)))]


async def look_through(turn: Turn, response_id: str, page: str = "0") -> list[Message]:
    standing = mine(turn, response_id)
    return [look(standing, int(page))] if standing else [form_gone(turn, standing)]


async def change(turn: Turn, response_id: str, number: str) -> list[Message]:
    """Show one answered question again; choosing an option, or saying something, amends it."""
    standing = mine(turn, response_id)
    question = numbered(standing, number) if standing else None
    if standing is None or question is None:
        return [form_gone(turn, standing)]
    await expect(turn.session, turn.contact.id, asking("e", response_id, number, now=turn.now))
    return [in_place(ask(standing, at=question))]


def look(standing: Standing, page: int) -> Message:
    """A page of answers, each a button that changes it."""
    own = spoken(standing)
    here = journey(standing.questionnaire, standing.answers)
    first = page * LOOK_AT_ONCE
    counted = list(enumerate(here.answered, 1))[first : first + LOOK_AT_ONCE]
    title = own.look_title.format(first=first + 1, last=first + len(counted), total=len(here.answered))
    body: list[Block] = [paragraph(bold(title))]
    shown = [(n, q) for n, q in counted if q.kind is not Kind.NOTE]
    body += [line(f"{n}. {q.label.rstrip('.:?')}: {said(q, standing.answers[q.id], own)}") for n, q in shown]
    position = standing.questionnaire.position
    changes = [Choice(token("e", standing.response_id, position[q.id]), f"✏ {n}") for n, q in shown]
    rows_ = [tuple(changes[at : at + 4]) for at in range(0, len(changes), 4)]
    turning = []
    if page:
        turning.append(Choice(token("look", standing.response_id, page - 1), "◀"))
    if first + LOOK_AT_ONCE < len(here.answered):
        turning.append(Choice(token("look", standing.response_id, page + 1), "▶"))
    done = (Choice(token("s", standing.response_id), own.next, Style.PRIMARY),)
    return Message(tuple(body), (*rows_, *((tuple(turning),) if turning else ()), done), replaces=True)


def said(question: Question, answer: Answer, own: Words) -> str:
    """An answer in words."""
    match answer:
        case int(chosen) if question.kind is Kind.ONE:
            return question.options[chosen - 1]
        case int(ordinal) if question.kind is Kind.DATE:
            return f"{date.fromordinal(ordinal):%d/%m/%Y}"
        case Picked(options):
            return "; ".join(question.options[option - 1] for option in sorted(options)) or own.left_out
        case Ranked(order):
            return " > ".join(question.options[option - 1] for option in order)
        case Place(latitude, longitude):
            return f"{latitude}, {longitude}"
        case float(number):
            return texts.exact(number)
        case str(text) if question.kind is Kind.TEXT:
            return text[:60] or own.written
        case int() if question.kind is not Kind.NOTE:
            return value_of(question, answer)
        case str() | int():
            return own.written
        case Skipped.UNKNOWN:
            return own.dont_know
        case Skipped.INAPPLICABLE:
            return own.inapplicable
        case _:
            return own.left_out
