"""Questions to the database about what has arrived: kept once, handled once, then emptied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ChannelName, InboxStatus
from storage.tables import Inbox

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived, not handled yet."""

    id: int
    channel: ChannelName
    external_id: str
    address: str
    raw: bytes
    attempts: int


async def keep(
    session: AsyncSession, channel: ChannelName, arrivals: Sequence[tuple[str, str, bytes]], now: datetime
) -> int:
    """Keep (external id, address, raw) of what arrived; repeats are left out. How many were new."""
    if not arrivals:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"channel": channel, "external_id": external, "address": address, "raw": raw, "status": InboxStatus.NEW,
         "attempts": 0, "received_at": now}
        for external, address, raw in arrivals
    ]  # fmt: skip
    kept = await session.scalars(insert(Inbox).values(rows).on_conflict_do_nothing().returning(Inbox.id))
    return len(list(kept))


async def waiting(session: AsyncSession, limit: int, *, but: Sequence[str] = ()) -> list[Arrival]:
    """What is to be handled, oldest first, without that of some addresses."""
    i = Inbox
    query = select(i.id, i.channel, i.external_id, i.address, i.raw, i.attempts).where(i.status == InboxStatus.NEW)
    if but:
        query = query.where(i.address.not_in(but))
    rows = await session.execute(query.order_by(i.id).limit(limit))
    return [
        Arrival(id, ChannelName(c), external, address, raw or b"", n) for id, c, external, address, raw, n in rows
    ]


async def handled(session: AsyncSession, ids: Sequence[int]) -> None:
    """Done: content and address go, the id stays so that a repeat is known."""
    await session.execute(
        update(Inbox)
        .where(Inbox.id.in_(ids))
        .values(status=InboxStatus.DONE, raw=None, address="")
        .execution_options(synchronize_session=False)
    )


async def failed(session: AsyncSession, arrival: Arrival, error: str) -> bool:
    """Note a failure; after three the arrival is quarantined with its content. True if it was."""
    last = arrival.attempts + 1 >= MOST_ATTEMPTS
    status = InboxStatus.QUARANTINED if last else InboxStatus.NEW
    await session.execute(
        update(Inbox)
        .where(Inbox.id == arrival.id)
        .values(attempts=Inbox.attempts + 1, error=error[:500], status=status)
        .execution_options(synchronize_session=False)
    )
    return last


async def quarantine(session: AsyncSession, arrival: Arrival, error: str) -> None:
    """Set aside at once what cannot be read at all."""
    await session.execute(
        update(Inbox)
        .where(Inbox.id == arrival.id)
        .values(status=InboxStatus.QUARANTINED, error=error[:500], attempts=Inbox.attempts + 1)
        .execution_options(synchronize_session=False)
    )


async def inbox_counts(session: AsyncSession) -> dict[InboxStatus, int]:
    rows = await session.execute(select(Inbox.status, func.count()).group_by(Inbox.status))
    found = {InboxStatus(status): n for status, n in rows}
    return {status: found.get(status, 0) for status in InboxStatus}


async def forget_before(session: AsyncSession, done: datetime, quarantined: datetime) -> None:
    """Handled arrivals are kept as long as a network may repeat them, quarantined ones until somebody has looked."""
    i = Inbox
    await session.execute(delete(i).where(i.received_at < done, i.status == InboxStatus.DONE))
    await session.execute(delete(i).where(i.received_at < quarantined, i.status == InboxStatus.QUARANTINED))
