"""Questions to the database about persons, their roles and their subscription."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.audience import sql
from storage.conditions import Condition
from storage.enums import ChannelName, Role
from storage.tables import Contact, Grant, Person


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A person as it travels."""

    id: int
    name: str
    title: str
    unit: str
    areas: int
    subscribed: bool


def _info(row: Person) -> PersonInfo:
    return PersonInfo(row.id, row.name, row.title, row.unit, row.areas, row.subscribed)


async def person(session: AsyncSession, person_id: int) -> PersonInfo | None:
    row = await session.get(Person, person_id)
    return _info(row) if row else None


async def persons(session: AsyncSession, ids: Sequence[int]) -> dict[int, PersonInfo]:
    if not ids:
        return {}
    p = Person
    query = select(p.id, p.name, p.title, p.unit, p.areas, p.subscribed).where(p.id.in_(ids))
    return {row.id: PersonInfo(*row) for row in await session.execute(query)}


async def persons_called(session: AsyncSession, who: str) -> list[PersonInfo]:
    """Persons by id ('#12'), by an address on any channel, or by their whole name."""
    if who.startswith("#") and who[1:].isdigit():
        found = await person(session, int(who[1:]))
        return [found] if found else []
    by_address = select(Person).join(Contact, Contact.person_id == Person.id).where(Contact.address == who.lower())
    rows = list(await session.scalars(by_address.distinct()))
    if not rows:
        rows = list(await session.scalars(select(Person).where(func.lower(Person.name) == who.lower())))
    if not rows:
        rows = list(await session.scalars(select(Person).where(Person.name == who)))
    return [_info(row) for row in rows]


