"""Questions to the database about what staff are still to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import VOICES_FACT, fact
from storage.enums import ChannelName, NoticeKind, Role
from storage.people import staff_with
from storage.tables import Contact, Notice, Person
from storage.ways import rank

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
    """Owe a notice to everybody with one of the roles, and to a person, each on their first way and on no other."""
    persons = set(await staff_with(session, roles)) if roles else set()
    if person_id is not None:
        persons.add(person_id)
    query = (
        select(Contact.person_id, Contact.id)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.person_id.in_(persons), *_open(channels := await voices(session)))
        .order_by(rank(channels), Contact.id)
    )
    first: dict[int | None, int] = {}
    for person, contact_id in await session.execute(query):
        first.setdefault(person, contact_id)
    session.add_all(
        Notice(contact_id=id, kind=kind, subject_id=subject_id, created_at=now) for id in sorted(first.values())
    )
    await session.flush()


async def voices(session: AsyncSession) -> list[ChannelName]:
    """On which channels staff may be told something, the first to be tried first."""
    named = (await fact(session, VOICES_FACT) or "").split()
    return [ChannelName(name) for name in named] or [ChannelName.TELEGRAM]


def _open(channels: Sequence[ChannelName]) -> list[ColumnElement[bool]]:
    return [Contact.stopped_at.is_(None), Contact.channel.in_(channels)]


async def turn(session: AsyncSession, one: NoticeInfo) -> bool:
    """What surely was not said is owed on the person's next way; False if there is none after this one."""
    owner = select(Contact.person_id).where(Contact.id == one.contact_id).scalar_subquery()
    prefers = await session.scalar(select(Person.prefers).where(Person.id == owner)) or ""
    order = sorted(await voices(session), key=lambda channel: channel != prefers)
    after = order[order.index(one.channel) + 1 :] if one.channel in order else []
    query = select(Contact.id).where(Contact.person_id == owner, *_open(after)).order_by(rank(after), Contact.id)
    query = query.join(Person, Person.id == Contact.person_id)
    if not after or (contact_id := await session.scalar(query.limit(1))) is None:
        return False
    mine = (Notice.id == one.id, Notice.contact_id == one.contact_id, Notice.said_at.is_(None))
    await session.execute(update(Notice).where(*mine).values(contact_id=contact_id, held_until=None))
    return True


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
