"""What interviewers (điều tra viên) do: take a survey's questions to people without a telephone of their own."""

from datetime import datetime

from channels.blocks import bold, heading, item, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from channels.sentences import cut_short
from handlers import staff_texts as texts
from handlers.answering import mine
from handlers.choices import asking, named, token
from handlers.questions import ask
from handlers.sending import sent
from handlers.texts import SEND_WITH_PHONE
from handlers.turn import Turn
from storage import interviews
from storage import responses as rows
from storage.contacts import expect
from storage.enums import Mode, Role
from storage.geography import place_name
from storage.lists import phone_said
from storage.people import roles
from storage.surveys import SurveyInfo, survey
from surveys.fieldwork import Standing, begin
from surveys.journey import journey
from surveys.questionnaire import Questionnaire

LONGEST_TITLE = 24
"""Characters of a survey's title before a commune on a button."""


async def _task(turn: Turn, survey_id: str, unit: str) -> interviews.Task | None:
    """One of the communes assigned to whoever asks."""
    if turn.person is None:
        return None
    mine_ = await interviews.tasks(turn.session, turn.person.id)
    return next((task for task in mine_ if str(task.survey_id) == survey_id and task.unit == unit), None)


async def menu(turn: Turn) -> list[Message]:
    """Every commune with its target, and the interviews that were begun."""
    if turn.person is None or Role.INTERVIEWER not in await roles(turn.session, turn.person.id):
        return [say(texts.NO_ROLE)]
    tasks = await interviews.tasks(turn.session, turn.person.id)
    if not tasks:
        return [say(texts.NO_TASKS)]
    titles = list(dict.fromkeys(task.title for task in tasks))
    several = len(titles) > 1
    body = [heading(texts.INTERVIEWS), *(paragraph(bold(title)) for title in titles)]
    buttons = [
        (Choice(
            token("ivb", task.survey_id, task.unit),
            texts.TASK.format(
                place=_where(task.title if several else "", task.unit), done=task.done, target=task.target
            ),
            Style.PRIMARY if task.done < task.target else Style.PLAIN,
        ),)
        for task in tasks
    ]  # fmt: skip
    begun = [standing for standing in turn.standings if standing.mode is Mode.INTERVIEW]
    started = {id: when for id, _, when in await interviews.open_interviews(turn.session, turn.contact.id)}
    buttons += [
        (Choice(
            token("s", one.response_id),
            texts.UNFINISHED.format(
                place=_where(one.survey.title if several else "", one.unit), n=len(one.answers),
                when=f"{started[one.response_id].astimezone(turn.zone):%H:%M %d/%m}",
            ),
        ),)
        for one in begun[:8] if one.response_id in started
    ]  # fmt: skip
    return [Message(tuple(body), (*buttons, (Choice(token("ivp"), texts.MY_PROGRESS),)))]


def _where(title: str, unit: str) -> str:
    """A commune on a button, after its survey's title where there are several."""
    place = place_name(unit).partition(",")[0]
    return f"{cut_short(title, LONGEST_TITLE)} · {place}" if title else place


async def start(turn: Turn, survey_id: str, unit: str) -> list[Message]:
    """What is to be read aloud before the first question."""
    task = await _task(turn, survey_id, unit)
    info = await survey(turn.session, int(survey_id)) if task else None
    if task is None or info is None:
        return [Message(toast=texts.NOT_ASSIGNED, alert=True)]
    if not info.takes_answers(turn.now):
        return [Message(toast=texts.SURVEY_OVER, alert=True)]
    if task.done >= task.target:
        return [Message(toast=texts.TARGET_REACHED, alert=True)]
    form = await _form(turn, info)
    body = (
        heading(texts.READ_ALOUD.format(place=place_name(unit))), *prose(form.intro),
        paragraph(bold(texts.CONSENT_ALOUD)), *prose(form.consent.text),
    )  # fmt: skip
    yes = Choice(token("ivy", survey_id, unit), texts.RESPONDENT_AGREES, Style.SUCCESS)
    no = Choice(token("ivn", survey_id, unit), texts.RESPONDENT_REFUSES)
    return [Message(body, ((yes,), (no,), (Choice(token("iv"), texts.BACK_TO_TASKS),)))]


async def _form(turn: Turn, info: SurveyInfo) -> Questionnaire:
    return (await turn.catalogue.get(turn.session, info.questionnaire_id)).spoken(turn.contact.language)


