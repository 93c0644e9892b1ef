"""Questions to the database about what staff are still to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ChannelName, NoticeKind, Role
from storage.people import contacts_of, staff_contacts
from storage.tables import Contact, Notice

MOST_ATTEMPTS = 10
HELD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class NoticeInfo:
    """One notice with where it goes."""

    id: int
    contact_id: int
    channel: ChannelName
    address: str
    kind: NoticeKind
    subject_id: int


async def tell(
    session: AsyncSession, kind: NoticeKind, subject_id: int, now: datetime, *, roles: Sequence[Role] = (),
    person_id: int | None = None,
) -> None:  # fmt: skip
    """Owe a notice to everybody with one of the roles, and to a person."""
    contacts = set(await staff_contacts(session, roles, ChannelName.TELEGRAM)) if roles else set()
    if person_id is not None:
        contacts |= set(await contacts_of(session, person_id, ChannelName.TELEGRAM))
    session.add_all(
        Notice(contact_id=id, kind=kind, subject_id=subject_id, created_at=now) for id in sorted(contacts)
    )
    await session.flush()


async def take(session: AsyncSession, notice_id: int, now: datetime) -> bool:
    """Have a notice to oneself for a minute, in which it is said; False if it is said or somebody else has it."""
    free = or_(Notice.held_until.is_(None), Notice.held_until < now)
    taken = await session.scalars(
        update(Notice)
        .where(Notice.id == notice_id, Notice.said_at.is_(None), free)
        .values(held_until=now + HELD)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


async def unsaid(
    session: AsyncSession, limit: int = 50, *, only: Collection[NoticeKind] = tuple(NoticeKind)
) -> list[NoticeInfo]:
    """What is owed of some kinds, the oldest first."""
    query = (
        select(Notice, Contact.channel, Contact.address)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(Notice.said_at.is_(None), Notice.attempts < MOST_ATTEMPTS, Notice.kind.in_(list(only)))
        .order_by(Notice.id)
        .limit(limit)
    )
    return [
        NoticeInfo(n.id, n.contact_id, ChannelName(channel), address, NoticeKind(n.kind), n.subject_id)
        for n, channel, address in await session.execute(query)
    ]


async def hold(session: AsyncSession, notice_id: int, now: datetime) -> None:
    """Go on having a notice to oneself: what it says takes longer than a minute to make."""
    await session.execute(update(Notice).where(Notice.id == notice_id).values(held_until=now + HELD))


async def said(session: AsyncSession, notice_id: int, now: datetime) -> None:
    await session.execute(update(Notice).where(Notice.id == notice_id).values(said_at=now))


async def failed(session: AsyncSession, notice_id: int) -> None:
    await session.execute(
        update(Notice).where(Notice.id == notice_id).values(attempts=Notice.attempts + 1, held_until=None)
    )
