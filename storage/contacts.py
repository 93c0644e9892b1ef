"""Questions to the database about contacts: one address on one channel each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, put
from storage.enums import ChannelName, DeliveryStatus, Reason, ScreenKind
from storage.tables import Consent, Contact, Delivery, Fact, Notice, Response, Screen

TEMPLATE_FACT = "zalo template price"
"""What a template message of the Official Account costs in đồng; '' where no template is set."""
PHONE_FACT = "zalo phone price"
"""The same by telephone number."""
VOICES_FACT = "voices"
"""On which channels staff may be told something, in the order in which they are tried, with blanks between."""
DEDICATED_FACT = "zalo dedicated"
"""Whether bulletins to everybody go to the account's followers as one article; '' where not."""
CHANNELS_FACT = "channels"
"""On which channels this installation speaks, in the order in which they are tried, with blanks between."""

GIVEN_UP = "given-up"
"""What ``asked`` says of somebody whose unsent answers were deleted meanwhile: the next thing said is told so."""


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """A contact as it travels; ``asked`` is what free text will be taken for."""

    id: int
    person_id: int | None
    channel: ChannelName
    address: str
    asked: str
    stopped: bool
    language: str = ""


def _info(row: Contact) -> ContactInfo:
    return ContactInfo(
        row.id, row.person_id, ChannelName(row.channel), row.address, row.asked, row.stopped_at is not None,
        row.language,
    )  # fmt: skip


_CONTACTS: Any = Contact.__table__
_MET = (
    select(*(_CONTACTS.c[name] for name in ("id", "person_id", "address", "asked", "stopped_at", "language")))
    .where(
        _CONTACTS.c.channel == bindparam("channel"), _CONTACTS.c.address.in_(bindparam("addresses", expanding=True))
    )
    .order_by(_CONTACTS.c.address)
    .with_for_update()
)
"""Asked with every message, so it is put together once."""


async def met(
    session: AsyncSession, channel: ChannelName, addresses: Collection[str], now: datetime
) -> dict[str, ContactInfo]:
    """The contacts behind addresses, locked until the transaction ends; no name is kept of those who only speak.

    New ones are added. They are locked in one order, so that two transactions never wait for each other.
    """
    connection = await session.connection()
    named = {"channel": channel, "addresses": list(addresses)}
    rows = (await connection.execute(_MET, named)).all()
    if len(rows) < len(set(addresses)):
        known = {row.address for row in rows}
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        new = [
            {"channel": channel, "address": address, "asked": "", "created_at": now}
            for address in sorted(set(addresses) - known)
        ]
        await session.execute(insert(Contact).values(new).on_conflict_do_nothing())
        rows = (await connection.execute(_MET, named)).all()
    return {
        row.address: ContactInfo(
            row.id, row.person_id, channel, row.address, row.asked, row.stopped_at is not None, row.language
        )
        for row in rows
    }


async def contact_at(session: AsyncSession, channel: ChannelName, address: str) -> ContactInfo | None:
    """The contact behind an address, locked until the transaction ends; none is added."""
    query = select(Contact).where(Contact.channel == channel, Contact.address == address).with_for_update()
    row = await session.scalar(query)
    return _info(row) if row else None


async def contact(session: AsyncSession, contact_id: int) -> ContactInfo | None:
    row = await session.get(Contact, contact_id)
    return _info(row) if row else None


async def expect(session: AsyncSession, contact_id: int, asked: str) -> None:
    """Note what the next free text will be taken for; '' for nothing."""
    await session.execute(update(Contact).where(Contact.id == contact_id).values(asked=asked))


async def speak(session: AsyncSession, contact_id: int, language: str) -> None:
    """Surveys are spoken in this language with them from now on."""
    await session.execute(update(Contact).where(Contact.id == contact_id).values(language=language))


async def belongs_to(session: AsyncSession, contact_id: int, person_id: int) -> None:
    await session.execute(update(Contact).where(Contact.id == contact_id).values(person_id=person_id))


async def stop(session: AsyncSession, channel: ChannelName, address: str, reason: Reason, now: datetime) -> None:
    """Nothing more is sent to this address; the first reason stays."""
    await session.execute(
        update(Contact)
        .where(Contact.channel == channel, Contact.address == address, Contact.stopped_at.is_(None))
        .values(stopped_at=now, stopped_reason=reason)
    )


