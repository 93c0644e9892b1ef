"""What citizens do: open a survey's link, say that they are of age, agree, and answer question by question."""

import hashlib

from channels.blocks import Block, bold, heading, line, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.choices import chosen, token
from handlers.questions import LOOK_AT_ONCE, ask, review
from handlers.turn import Turn
from storage import responses as rows
from storage.contacts import forget_screen, forget_stranger
from storage.enums import ScreenKind
from storage.geography import place_name
from storage.surveys import SurveyInfo, consent_of, declared_adult, survey
from surveys.fieldwork import NotFinished, Standing, begin, complete, save
from surveys.journey import SKIPPED, Answer, Picked, Rejected, back, journey, record
from surveys.links import SurveyLink, genuine, pseudonym, read
from surveys.questionnaire import Kind, Question


async def open_link(turn: Turn, payload: str) -> list[Message]:
    """A link was opened, or a QR code scanned: on with the response at hand, or first the question of age."""
    found = await _survey(turn, payload)
    if isinstance(found, Message):
        return [found]
    info, link = found
    for standing in turn.standings:
        if standing.survey.id == info.id:
            return [ask(standing)]
    questionnaire = await turn.catalogue.get(turn.session, info.questionnaire_id)
    place = texts.SURVEY_PLACE.format(place=place_name(link.unit))
    body = (heading(info.title), *prose(questionnaire.intro), paragraph(place), paragraph(bold(texts.AGE_ASKED)))
    yes = Choice(token("18", payload), texts.AGE_YES, Style.PRIMARY)
    return [Message(body, ((yes,), (Choice(token("u18"), texts.AGE_NO),)))]


async def _survey(turn: Turn, payload: str) -> tuple[SurveyInfo, SurveyLink] | Message:
    """The survey that a payload opens, or what to say instead."""
    link = read(payload)
    info = await survey(turn.session, link.survey_id) if link else None
    if link is None or info is None:
        return say(texts.SURVEY_UNKNOWN)
    if info.key is None or not info.takes_answers(turn.now):
        return say(texts.SURVEY_CLOSED)
    if not genuine(link, info.key):
        return say(texts.SURVEY_UNKNOWN)
    who = pseudonym(info.key, turn.contact.channel, turn.contact.address)
    if await rows.took_part(turn.session, info.id, who):
        return say(texts.SURVEY_TAKEN)
    return info, link


async def under_age(turn: Turn) -> list[Message]:
    """Nothing is kept of somebody under 18."""
    await forget_stranger(turn.session, turn.contact.id)
    return [in_place(say(texts.UNDER_AGE))]


async def of_age(turn: Turn, payload: str) -> list[Message]:
    found = await _survey(turn, payload)
    if isinstance(found, Message):
        return [found]
    info, _ = found
    await declared_adult(turn.session, info.id, turn.contact.id, turn.inbound.external_id, turn.now)
    consent = (await turn.catalogue.get(turn.session, info.questionnaire_id)).consent
    body = (heading(texts.CONSENT_TITLE.format(version=consent.version)), *prose(consent.text))
    yes = Choice(token("ok", payload), texts.CONSENT_YES, Style.SUCCESS)
    no = Choice(token("no", payload), texts.CONSENT_NO)
    return [Message(body, ((yes,), (no,)), replaces=True)]


async def agree(turn: Turn, payload: str) -> list[Message]:
    """Consent is recorded with its version, the words that were shown, and the message that said so."""
    found = await _survey(turn, payload)
    if isinstance(found, Message):
        return [found]
    info, link = found
    consent = await consent_of(turn.session, info.id, turn.contact.id)
    if consent is None:
        return await open_link(turn, payload)
    for standing in turn.standings:
        if standing.survey.id == info.id:
            return [in_place(ask(standing))]
    words = (await turn.catalogue.get(turn.session, info.questionnaire_id)).consent
    consent.agreed_at, consent.agreed_evidence = turn.now, turn.inbound.external_id
    consent.declined_at = None
    consent.version, consent.text_digest = words.version, hashlib.sha256(words.text.encode()).hexdigest()
    standing = await begin(turn.session, turn.catalogue, info, turn.contact.id, link.unit, turn.now)
    return [in_place(ask(standing))]


async def decline(turn: Turn, payload: str) -> list[Message]:
    link = read(payload)
    consent = await consent_of(turn.session, link.survey_id, turn.contact.id) if link else None
    if consent is not None and consent.agreed_at is None:
        consent.declined_at = turn.now
    return [in_place(say(texts.DECLINED))]


