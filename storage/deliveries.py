"""The ledger's queries: fan out, claim, give back, and what to do with rows whose holder vanished."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, func, insert, literal, null, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.conditions import Condition
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.ledger import Claim
from storage.tables import Broadcast, Contact, Delivery, DeliveryCount, Person
from storage.ways import first_ways

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
CLAIM_BITS = 62
_OPEN = "deliveries.status IN ('pending', 'sending')"
"""Written out, since SQLite uses the partial index only for a condition that it can read."""


async def fan_out(
    session: AsyncSession, broadcast_id: int, condition: Condition, channels: Sequence[ChannelName], now: datetime
) -> int:
    """Freeze the audience: one row for each subscribed person, skipped with the reason where there is no way."""
    ways, gone = first_ways(channels, condition), aliased(Contact)
    stopped = select(func.min(gone.stopped_reason)).where(gone.person_id == ways.c.person_id).scalar_subquery()
    reachable = Contact.id.is_not(None)
    rows = (
        select(
            literal(broadcast_id),
            ways.c.person_id,
            Contact.id,
            func.coalesce(Contact.channel, ""),
            func.coalesce(Contact.address, ""),
            case((reachable, PENDING), else_=DeliveryStatus.SKIPPED),
            case((reachable, null()), else_=func.coalesce(stopped, Reason.NO_CONTACT)),
            literal(now, Delivery.due_at.type),
            literal(0), literal(0), literal(False), literal(""), literal(""), literal(0), literal(""),
        )
        .select_from(ways)
        .outerjoin(Contact, Contact.id == ways.c.contact_id)
        .order_by(ways.c.person_id)
    )  # fmt: skip
    await session.execute(insert(Delivery).from_select(_COLUMNS, rows))
    return await counted(session, broadcast_id)


_COLUMNS = ["broadcast_id", "person_id", "contact_id", "channel", "address", "status", "reason", "due_at",
            "attempts", "claim", "doubtful", "message_ids", "targets", "floor", "tried"]  # fmt: skip


async def fan_out_change(session: AsyncSession, broadcast_id: int, of_id: int, now: datetime) -> int:
    """One row for each person to whom ``of_id`` was sent, with the messages that stand in their chat now.

    Who got it as an article is told of the change in a message of their own, where the window is open. Of whom we do
    not know whether they have it, we know no message to change: they are skipped, and so listed.
    """
    d = Delivery
    family = select(Broadcast.id).where(or_(Broadcast.id == of_id, Broadcast.of_id == of_id))
    newest = (
        select(func.max(d.id))
        .where(d.broadcast_id.in_(family), d.status.in_([DeliveryStatus.SENT, DeliveryStatus.UNKNOWN]))
        .group_by(d.person_id)
    )
    known = d.status == DeliveryStatus.SENT
    rows = select(
        literal(broadcast_id), d.person_id, d.contact_id,
        case((d.channel == ChannelName.ZALO_ARTICLE, ChannelName.ZALO_OA), else_=d.channel), d.address,
        case((known, PENDING), else_=DeliveryStatus.SKIPPED), case((known, null()), else_=Reason.IN_DOUBT),
        literal(now, d.due_at.type), literal(0), literal(0), literal(False), literal(""), d.message_ids,
        literal(0), literal(""),
    ).where(d.id.in_(newest), or_(d.message_ids != "", ~known)).order_by(d.id)  # fmt: skip
    await session.execute(insert(Delivery).from_select(_COLUMNS, rows))
    return await counted(session, broadcast_id)


async def sent_count(session: AsyncSession, broadcast_id: int) -> int:
    """How many people have a message of this broadcast."""
    return await counted(session, broadcast_id, DeliveryStatus.SENT)


async def counted(session: AsyncSession, broadcast_id: int, *statuses: DeliveryStatus) -> int:
    """How many deliveries a broadcast has, of some statuses if any are named; no row is looked at."""
    query = select(func.sum(DeliveryCount.n)).where(DeliveryCount.broadcast_id == broadcast_id)
    if statuses:
        query = query.where(DeliveryCount.status.in_(statuses))
    return int(await session.scalar(query) or 0)


async def claim(
    session: AsyncSession, channel: ChannelName, now: datetime, *, limit: int, lease: timedelta, changes: bool = False
) -> list[Claim]:
    """Take due rows of running broadcasts, or of running ``changes`` to what was sent.

    Who blocked us meanwhile is skipped; so is who unsubscribed, except that a change does not disturb anybody.
    """
    kind = Broadcast.of_id.is_not(None) if changes else Broadcast.of_id.is_(None)
    running = list(
        await session.scalars(select(Broadcast.id).where(Broadcast.status == BroadcastStatus.SENDING, kind))
    )
    if not running:
        return []
    token = secrets.randbits(CLAIM_BITS)
    due = (
        select(Delivery.id)
        .where(
            Delivery.broadcast_id.in_(running),
            Delivery.status == PENDING,
            text(_OPEN),
            Delivery.channel == channel,
            Delivery.due_at <= now,
        )
        .order_by(Delivery.broadcast_id, Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte(
            "due"
        )  # asked once; as a subquery PostgreSQL may ask it again for each row, and take more than the limit
    )
    taken = list(
        await session.scalars(
            update(Delivery)
            .where(Delivery.id.in_(select(due.c.id)), Delivery.status == PENDING)
            .values(claim=token, due_at=now + lease)
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        )
    )
    if not taken:
        return []
    d = Delivery
    query = (
        select(d.id, d.broadcast_id, d.address, d.attempts, d.message_ids, d.targets, Person.subscribed,
               Contact.stopped_reason)
        .join(Person, Person.id == d.person_id)
        .join(Contact, Contact.id == d.contact_id)
        .where(d.id.in_(taken))
        .order_by(d.id)
    )  # fmt: skip
    claims: list[Claim] = []
    gone: dict[str, list[int]] = {}
    for id, broadcast_id, address, attempts, done, targets, subscribed, stopped in await session.execute(query):
        if stopped or not (subscribed or changes):
            gone.setdefault(stopped or Reason.UNSUBSCRIBED, []).append(id)
        else:
            claims.append(
                Claim(id, token, broadcast_id, address, attempts, tuple(done.split()), tuple(targets.split()))
            )
    for reason, ids in gone.items():
        skip = update(Delivery).where(Delivery.id.in_(ids)).values(status=DeliveryStatus.SKIPPED, reason=reason)
        await session.execute(skip.execution_options(synchronize_session=False))
    return claims


async def release(session: AsyncSession, token: int, ids: Sequence[int], due: datetime) -> None:
    """Give back rows that were taken and never marked; they may be taken again from ``due`` on."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.claim == token, Delivery.status == PENDING)
        .values(due_at=due)
        .execution_options(synchronize_session=False)
    )


