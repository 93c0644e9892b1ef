"""Which of a person's addresses is written to: the preferred one, else the first in order; then the next one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, literal_column, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.audience import sql
from storage.conditions import Condition
from storage.enums import ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person, ZaloChat

CLOSED = (
    Reason.BLOCKED, Reason.DEACTIVATED, Reason.NOT_FOUND, Reason.NOT_STARTED, Reason.WINDOW_CLOSED, Reason.QUOTA,
    Reason.CANNOT_RECEIVE, Reason.BOUNCED,
)  # fmt: skip
"""Why a way is closed for a person although nothing is wrong with what we say: another way may be open."""


_RANKED: ColumnElement[int] = literal_column(str(1 << 48), BigInteger())
"""More than any contact's id."""


def rank(channels: Sequence[ChannelName], contact: Any = Contact) -> ColumnElement[int]:
    """The place of a contact among those of its person: the preferred channel, then in order."""
    order = {str(channel): n for n, channel in enumerate(channels)}
    ranks = ((contact.channel == channel, n) for channel, n in order.items())
    return case((contact.channel == Person.prefers, -1), *ranks, else_=len(order))


def first_ways(channels: Sequence[ChannelName], condition: Condition | None = None) -> Any:
    """Each person, and the contact that is their first open way, NULL without one; with a condition only those who
    are subscribed and whom it means.

    To be what a query begins with. Each is looked up by an index: joined to everybody's ways, SQLite went through all
    of them once for each person. Rank and id are one number, since its ORDER BY must not name the person.
    """
    c = aliased(Contact)
    open_way = (c.person_id == Person.id, c.stopped_at.is_(None), c.channel.in_(list(channels)))
    best = select(func.min((rank(channels, c) + 1) * _RANKED + c.id)).where(*open_way).correlate(Person)
    first = best.scalar_subquery() % _RANKED
    query = select(Person.id.label("person_id"), first.label("contact_id"))
    return (query.where(Person.subscribed, sql(condition)) if condition is not None else query).subquery()


def _stuck(broadcast_id: int) -> list[ColumnElement[bool]]:
    d = Delivery
    return [
        d.broadcast_id == broadcast_id, d.status.in_([DeliveryStatus.FAILED, DeliveryStatus.SKIPPED]),
        d.reason.in_(CLOSED), d.message_ids == "", ~d.doubtful,
    ]  # fmt: skip


def _another(channels: Sequence[ChannelName]) -> list[ColumnElement[bool]]:
    """An open address of the same person on a channel that was not tried."""
    return [
        Contact.person_id == Delivery.person_id, Contact.stopped_at.is_(None), Contact.channel.in_(list(channels)),
        Contact.channel != Delivery.channel, ("," + Delivery.tried).not_like("%," + Contact.channel + ":%"),
    ]  # fmt: skip


async def turn_elsewhere(
    session: AsyncSession, broadcast_id: int, channels: Sequence[ChannelName], now: datetime
) -> int:
    """Deliveries whose way is closed go to the person's next one, which was not tried; how many do.

    Only where nothing has left us for sure: what was sent in part, or may have arrived, has no second way.
    """
    d = Delivery
    open_way = (
        select(
            d.id, Contact.id.label("contact_id"), Contact.channel, Contact.address,
            func.row_number().over(partition_by=d.id, order_by=(rank(channels), Contact.id)).label("place"),
        )
        .join(Person, Person.id == d.person_id)
        .join(Contact, Contact.person_id == d.person_id)
        .where(*_stuck(broadcast_id), *_another(channels), Person.subscribed)
        .subquery()
    )  # fmt: skip
    came_from = d.channel + ":" + d.reason
    moved = await session.scalars(
        update(d)
        .where(d.id == open_way.c.id, open_way.c.place == 1)
        .values(
            contact_id=open_way.c.contact_id, channel=open_way.c.channel, address=open_way.c.address,
            tried=case((d.tried == "", came_from), else_=d.tried + "," + came_from),
            status=DeliveryStatus.PENDING, reason=null(), detail=null(), attempts=0, claim=0,
            due_at=literal(now, d.due_at.type),
        )
        .returning(d.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(list(moved))


async def closed_ways(session: AsyncSession, broadcast_id: int) -> bool:
    """Whether a broadcast has deliveries whose way is closed while another address of the person is open."""
    channels = (await session.scalar(select(Broadcast.channels).where(Broadcast.id == broadcast_id)) or "").split()
    if len(channels) < 2:
        return False
    another = select(Contact.id).where(*_another([ChannelName(one) for one in channels])).exists()
    query = select(Delivery.id).where(*_stuck(broadcast_id), another).limit(1)
    return await session.scalar(query) is not None


async def planned(
    session: AsyncSession, condition: Condition, channels: Sequence[ChannelName]
) -> dict[ChannelName | None, int]:
    """How many of those whom a condition means would be written to on each channel; None is on no channel at all."""
    ways = first_ways(channels, condition)
    query = (
        select(Contact.channel, func.count())
        .select_from(ways)
        .outerjoin(Contact, Contact.id == ways.c.contact_id)
        .group_by(Contact.channel)
    )
    return {ChannelName(channel) if channel else None: n for channel, n in await session.execute(query)}


async def planned_on_zalo(
    session: AsyncSession, condition: Condition, channels: Sequence[ChannelName], moments: Sequence[datetime]
) -> list[int]:
    """Of those who would be written to on the Official Account: how many were last heard after each moment."""
    ways = first_ways(channels, condition)
    heard = [func.count().filter(ZaloChat.interacted_at >= moment) for moment in moments]
    query = (
        select(*heard)
        .select_from(ways)
        .join(Contact, Contact.id == ways.c.contact_id)
        .outerjoin(ZaloChat, and_(ZaloChat.channel == Contact.channel, ZaloChat.address == Contact.address))
        .where(Contact.channel == ChannelName.ZALO_OA)
    )
    return list((await session.execute(query)).one())
