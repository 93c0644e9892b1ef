"""Questions to the database about responses that were begun and are to be reminded of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ChannelName, Mode, ResponseStatus
from storage.tables import Contact, Response


@dataclass(frozen=True, slots=True)
class Reminded:
    """An open response and to whom it belongs."""

    response_id: int
    answers: bytes
    address: str
    language: str


async def take_due(
    session: AsyncSession, survey_id: int, reminded: int, before: datetime, limit: int, channel: ChannelName
) -> list[Reminded]:
    """Responses last touched before a moment and reminded of so many times; counted as reminded once more.

    Counted before anything is sent: whoever dies in between has reminded nobody twice.
    """
    r = Response
    due = (
        select(r.id, r.answers, Contact.address, Contact.language)
        .join(Contact, Contact.id == r.contact_id)
        .where(
            r.survey_id == survey_id, r.status == ResponseStatus.OPEN, r.mode == Mode.CHAT, r.reminded == reminded,
            r.touched_at < before, Contact.channel == channel, Contact.stopped_at.is_(None),
        )
        .order_by(r.touched_at, r.id)
        .limit(limit)
        .with_for_update(of=r, skip_locked=True)
    )  # fmt: skip
    found = [Reminded(*row) for row in await session.execute(due)]
    if found:
        counted = update(r).where(r.id.in_([one.response_id for one in found])).values(reminded=reminded + 1)
        await session.execute(counted)
    return found
