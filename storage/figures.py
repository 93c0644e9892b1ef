"""Questions to the database about how the program is doing, each answered from an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import BroadcastStatus, DeliveryStatus, InboxStatus
from storage.tables import Broadcast, Delivery, DeliveryCount, Inbox, Incident

UNFINISHED = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Figures:
    """Ages in seconds, 0 where nothing waits; ``incidents`` are open ones by kind."""

    queue_age: float
    queue_depth: int
    inbox_lag: float
    inbox_depth: int
    quarantined: int
    incidents: Mapping[str, int]


async def figures(session: AsyncSession, now: datetime) -> Figures:
    oldest, waiting = await inbox_waiting(session)
    i = Incident
    open_ones = await session.execute(select(i.kind, func.count()).where(i.closed_at.is_(None)).group_by(i.kind))
    return Figures(
        queue_age=_age(await oldest_due(session, now), now),
        queue_depth=await queue_depth(session),
        inbox_lag=_age(oldest, now),
        inbox_depth=waiting,
        quarantined=await quarantined_since(session, None),
        incidents={row[0]: row[1] for row in open_ones},
    )


def _age(then: datetime | None, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds()) if then else 0.0


async def inbox_waiting(session: AsyncSession) -> tuple[datetime | None, int]:
    """When the oldest arrival that waits came, and how many wait."""
    query = select(func.min(Inbox.received_at), func.count()).where(Inbox.status == InboxStatus.NEW)
    oldest, waiting = (await session.execute(query)).one()
    return oldest, waiting


async def quarantined_since(session: AsyncSession, since: datetime | None) -> int:
    """How many arrivals that came since a moment, or ever, are quarantined."""
    query = select(func.count()).select_from(Inbox).where(Inbox.status == InboxStatus.QUARANTINED)
    if since is not None:
        query = query.where(Inbox.received_at >= since)
    return await session.scalar(query) or 0


async def oldest_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Since when the longest waiting delivery of a running broadcast has been due."""
    due: list[datetime] = []
    for broadcast_id in await _running(session):
        query = select(func.min(Delivery.due_at)).where(
            Delivery.broadcast_id == broadcast_id, Delivery.status.in_(UNFINISHED), Delivery.due_at <= now
        )
        if (found := await session.scalar(query)) is not None:
            due.append(found)
    return min(due, default=None)


async def queue_depth(session: AsyncSession) -> int:
    """How many deliveries of running broadcasts are not final."""
    c = DeliveryCount
    query = select(func.sum(c.n)).where(c.broadcast_id.in_(await _running(session)), c.status.in_(UNFINISHED))
    return int(await session.scalar(query) or 0)


async def _running(session: AsyncSession) -> list[int]:
    return list(await session.scalars(select(Broadcast.id).where(Broadcast.status == BroadcastStatus.SENDING)))