async def restart(session: AsyncSession, channel: ChannelName, address: str) -> None:
    await session.execute(
        update(Contact)
        .where(Contact.channel == channel, Contact.address == address, Contact.stopped_at.is_not(None))
        .values(stopped_at=None, stopped_reason=None)
    )


async def move(session: AsyncSession, channel: ChannelName, old: str, new: str) -> None:
    """A chat got another address; deliveries on their way there follow it."""
    await session.execute(
        update(Contact).where(Contact.channel == channel, Contact.address == old).values(address=new)
    )
    under_way = Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING])
    await session.execute(
        update(Delivery).where(Delivery.channel == channel, Delivery.address == old, under_way).values(address=new)
    )


async def remember_screen(
    session: AsyncSession, contact_id: int, kind: ScreenKind, subject_id: int, message_id: str
) -> None:
    await put(
        session, Screen, {"contact_id": contact_id, "kind": kind, "subject_id": subject_id},
        {"message_id": message_id, "shown": ""},
    )  # fmt: skip


async def screen(session: AsyncSession, contact_id: int, kind: ScreenKind, subject_id: int) -> str | None:
    """The message id remembered for a subject."""
    row = await session.get(Screen, (contact_id, kind, subject_id))
    return row.message_id if row else None


async def screen_now(database: Database, contact_id: int, kind: ScreenKind, subject_id: int) -> str | None:
    """The same in a look of its own."""
    rows = await database.look((_SCREEN[database.is_sqlite], (contact_id, str(kind), subject_id)))
    return str(rows[0][0]) if rows else None


_SCREEN = {
    sqlite: f"SELECT message_id FROM screens WHERE contact_id = {p}1 AND kind = {p}2 AND subject_id = {p}3"
    for sqlite, p in ((True, "?"), (False, "$"))
}


async def forget_message(session: AsyncSession, contact_id: int, message_id: str) -> None:
    """What stood in this message is replaced by something else, so it is not ours to change any more."""
    await session.execute(delete(Screen).where(Screen.contact_id == contact_id, Screen.message_id == message_id))


async def forget_stranger(session: AsyncSession, contact_id: int) -> None:
    """Delete a contact of whom nothing else is known."""
    for table in (Consent, Response, Screen, Notice):
        if await session.scalar(select(table).where(table.contact_id == contact_id).limit(1)) is not None:
            return
    await session.execute(delete(Contact).where(Contact.id == contact_id, Contact.person_id.is_(None)))


async def forget_screen(session: AsyncSession, contact_id: int, kind: ScreenKind, subject_id: int) -> None:
    row = await session.get(Screen, (contact_id, kind, subject_id))
    if row is not None:
        await session.delete(row)
        await session.flush()


async def screens_of(session: AsyncSession, kind: ScreenKind) -> list[tuple[ContactInfo, int, str, str]]:
    """All remembered messages of a kind: contact, subject, message id and what they last showed."""
    query = select(Contact, Screen).join(Screen, Screen.contact_id == Contact.id).where(Screen.kind == kind)
    return [(_info(c), s.subject_id, s.message_id, s.shown) for c, s in await session.execute(query)]


async def screen_shows(session: AsyncSession, contact_id: int, kind: ScreenKind, subject_id: int, shown: str) -> None:
    await session.execute(
        update(Screen).where(
            Screen.contact_id == contact_id, Screen.kind == kind, Screen.subject_id == subject_id
        ).values(shown=shown)
    )  # fmt: skip


async def fact(session: AsyncSession, name: str) -> str | None:
    """A small thing learned earlier."""
    row = await session.get(Fact, name)
    return row.value if row else None


async def learn(session: AsyncSession, name: str, value: str) -> None:
    await put(session, Fact, {"name": name}, {"value": value})


async def lost_their_answers(session: AsyncSession, whose: Select[int | None]) -> None:
    """Their unsent answers are deleted: they will be told, unless something else is asked of them."""
    await session.execute(update(Contact).where(Contact.id.in_(whose), Contact.asked == "").values(asked=GIVEN_UP))