async def agreed(turn: Turn, survey_id: str, unit: str) -> list[Message]:
    """The respondent is of age and agrees, says the interviewer; the first question."""
    task = await _task(turn, survey_id, unit)
    info = await survey(turn.session, int(survey_id)) if task else None
    if task is None or info is None or turn.person is None or not info.takes_answers(turn.now):
        return [Message(toast=texts.NOT_ASSIGNED, alert=True)]
    if task.done >= task.target:
        return [Message(toast=texts.TARGET_REACHED, alert=True)]
    for standing in turn.standings:
        same = standing.survey.id == info.id and standing.unit == unit
        if standing.mode is Mode.INTERVIEW and same and not standing.answers:
            return [in_place(ask(standing))]
    origin = rows.Origin(Mode.INTERVIEW, turn.contact.language, interviewer_id=turn.person.id)
    standing = await begin(turn.session, turn.catalogue, info, turn.contact.id, unit, turn.now, origin)
    return [in_place(ask(standing))]


async def refused(turn: Turn, survey_id: str, unit: str) -> list[Message]:
    """Somebody did not want to be asked; only that is kept."""
    task = await _task(turn, survey_id, unit)
    if task is None or turn.person is None:
        return [Message(toast=texts.NOT_ASSIGNED, alert=True)]
    await rows.add_refusal(turn.session, int(survey_id), turn.person.id, unit, turn.now)
    return [in_place(say(texts.REFUSAL_NOTED, (Choice(token("iv"), texts.BACK_TO_TASKS),)))]


async def progress(turn: Turn) -> list[Message]:
    """Today and in all; of everybody for a supervisor."""
    person = turn.person
    theirs = await roles(turn.session, person.id) if person else frozenset()
    if person is None or not theirs & {Role.INTERVIEWER, Role.SUPERVISOR}:
        return [say(texts.NO_ROLE)]
    supervising = Role.SUPERVISOR in theirs
    back = ((Choice(token("iv"), texts.BACK_TO_TASKS),),) if Role.INTERVIEWER in theirs else ()
    messages = []
    for survey_id, title in await interviews.surveys_with_interviews(turn.session):
        found = await interviews.progress(
            turn.session, survey_id, _midnight(turn), person_id=None if supervising else person.id
        )
        lines = [
            item(texts.PROGRESS_OF.format(
                name=f"{one.name}, " if supervising else "", place=place_name(one.unit).partition(",")[0],
                done=one.complete, target=one.target, today=one.today, refused=one.refused,
                minutes=texts.MINUTES.format(n=round(one.minutes)) if one.minutes else "",
            ))
            for one in found
        ]  # fmt: skip
        if lines:
            messages.append(Message((heading(title), *lines), back))
    return messages or [say(texts.NO_TASKS)]


def _midnight(turn: Turn) -> datetime:
    return turn.now.astimezone(turn.zone).replace(hour=0, minute=0, second=0, microsecond=0)


async def ask_phone(turn: Turn, response_id: str) -> list[Message]:
    standing = mine(turn, response_id)
    if standing is None or standing.mode is not Mode.INTERVIEW:
        return [Message(toast=texts.OLD)]
    await expect(turn.session, turn.contact.id, asking("ph", response_id, now=turn.now))
    return [say(texts.ASK_PHONE)]


async def phone_typed(turn: Turn, standing: Standing) -> list[Message]:
    """The button that sends with a telephone, once its words are typed where everything is answered; else nothing."""
    finished = standing.mode is Mode.INTERVIEW and journey(standing.questionnaire, standing.answers).next is None
    if not finished or named(turn.inbound.text, [Choice("ph", SEND_WITH_PHONE)]) is None:
        return []
    return await ask_phone(turn, str(standing.response_id))


async def give_phone(turn: Turn, response_id: str) -> list[Message]:
    """The telephone under which the interview may be checked; the response is sent with it."""
    standing = mine(turn, response_id)
    if standing is None or standing.interviewer_id is None:
        await expect(turn.session, turn.contact.id, "")
        return [say(texts.OLD)]
    phone = phone_said(turn.inbound.text)
    if not phone:
        return [say(texts.BAD_PHONE)]
    await expect(turn.session, turn.contact.id, "")
    day = turn.now.astimezone(turn.zone).date()
    await interviews.add_callback(
        turn.session, standing.survey.id, standing.interviewer_id, standing.unit, day, phone
    )
    return [await sent(turn, standing, phone=phone)]
