"""Deliveries of which we do not know whether they arrived, and what was found out about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.enums import DeliveryStatus
from storage.tables import Broadcast, Delivery, Inbox, Screen

NUMBERS_BACK = 100_000
"""A message has a number not so far above the floor at which it was marked."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An unknown delivery; ``blurred``: something else may have gone to the person since the broadcast began.

    They said something and were answered, or another broadcast to them is in doubt as well.
    """

    id: int
    address: str
    floor: int
    message_ids: tuple[str, ...]
    blurred: bool


async def in_doubt(session: AsyncSession, broadcast_id: int) -> list[Doubt]:
    """The unknown deliveries of a broadcast."""
    d = Delivery
    spoke = (
        select(Inbox.id)
        .where(Inbox.channel == d.channel, Inbox.address == d.address, Inbox.received_at >= Broadcast.started_at)
        .exists()
    )
    o = aliased(Delivery)
    other = select(o.id).where(o.address == d.address, o.id != d.id, o.status.in_(["sending", "unknown"])).exists()
    query = (
        select(d.id, d.address, d.floor, d.message_ids, or_(spoke, other))
        .join(Broadcast, Broadcast.id == d.broadcast_id)
        .where(d.broadcast_id == broadcast_id, d.status == DeliveryStatus.UNKNOWN)
        .order_by(d.id)
    )
    found = await session.execute(query)
    return [Doubt(id, address, floor, tuple(ids.split()), both) for id, address, floor, ids, both in found]


async def known_ids(session: AsyncSession, above: int, below: int) -> set[int]:
    """The numbers in this range of our messages to private chats, as far as they are kept."""
    d = Delivery
    private = (d.message_ids != "", d.address.not_like("-%"), d.floor >= above - NUMBERS_BACK)
    written = [
        *await session.scalars(select(d.message_ids).where(*private)),
        *await session.scalars(select(Screen.message_id)),
    ]
    numbers = {int(one) for ids in written for one in ids.split() if one.isdigit()}
    return {n for n in numbers if above < n < below}


async def settle(session: AsyncSession, doubt: Doubt, there: int | None, *, last: bool, now: datetime) -> None:
    """Write down what was found; who has it not is sent it again. A row not unknown any more stays as it is."""
    values: dict[str, Any] = {"reason": None, "status": DeliveryStatus.PENDING, "due_at": now}
    if there is not None:
        values["message_ids"] = " ".join([*doubt.message_ids, str(there)])
        if last:
            values |= {"status": DeliveryStatus.SENT, "sent_at": now, "due_at": None}
    await session.execute(
        update(Delivery)
        .where(Delivery.id == doubt.id, Delivery.status == DeliveryStatus.UNKNOWN)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def resend_unknown(session: AsyncSession, broadcast_id: int, now: datetime) -> int:
    """Send again what is in doubt, marked as possibly received twice; how many."""
    changed = await session.scalars(
        update(Delivery)
        .where(Delivery.broadcast_id == broadcast_id, Delivery.status == DeliveryStatus.UNKNOWN)
        .values(status=DeliveryStatus.PENDING, doubtful=True, due_at=now)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(changed))
