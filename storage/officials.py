"""Putting a list of officials into the database: known ones are brought up to date, new ones added."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ChannelName, Reason
from storage.tables import Contact, Person

CODE_BYTES = 12
CHUNK = 500
COLUMNS = ("name", "title", "unit", "level", "province", "commune", "areas")


@dataclass(frozen=True, slots=True)
class Official:
    """One row of a list; ``areas`` is a bit mask or None when the list does not say."""

    name: str
    title: str
    unit: str
    level: str
    province: str
    commune: str
    areas: int | None
    addresses: tuple[tuple[ChannelName, str], ...]
    agreed: bool | None = None
    """To be written to on Zalo by their telephone number; None where the list does not say."""

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two rows without a common address the same person."""
        return (self.name.lower(), self.unit.lower(), self.province, self.commune)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    updated: int
    unchanged: int
    contacts_added: int


class OnePerson(ValueError):
    """Two rows have addresses of one and the same person."""


class _Directory:
    """Everybody whom the database knows, found by address or by name and unit."""

    def __init__(self) -> None:
        self.by_address: dict[tuple[str, str], int | None] = {}
        self.namesakes: dict[tuple[str, ...], list[int]] = {}
        self.rows: dict[int, dict[str, object]] = {}

    async def load(self, session: AsyncSession) -> None:
        contacts = select(Contact.channel, Contact.address, Contact.person_id)
        for channel, address, person_id in await session.execute(contacts):
            self.by_address[channel, address] = person_id
        for person in await session.scalars(select(Person).order_by(Person.id)):
            self.rows[person.id] = {column: getattr(person, column) for column in COLUMNS}
            identity = (person.name.lower(), person.unit.lower(), person.province, person.commune)
            self.namesakes.setdefault(identity, []).append(person.id)

    def find(self, officials: Sequence[Official]) -> list[int | None]:
        """The person of each row, None for a new one; two rows of one list are two people, however alike.

        Addresses come first for the whole list, so that no row takes a person whom a later row knows better.
        """
        owners = [self._owner(official) for official in officials]
        taken: dict[int, Official] = {}
        for official, owner in zip(officials, owners, strict=True):
            if owner is not None and taken.setdefault(owner, official) is not official:
                both = f"{taken[owner].name!r} and {official.name!r}"
                raise OnePerson(f"the rows of {both} have addresses of one person, #{owner}; make one row of them")
        found: list[int | None] = []
        for official, owner in zip(officials, owners, strict=True):
            free = (id for id in self.namesakes.get(official.identity, ()) if id not in taken)
            person_id = owner or next(free, None)
            if person_id is not None:
                taken[person_id] = official
            found.append(person_id)
        return found

    def _owner(self, official: Official) -> int | None:
        return next((owner for address in official.addresses if (owner := self.by_address.get(address))), None)


async def put_officials(session: AsyncSession, officials: Sequence[Official], now: datetime) -> Imported:
    """Store a list. A row is the person who has one of its addresses, else the one of its name and unit.

    OnePerson if two rows have addresses of the same person.
    """
    directory = _Directory()
    await directory.load(session)
    next_id = max(directory.rows, default=0) + 1
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    contacts: list[dict[str, object]] = []
    claimed: list[tuple[str, str, int]] = []
    said: list[tuple[str, bool]] = []
    for official, person_id in zip(officials, directory.find(officials), strict=True):
        row = {column: getattr(official, column) for column in COLUMNS}
        if person_id is None:
            person_id, next_id = next_id, next_id + 1
            row["areas"] = official.areas or 0
            code = secrets.token_urlsafe(CODE_BYTES)
            new.append({**row, "id": person_id, "invitation": code, "subscribed": True, "created_at": now})
        else:
            row["areas"] = directory.rows[person_id]["areas"]
            if row != directory.rows[person_id]:
                changed.append({**row, "id": person_id})
        for channel, address in official.addresses:
            if (channel, address) not in directory.by_address:
                contact = {"person_id": person_id, "channel": channel, "address": address, "asked": ""}
                shut = channel is ChannelName.ZALO_PHONE and not official.agreed
                why = {"stopped_at": now, "stopped_reason": Reason.NOT_AGREED} if shut else _NOT_STOPPED
                contacts.append({**contact, "created_at": now, **why})
            elif directory.by_address[channel, address] is None:
                claimed.append((channel, address, person_id))
            directory.by_address[channel, address] = person_id
            if channel is ChannelName.ZALO_PHONE and official.agreed is not None:
                said.append((address, official.agreed))
    await _write(session, new, changed, contacts, claimed)
    for address, agreed in said:
        await _agreed(session, address, now, agreed=agreed)
    return Imported(len(new), len(changed), len(officials) - len(new) - len(changed), len(contacts))


_NOT_STOPPED: dict[str, object] = {"stopped_at": None, "stopped_reason": None}


async def _agreed(session: AsyncSession, address: str, now: datetime, *, agreed: bool) -> None:
    """Templates may be sent to a number only while its owner agrees; another reason to be silent stays."""
    at, c = (Contact.channel == ChannelName.ZALO_PHONE, Contact.address == address), Contact
    if agreed:
        await session.execute(update(c).where(*at, c.stopped_reason == Reason.NOT_AGREED).values(_NOT_STOPPED))
    else:
        stopped = {"stopped_at": now, "stopped_reason": Reason.NOT_AGREED}
        await session.execute(update(c).where(*at, c.stopped_at.is_(None)).values(stopped))


async def _write(
    session: AsyncSession,
    new: list[dict[str, object]],
    changed: list[dict[str, object]],
    contacts: list[dict[str, object]],
    claimed: list[tuple[str, str, int]],
) -> None:
    for table, rows in ((Person, new), (Contact, contacts)):
        for start in range(0, len(rows), CHUNK):
            await session.execute(insert(table), rows[start : start + CHUNK])
    if changed:
        await session.execute(update(Person), changed)
    for channel, address, person_id in claimed:
        await session.execute(
            update(Contact).where(Contact.channel == channel, Contact.address == address).values(person_id=person_id)
        )
    if new and session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence("persons", "id")
        await session.execute(select(func.setval(sequence, select(func.max(Person.id)).scalar_subquery())))