async def person_invited(session: AsyncSession, code: str) -> tuple[PersonInfo, datetime | None] | None:
    """Whom an invitation is for, and when it was used."""
    row = await session.scalar(select(Person).where(Person.invitation == code))
    return (_info(row), row.invitation_used_at) if row else None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An unused invitation and whom it is for."""

    person_id: int
    name: str
    title: str
    unit: str
    email: str
    code: str


async def invitations(session: AsyncSession, *, everybody: bool) -> list[Invitation]:
    """Unused invitations; without ``everybody`` only of people who have no working address on Telegram."""
    mail, chat = aliased(Contact), aliased(Contact)
    at_mail = and_(mail.person_id == Person.id, mail.channel == ChannelName.EMAIL)
    query = (
        select(Person.id, Person.name, Person.title, Person.unit, func.coalesce(func.min(mail.address), ""),
               Person.invitation)
        .outerjoin(mail, at_mail)
        .where(Person.invitation.is_not(None), Person.invitation_used_at.is_(None))
        .group_by(Person.id)
        .order_by(Person.unit, Person.name, Person.id)
    )  # fmt: skip
    if not everybody:
        on_chat = select(chat.id).where(
            chat.person_id == Person.id, chat.channel == ChannelName.TELEGRAM, chat.stopped_at.is_(None)
        )
        query = query.where(~on_chat.exists())
    return [
        Invitation(id, name, title, unit, email, code or "")
        for id, name, title, unit, email, code in await session.execute(query)
    ]


async def use_invitation(session: AsyncSession, person_id: int, now: datetime) -> bool:
    """Take the invitation; False if somebody else was faster."""
    used = await session.execute(
        update(Person)
        .where(Person.id == person_id, Person.invitation_used_at.is_(None))
        .values(invitation_used_at=now)
        .returning(Person.id)
    )
    return used.scalar() is not None


async def add_person(session: AsyncSession, name: str, now: datetime) -> int:
    row = Person(name=name, created_at=now)
    session.add(row)
    await session.flush()
    return row.id


async def set_subscribed(session: AsyncSession, person_id: int, subscribed: bool, now: datetime) -> None:
    await session.execute(
        update(Person)
        .where(Person.id == person_id, Person.subscribed.is_not(subscribed))
        .values(subscribed=subscribed, subscription_changed_at=now)
    )


async def set_areas(session: AsyncSession, person_id: int, areas: int) -> None:
    await session.execute(update(Person).where(Person.id == person_id).values(areas=areas))


async def roles(session: AsyncSession, person_id: int) -> frozenset[Role]:
    found = await session.scalars(select(Grant.role).where(Grant.person_id == person_id))
    return frozenset(Role(role) for role in found)


async def grant(session: AsyncSession, person_id: int, role: Role, now: datetime) -> bool:
    """Give a role; False if the person has it."""
    if await session.get(Grant, (person_id, role)):
        return False
    session.add(Grant(person_id=person_id, role=role, granted_at=now))
    await session.flush()
    return True


async def revoke(session: AsyncSession, person_id: int, role: Role) -> bool:
    gone = await session.execute(
        delete(Grant).where(Grant.person_id == person_id, Grant.role == role).returning(Grant.role)
    )
    return gone.scalar() is not None


async def staff(session: AsyncSession) -> list[tuple[PersonInfo, frozenset[Role]]]:
    rows = await session.execute(
        select(Person, Grant.role).join(Grant, Grant.person_id == Person.id).order_by(Person.id)
    )
    found: dict[int, tuple[PersonInfo, set[Role]]] = {}
    for row, role in rows:
        found.setdefault(row.id, (_info(row), set()))[1].add(Role(role))
    return [(info, frozenset(theirs)) for info, theirs in found.values()]


async def staff_with(session: AsyncSession, wanted: Sequence[Role]) -> list[int]:
    """Everybody who has one of these roles."""
    return list(await session.scalars(select(Grant.person_id).where(Grant.role.in_(list(wanted))).distinct()))


async def addresses_of(session: AsyncSession, person_id: int, channel: ChannelName) -> list[tuple[int, str]]:
    """Contact id and address of each way to a person on a channel."""
    query = select(Contact.id, Contact.address).where(Contact.person_id == person_id, Contact.channel == channel)
    return [(id, address) for id, address in await session.execute(query.where(Contact.stopped_at.is_(None)))]


@dataclass(frozen=True, slots=True)
class Way:
    """One address of a person."""

    channel: ChannelName
    address: str
    stopped: bool


async def ways_to(session: AsyncSession, person_id: int) -> list[Way]:
    """Every address of a person, in the order in which they came."""
    query = select(Contact.channel, Contact.address, Contact.stopped_at).where(Contact.person_id == person_id)
    rows = await session.execute(query.order_by(Contact.id))
    return [Way(ChannelName(channel), address, stopped is not None) for channel, address, stopped in rows]


async def preferred(session: AsyncSession, person_id: int) -> str:
    """The channel on which a person wants to hear from us first; '' if they did not say."""
    return await session.scalar(select(Person.prefers).where(Person.id == person_id)) or ""


async def prefer(session: AsyncSession, person_id: int, channel: ChannelName) -> None:
    await session.execute(update(Person).where(Person.id == person_id).values(prefers=channel))


async def is_official(session: AsyncSession, person_id: int) -> bool:
    """Whether somebody was imported or invited as an official, or is staff; not one who only subscribed."""
    invited = select(Person.id).where(Person.id == person_id, Person.invitation.is_not(None))
    granted = select(Grant.person_id).where(Grant.person_id == person_id)
    return await session.scalar(invited) is not None or await session.scalar(granted.limit(1)) is not None


async def audience_count(session: AsyncSession, condition: Condition) -> int:
    """How many subscribed persons a condition means."""
    query = select(func.count()).select_from(Person).where(Person.subscribed, sql(condition))
    return await session.scalar(query) or 0


async def reachable_count(session: AsyncSession, condition: Condition, channels: Sequence[ChannelName]) -> int:
    """How many of them have a working address on one of these channels."""
    reach = select(Contact.id).where(
        Contact.person_id == Person.id, Contact.stopped_at.is_(None), Contact.channel.in_(list(channels))
    )
    query = select(func.count()).select_from(Person).where(Person.subscribed, sql(condition), reach.exists())
    return await session.scalar(query) or 0
