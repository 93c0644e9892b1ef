"""Questions to the database about broadcasts: their life, and what became of their deliveries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, DeliveryCount, Person


@dataclass(frozen=True, slots=True)
class BroadcastInfo:
    """A broadcast as it travels, with the names of its author and approver."""

    id: int
    kind: BroadcastKind
    of_id: int | None
    bulletin_id: int | None
    title: str
    audience: str
    areas: int
    content: dict[str, Any]
    digest: str | None
    status: BroadcastStatus
    in_doubt: str
    author_id: int
    approver_id: int | None
    note: str
    send_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    author: str
    approver: str
    channels: tuple[ChannelName, ...] = ()
    """On which it goes out, the first to be tried first; known once it has started."""


def _info(row: Broadcast, author: str | None, approver: str | None) -> BroadcastInfo:
    return BroadcastInfo(
        row.id, BroadcastKind(row.kind), row.of_id, row.bulletin_id, row.title, row.audience, row.areas, row.content,
        row.digest, BroadcastStatus(row.status), row.in_doubt, row.author_id, row.approver_id, row.note, row.send_at,
        row.started_at, row.finished_at, author or "", approver or "",
        tuple(ChannelName(channel) for channel in row.channels.split()),
    )  # fmt: skip


def _with_names() -> Any:
    author, approver = Person.__table__.alias("author"), Person.__table__.alias("approver")
    return (
        select(Broadcast, author.c.name, approver.c.name)
        .join(author, author.c.id == Broadcast.author_id)
        .outerjoin(approver, approver.c.id == Broadcast.approver_id)
    )


async def broadcast(session: AsyncSession, broadcast_id: int) -> BroadcastInfo | None:
    row = (await session.execute(_with_names().where(Broadcast.id == broadcast_id))).first()
    return _info(*row) if row else None


async def broadcasts(session: AsyncSession, *statuses: BroadcastStatus, limit: int = 20) -> list[BroadcastInfo]:
    """The newest broadcasts, of some statuses if any are named."""
    query = _with_names().order_by(Broadcast.id.desc()).limit(limit)
    if statuses:
        query = query.where(Broadcast.status.in_(statuses))
    return [_info(*row) for row in await session.execute(query)]


async def due_broadcasts(session: AsyncSession, now: datetime) -> list[int]:
    query = select(Broadcast.id).where(Broadcast.status == BroadcastStatus.APPROVED, Broadcast.send_at <= now)
    return list(await session.scalars(query.order_by(Broadcast.send_at)))


async def sending_broadcasts(session: AsyncSession) -> list[int]:
    query = select(Broadcast.id).where(Broadcast.status == BroadcastStatus.SENDING)
    return list(await session.scalars(query.order_by(Broadcast.started_at, Broadcast.id)))


async def hold_restored(session: AsyncSession, now: datetime, note: str) -> list[int]:
    """After a backup was put back: pause what was being sent, hold what was due; which.

    Names only columns that there have always been, as the backup may be of an older release.
    """
    held: list[int] = []
    for before, after, due in (
        (BroadcastStatus.SENDING, BroadcastStatus.PAUSED, true()),
        (BroadcastStatus.APPROVED, BroadcastStatus.HELD, Broadcast.send_at <= now),
    ):
        query = update(Broadcast).where(Broadcast.status == before, due).values(status=after, note=note)
        held += await session.scalars(query.returning(Broadcast.id))
    return sorted(held)


async def add_broadcast(
    session: AsyncSession, *, bulletin_id: int | None, title: str, audience: str, areas: int,
    content: dict[str, Any], author_id: int, now: datetime, kind: BroadcastKind = BroadcastKind.SEND,
    of_id: int | None = None, in_doubt: str = "resend",
) -> int:  # fmt: skip
    row = Broadcast(
        bulletin_id=bulletin_id, title=title, audience=audience, areas=areas, content=content, author_id=author_id,
        status=BroadcastStatus.DRAFT, created_at=now, kind=kind, of_id=of_id, in_doubt=in_doubt,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def changes_of(session: AsyncSession, broadcast_id: int) -> list[BroadcastInfo]:
    """The corrections and withdrawals of a broadcast, the newest first."""
    query = _with_names().where(Broadcast.of_id == broadcast_id).order_by(Broadcast.id.desc())
    return [_info(*row) for row in await session.execute(query)]


async def change_broadcast(session: AsyncSession, broadcast_id: int, before: BroadcastStatus, **values: Any) -> bool:
    """Change a broadcast that still has the status ``before``; False if somebody else was faster."""
    changed = await session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.status == before)
        .values(**values)
        .returning(Broadcast.id)
    )
    return changed.scalar() is not None


LARGE = 2000


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries have each status, and why those that failed or were skipped did."""

    by_status: dict[DeliveryStatus, int]
    reasons: dict[Reason, int]
    doubtful: int
    ways: dict[ChannelName, int] = field(default_factory=dict)
    """How many were sent on each channel."""
    turned: int = 0
    """How many of these went another way than the first, which was closed."""
    by_id: int = 0
    """How many of these were a paid template of Zalo by user id."""

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def large(self) -> bool:
        """Whether a list of everybody takes so long that it is made by a job and not in a conversation."""
        return self.total > LARGE

    @property
    def waiting(self) -> int:
        return self.by_status[DeliveryStatus.PENDING] + self.by_status[DeliveryStatus.SENDING]

    @property
    def sent(self) -> int:
        return self.by_status[DeliveryStatus.SENT]


