"""What people drawn for a survey are told: an invitation after the transaction, a reminder of what they began."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Choice, Message, Style, say
from handlers import texts
from handlers.choices import token
from storage.geography import place_name
from storage.reminders import Reminded
from storage.surveys import SurveyInfo
from surveys.catalogue import Catalogue
from surveys.journey import journey
from surveys.packing import unpack
from surveys.words import words

LONGEST_PLACE = 100
"""Characters that a parameter of a Zalo template takes."""


def invitation(info: SurveyInfo, unit: str, served_on: date | None, *, again: bool = False) -> Message:
    """To one person, with a button that only they can use; ``again`` is a reminder of it."""
    place = place_name(unit)
    said = (
        texts.INVITATION.format(day=f"{served_on:%d/%m/%Y}", place=place)
        if served_on
        else texts.INVITATION_PLAIN.format(title=info.title, place=place)
    )
    if again:
        said = f"{texts.INVITATION_AGAIN}\n\n{said}"
    yes = Choice(token("svi", info.id), texts.INVITATION_YES, Style.PRIMARY)
    return say(said, (yes,), (Choice(token("svn", info.id), texts.INVITATION_NO),))


def template_values(unit: str, served_on: date | None, link: str) -> tuple[str, str, str]:
    """What an invitation's template says: place, day, and the link to the form that only this person can fill in."""
    return place_name(unit)[:LONGEST_PLACE], f"{served_on:%d/%m/%Y}" if served_on else texts.LATELY, link


async def reminder(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, one: Reminded) -> Message:
    """Of a response that was begun: what is left, the way on, and the way out."""
    form = (await catalogue.get(session, info.questionnaire_id)).spoken(one.language)
    here = journey(form, unpack(form, one.answers, {}))
    own = words(form.language)
    said = texts.REMINDER.format(title=info.title, left=here.steps - len(here.answered))
    go_on = Choice(token("s", one.response_id), own.resume, Style.PRIMARY)
    return say(said, (go_on,), (Choice(token("del", one.response_id), own.delete),))
