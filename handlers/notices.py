"""What staff are told without asking, made when it is said, so that it is true then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.blocks import paragraph
from channels.message import Choice, Message, Style, say
from handlers import staff_texts as texts
from handlers.cards import card
from handlers.choices import token
from handlers.incidents import told
from handlers.progress import recipients_file, report
from handlers.report_files import files
from storage.broadcasts import broadcast
from storage.enums import NoticeKind
from storage.surveys import survey
from surveys.catalogue import Catalogue

FILES = (NoticeKind.REPORT_FILES, NoticeKind.RECIPIENTS)
"""What takes long to make: a job's work, never that of whoever answers citizens."""


async def files_of(
    session: AsyncSession, catalogue: Catalogue, zone: ZoneInfo, kind: NoticeKind, subject_id: int
) -> Callable[[], list[Message]]:
    """All that is needed for one of ``FILES``; what is returned makes it, with no transaction open."""
    if kind is NoticeKind.RECIPIENTS:
        return await recipients_file(session, subject_id, zone)
    info = await survey(session, subject_id)
    return await files(session, catalogue, zone, info, now=datetime.now(UTC)) if info else list


async def notice(
    session: AsyncSession, catalogue: Catalogue, zone: ZoneInfo, kind: NoticeKind, subject_id: int
) -> list[Message]:
    """The messages of one notice; none if its subject is gone."""
    if kind is NoticeKind.SURVEY_CLOSED:
        info = await survey(session, subject_id)
        if info is None:
            return []
        closed = say(texts.SURVEY_CLOSED.format(title=info.title))
        return [closed, await card(session, catalogue, zone, info)]
    if kind is NoticeKind.WEEKLY_RESULTS:
        info = await survey(session, subject_id)
        if info is None:
            return []
        made = await card(session, catalogue, zone, info, weekly=True)
        return [replace(made, body=(paragraph(texts.NOTICE[kind]), *made.body))]
    if kind in (NoticeKind.INCIDENT_OPENED, NoticeKind.INCIDENT_CLOSED):
        return await told(session, zone, subject_id, closed=kind is NoticeKind.INCIDENT_CLOSED)
    found = await broadcast(session, subject_id)
    if found is None:
        return []
    said = texts.NOTICE[kind].format(note=found.note)
    if kind is NoticeKind.FINISHED:
        return [Message((paragraph(said),)), *await report(session, found, zone)]
    open_it = (Choice(token("bc", found.id), found.title, Style.PRIMARY),)
    note = f"\n{texts.NOTE_LINE.format(note=found.note)}" if kind is NoticeKind.RETURNED else ""
    return [say(said + note, open_it)]