async def expire(session: AsyncSession, now: datetime, *, hold: bool = False) -> int:
    """Rows marked and never recorded, past their lease: unknown, or sent again where the broadcast says so.

    With ``hold`` nothing is sent again that would send a new message: it will be looked for first.

    Changing a message twice is the same as once, so only a step that would have sent a new one makes doubtful, on
    e-mail and by telephone every step. Of cancelled broadcasts, what came back to be tried again is skipped.
    """
    recent = or_(Broadcast.finished_at.is_(None), Broadcast.finished_at > now - timedelta(days=1))
    may = Broadcast.of_id.is_not(None) if hold else Broadcast.in_doubt == "resend"
    either = select(Broadcast.id).where(recent)
    lost = (text(_OPEN), Delivery.status == SENDING, Delivery.due_at < now, Delivery.broadcast_id.in_(either))
    retried = await session.scalars(
        update(Delivery)
        .where(*lost, Delivery.broadcast_id.in_(select(Broadcast.id).where(may)))
        .values(
            status=PENDING,
            reason=Reason.IN_DOUBT,
            attempts=Delivery.attempts + 1,
            due_at=now,
            doubtful=or_(
                Delivery.doubtful,
                Delivery.channel.in_([ChannelName.EMAIL, ChannelName.ZALO_PHONE]),
                func.length(Delivery.message_ids) >= func.length(Delivery.targets),
            ),
        )
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    unknown = await session.scalars(
        update(Delivery)
        .where(*lost)
        .values(status=DeliveryStatus.UNKNOWN, reason=Reason.IN_DOUBT)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    cancelled = select(Broadcast.id).where(Broadcast.status == BroadcastStatus.CANCELLED, recent)
    await session.execute(
        update(Delivery)
        .where(Delivery.status == PENDING, Delivery.broadcast_id.in_(cancelled))
        .values(status=DeliveryStatus.SKIPPED, reason=Reason.CANCELLED)
        .execution_options(synchronize_session=False)
    )
    return len(list(retried)) + len(list(unknown))


async def unfinished(session: AsyncSession, broadcast_id: int) -> bool:
    query = select(Delivery.id).where(Delivery.broadcast_id == broadcast_id, Delivery.status.in_([PENDING, SENDING]))
    return (await session.scalar(query.limit(1))) is not None


async def has_unknown(session: AsyncSession, broadcast_id: int) -> bool:
    query = select(Delivery.id).where(
        Delivery.broadcast_id == broadcast_id, Delivery.status == DeliveryStatus.UNKNOWN
    )
    return (await session.scalar(query.limit(1))) is not None


async def cancel_pending(session: AsyncSession, broadcast_id: int) -> None:
    """Skip all that has not been marked for sending."""
    await session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id == broadcast_id, Delivery.status == PENDING)
        .values(status=DeliveryStatus.SKIPPED, reason=Reason.CANCELLED)
        .execution_options(synchronize_session=False)
    )