def _mine(turn: Turn, response_id: str) -> Standing | None:
    """The open response that a button names, if it is this person's."""
    for standing in turn.standings:
        if str(standing.response_id) == response_id:
            return standing
    return None


async def _answered(turn: Turn, standing: Standing, question_id: str, answer: Answer) -> list[Message]:
    if not standing.survey.takes_answers(turn.now):
        return [in_place(say(texts.SURVEY_CLOSED))]
    try:
        answers = record(standing.questionnaire, standing.answers, question_id, answer)
    except Rejected as rejected:
        return [ask(standing, trouble=texts.REJECTED[rejected.reason])]
    return [in_place(ask(await save(turn.session, standing, answers, turn.now)))]


async def tap(turn: Turn, response_id: str, number: str, value: str) -> list[Message]:
    """A button under a question: it names its question, so an old one amends that very answer."""
    standing = _mine(turn, response_id)
    if standing is None or not number.isdigit() or int(number) >= len(standing.questionnaire.questions):
        return [Message(toast=texts.OLD_BUTTON)]
    question = standing.questionnaire.questions[int(number)]
    if value == "?":
        return [Message(toast=question.explain[:190], alert=True)]
    answer: Answer = SKIPPED if value == "-" else int(value) if value.isdigit() else SKIPPED
    if question.kind is Kind.SEVERAL and (value == "ok" or value.isdecimal()):
        answer = _picked(standing, question, value)
    return await _answered(turn, standing, question.id, answer)


def _picked(standing: Standing, question: Question, value: str) -> Picked:
    """The options ticked so far with one of them turned over, or all that are ticked when done."""
    before = standing.answers.get(question.id)
    ticked = before.options if isinstance(before, Picked) else frozenset()
    return Picked(ticked, done=True) if value == "ok" else Picked(ticked ^ {int(value)}, done=False)


async def typed(turn: Turn, standing: Standing) -> list[Message]:
    """Text, while a question is open: a number, a label, several of them, or the free text itself."""
    question = journey(standing.questionnaire, standing.answers).next
    said = turn.inbound.text
    if question is None:
        return [review(standing)]
    match question.kind:
        case Kind.TEXT:
            return await _answered(turn, standing, question.id, said)
        case Kind.NUMBER:
            return await _answered(
                turn, standing, question.id, int(said) if said.strip().isdecimal() and len(said) < 10 else said
            )
        case Kind.SEVERAL:
            return await _answered(turn, standing, question.id, _several(question, said))
        case Kind.NOTE:
            return await _answered(turn, standing, question.id, 1)
    options = [Choice(token("o", n), label) for n, label in enumerate(question.options, 1)]
    meant = chosen(said, options)
    if (
        meant is None
        and question.optional
        and chosen(said, [Choice("-", texts.SKIP), Choice("-", texts.SKIP_SENSITIVE)])
    ):
        return await _answered(turn, standing, question.id, SKIPPED)
    return await _answered(turn, standing, question.id, int(meant.token[2:]) if meant else 0)


def _several(question: Question, said: str) -> Answer:
    """'1, 3 và 5', or one label."""
    options = [Choice(token("o", n), label) for n, label in enumerate(question.options, 1)]
    parts = [part for part in said.replace(",", " ").replace(";", " ").split() if part.casefold() not in ("và", "va")]
    if parts and all(part.isdecimal() and 1 <= int(part) <= len(options) for part in parts):
        return Picked(frozenset(int(part) for part in parts))
    meant = chosen(said, options)
    return Picked(frozenset({int(meant.token[2:])})) if meant else 0


async def go_back(turn: Turn, response_id: str) -> list[Message]:
    standing = _mine(turn, response_id)
    if standing is None:
        return [Message(toast=texts.OLD_BUTTON)]
    if not journey(standing.questionnaire, standing.answers).answered:
        return [Message(toast=texts.NOTHING_TO_GO_BACK)]
    answers = back(standing.questionnaire, standing.answers)
    return [in_place(ask(await save(turn.session, standing, answers, turn.now)))]


async def pause(turn: Turn, response_id: str) -> list[Message]:
    standing = _mine(turn, response_id)
    if standing is None:
        return [Message(toast=texts.OLD_BUTTON)]
    here = journey(standing.questionnaire, standing.answers)
    said = texts.PAUSED.format(answered=len(here.answered), total=here.steps)
    resume = Choice(token("s", response_id), texts.RESUME, Style.PRIMARY)
    return [in_place(say(said, (resume,), (Choice(token("del", response_id), texts.DELETE),)))]