TEMPLATE_MARK = "zbs:"
"""What the id of a message begins with that was a template, so that it is known what it cost."""


async def tally(session: AsyncSession, broadcast_id: int) -> Tally:
    """From what the database counts by itself; as cheap for a million deliveries as for ten."""
    c = DeliveryCount
    kinds = (c.status, c.reason, c.doubtful, c.channel, c.turned, c.paid)
    query = select(*kinds, func.sum(c.n)).where(c.broadcast_id == broadcast_id)
    query = query.group_by(*kinds).having(func.sum(c.n) > 0)
    by_status = dict.fromkeys(DeliveryStatus, 0)
    reasons: dict[Reason, int] = {}
    doubtful = 0
    ways: dict[ChannelName, int] = {}
    otherwise = by_id = 0
    for status, reason, twice, channel, again, template, sum_ in await session.execute(query):
        n = int(sum_)
        by_status[DeliveryStatus(status)] += n
        doubtful += n if twice else 0
        if reason and status in (DeliveryStatus.FAILED, DeliveryStatus.SKIPPED, DeliveryStatus.UNKNOWN):
            reasons[Reason(reason)] = reasons.get(Reason(reason), 0) + n
        if channel and status == DeliveryStatus.SENT:
            ways[ChannelName(channel)] = ways.get(ChannelName(channel), 0) + n
            otherwise += n if again else 0
            by_id += n if template else 0
    return Tally(by_status, reasons, doubtful, ways, otherwise, by_id)


async def read_count(session: AsyncSession, broadcast_id: int) -> int:
    """How many say that they have read it."""
    query = select(func.count(Delivery.read_at)).where(Delivery.broadcast_id == broadcast_id)
    return await session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's delivery, by name."""

    person_id: int
    name: str
    title: str
    unit: str
    channel: str
    address: str
    status: DeliveryStatus
    reason: Reason | None
    detail: str
    doubtful: bool
    attempts: int
    sent_at: datetime | None
    read_at: datetime | None
    tried: tuple[tuple[ChannelName, Reason], ...] = ()
    """The ways that were closed before this one, and why."""


async def recipients(
    session: AsyncSession,
    broadcast_id: int,
    *statuses: DeliveryStatus,
    doubtful: bool = False,
    limit: int = 1_000_000,
) -> list[Recipient]:
    """Deliveries by name, of some statuses if any are named."""
    d, p = Delivery, Person
    query = (
        select(p.id, p.name, p.title, p.unit, d.channel, d.address, d.status, d.reason, d.detail, d.doubtful,
               d.attempts, d.sent_at, d.read_at, d.tried)
        .join(p, p.id == d.person_id)
        .where(d.broadcast_id == broadcast_id)
        .order_by(d.status, d.reason, p.unit, p.name, p.id)
        .limit(limit)
    )  # fmt: skip
    if statuses:
        query = query.where(d.status.in_(statuses))
    if doubtful:
        query = query.where(d.doubtful)
    return [
        Recipient(id, name, title, unit, channel, address, DeliveryStatus(status), Reason(reason) if reason else None,
                  detail or "", twice, attempts, sent, read, _ways(tried))
        for id, name, title, unit, channel, address, status, reason, detail, twice, attempts, sent, read, tried
        in await session.execute(query)
    ]  # fmt: skip


def _ways(tried: str) -> tuple[tuple[ChannelName, Reason], ...]:
    """'telegram:blocked,zalo_oa:window closed' in parts."""
    parts = (one.partition(":") for one in tried.split(",") if one)
    return tuple((ChannelName(channel), Reason(reason)) for channel, _, reason in parts)


async def mark_read(session: AsyncSession, bulletin_id: int, contact_id: int, now: datetime) -> bool:
    """The person says to have read it; False if it was said before or was never sent to this contact."""
    of_bulletin = select(Broadcast.id).where(Broadcast.bulletin_id == bulletin_id)
    person = select(Contact.person_id).where(Contact.id == contact_id).scalar_subquery()
    marked = await session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id.in_(of_bulletin), Delivery.person_id == person, Delivery.read_at.is_(None))
        .values(read_at=now)
        .returning(Delivery.id)
    )
    return marked.first() is not None
