"""Incidents as operators read them in chat: one when it opens or closes, and all that are open on demand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Message, say
from handlers import operator_texts as texts
from handlers.turn import Turn
from storage import people
from storage.enums import IncidentKind, Role
from storage.incidents import IncidentInfo, incident, open_incidents
from storage.surveys import survey


async def told(session: AsyncSession, zone: ZoneInfo, incident_id: int, *, closed: bool) -> list[Message]:
    """That it opened or closed; nothing of the opening once it is over, for the closing tells it all."""
    found = await incident(session, incident_id)
    if found is None or (found.closed_at is not None) is not closed:
        return []
    return [say(await _sentence(session, zone, found))]


async def show(turn: Turn) -> list[Message]:
    """What is wrong now, for operators."""
    if turn.person is None or Role.OPERATOR not in await people.roles(turn.session, turn.person.id):
        return [say(texts.NOT_AN_OPERATOR)]
    found = await open_incidents(turn.session)
    return [say(await _sentence(turn.session, turn.zone, one)) for one in found] or [say(texts.ALL_WELL)]


async def _sentence(session: AsyncSession, zone: ZoneInfo, one: IncidentInfo) -> str:
    title = ""
    if one.kind is IncidentKind.COUNTERS and (info := await survey(session, int(one.subject))):
        title = info.title
    what = texts.WHAT[one.kind].format(subject=one.subject, detail=one.detail, title=title)
    since = _at(one.opened_at, zone)
    if one.closed_at is not None:
        return texts.CLOSED.format(what=what, since=since, until=_at(one.closed_at, zone))
    return texts.OPENED.format(what=what, since=since, todo=texts.TODO[one.kind].format(subject=one.subject))


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m}"