async def resume(turn: Turn, response_id: str = "") -> list[Message]:
    """On where they were; without a response named, with the one last touched."""
    if response_id:
        standing = _mine(turn, response_id)
        return [in_place(ask(standing))] if standing else [Message(toast=texts.OLD_BUTTON)]
    usable = [standing for standing in turn.standings if standing.survey.takes_answers(turn.now)]
    if not usable:
        return [say(texts.SURVEY_CLOSED if turn.standings else texts.SURVEY_NONE)]
    return [ask(usable[0])]


async def delete(turn: Turn, response_id: str, sure: str = "") -> list[Message]:
    """Take everything back, as long as it is not sent."""
    standing = _mine(turn, response_id)
    if standing is None:
        return [Message(toast=texts.OLD_BUTTON)]
    if not sure:
        yes = Choice(token("del", response_id, "yes"), texts.DELETE_YES, Style.DANGER)
        return [in_place(say(texts.DELETE_SURE, (yes,), (Choice(token("s", response_id), texts.RESUME),)))]
    await rows.delete_response(turn.session, standing.response_id)
    await forget_screen(turn.session, turn.contact.id, ScreenKind.QUESTION, standing.response_id)
    return [in_place(say(texts.DELETED))]


async def send(turn: Turn, response_id: str) -> list[Message]:
    """The last tap: the response is counted and cut loose from the person."""
    standing = _mine(turn, response_id)
    if standing is None:
        return [Message(toast=texts.OLD_BUTTON)]
    if not standing.survey.takes_answers(turn.now):
        return [in_place(say(texts.SURVEY_CLOSED))]
    try:
        await complete(
            turn.session, standing, turn.contact.channel, turn.contact.address, turn.now.astimezone(turn.zone)
        )
    except NotFinished:
        return [in_place(ask(standing))]
    await forget_screen(turn.session, turn.contact.id, ScreenKind.QUESTION, standing.response_id)
    return [in_place(Message(prose(standing.questionnaire.thanks)))]


async def look_through(turn: Turn, response_id: str, page: str = "0") -> list[Message]:
    standing = _mine(turn, response_id)
    return [look(standing, int(page))] if standing else [Message(toast=texts.OLD_BUTTON)]


async def change(turn: Turn, response_id: str, number: str) -> list[Message]:
    """Show one answered question again; choosing an option amends it."""
    standing = _mine(turn, response_id)
    if standing is None:
        return [Message(toast=texts.OLD_BUTTON)]
    questions = standing.questionnaire.questions
    if not number.isdecimal() or int(number) >= len(questions):
        return [Message(toast=texts.OLD_BUTTON)]
    return [in_place(ask(standing, at=questions[int(number)]))]


def look(standing: Standing, page: int) -> Message:
    """A page of answers, each a button that changes it."""
    here = journey(standing.questionnaire, standing.answers)
    first = page * LOOK_AT_ONCE
    shown = here.answered[first : first + LOOK_AT_ONCE]
    title = texts.LOOK_TITLE.format(first=first + 1, last=first + len(shown), total=len(here.answered))
    body: list[Block] = [paragraph(bold(title))]
    body += [
        line(f"{n}. {q.label.rstrip('.:?')}: {said(q, standing.answers[q.id])}")
        for n, q in enumerate(shown, first + 1)
    ]
    position = standing.questionnaire.position
    changes = [
        Choice(token("e", standing.response_id, position[q.id]), f"✏ {n}") for n, q in enumerate(shown, first + 1)
    ]
    rows_ = [tuple(changes[at : at + 4]) for at in range(0, len(changes), 4)]
    turning = []
    if page:
        turning.append(Choice(token("look", standing.response_id, page - 1), "◀"))
    if first + LOOK_AT_ONCE < len(here.answered):
        turning.append(Choice(token("look", standing.response_id, page + 1), "▶"))
    done = (Choice(token("s", standing.response_id), texts.NEXT, Style.PRIMARY),)
    return Message(tuple(body), (*rows_, *((tuple(turning),) if turning else ()), done), replaces=True)


def said(question: Question, answer: Answer) -> str:
    """An answer in words."""
    match answer:
        case int(chosen_) if question.kind is Kind.ONE:
            return question.options[chosen_ - 1]
        case int(number):
            return str(number)
        case Picked(options):
            return "; ".join(question.options[option - 1] for option in sorted(options)) or texts.LEFT_OUT
        case str(text):
            return text[:60] or texts.WRITTEN
        case _:
            return texts.LEFT_OUT
