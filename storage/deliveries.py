"""The ledger's queries: fan out, claim, mark, record, and what to do with rows whose holder vanished."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, insert, literal, null, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.audience import sql
from storage.conditions import Condition
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
CLAIM_BITS = 62
_OPEN = "deliveries.status IN ('pending', 'sending')"
"""Written out, since SQLite uses the partial index only for a condition that it can read."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery taken for sending: all that is needed to send it, and nothing tied to a transaction."""

    id: int
    token: int
    broadcast_id: int
    address: str
    attempts: int
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to; ``due_at`` is set for a row that is to be tried again."""

    id: int
    token: int
    status: DeliveryStatus
    reason: Reason | None
    detail: str
    attempts: int
    message_ids: tuple[str, ...]
    due_at: datetime | None
    sent_at: datetime | None
    doubtful: bool


async def fan_out(
    session: AsyncSession, broadcast_id: int, condition: Condition, channels: Sequence[ChannelName], now: datetime
) -> int:
    """Freeze the audience: one row for each subscribed person, skipped with the reason where there is no way."""
    usable = (
        select(Contact.person_id, func.min(Contact.id).label("contact_id"))
        .where(Contact.person_id.is_not(None), Contact.stopped_at.is_(None), Contact.channel.in_(list(channels)))
        .group_by(Contact.person_id)
        .subquery()
    )
    gone = aliased(Contact)
    stopped = (
        select(func.min(gone.stopped_reason))
        .where(gone.person_id == Person.id, gone.stopped_at.is_not(None))
        .scalar_subquery()
    )
    reachable = usable.c.contact_id.is_not(None)
    rows = (
        select(
            literal(broadcast_id),
            Person.id,
            Contact.id,
            func.coalesce(Contact.channel, ""),
            func.coalesce(Contact.address, ""),
            case((reachable, PENDING), else_=DeliveryStatus.SKIPPED),
            case((reachable, null()), else_=func.coalesce(stopped, Reason.NO_CONTACT)),
            literal(now, Delivery.due_at.type),
            literal(0), literal(0), literal(False), literal(""),
        )
        .select_from(Person)
        .outerjoin(usable, usable.c.person_id == Person.id)
        .outerjoin(Contact, Contact.id == usable.c.contact_id)
        .where(Person.subscribed, sql(condition))
        .order_by(Person.id)
    )  # fmt: skip
    columns = ["broadcast_id", "person_id", "contact_id", "channel", "address", "status", "reason", "due_at",
               "attempts", "claim", "doubtful", "message_ids"]  # fmt: skip
    await session.execute(insert(Delivery).from_select(columns, rows))
    return await session.scalar(select(func.count()).where(Delivery.broadcast_id == broadcast_id)) or 0


async def claim(
    session: AsyncSession, channel: ChannelName, now: datetime, *, limit: int, lease: timedelta
) -> list[Claim]:
    """Take due rows of running broadcasts; those who unsubscribed or blocked us meanwhile are skipped."""
    running = list(await session.scalars(select(Broadcast.id).where(Broadcast.status == BroadcastStatus.SENDING)))
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
        .correlate(None)
    )
    taken = list(
        await session.scalars(
            update(Delivery)
            .where(Delivery.id.in_(due), Delivery.status == PENDING)
            .values(claim=token, due_at=now + lease)
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        )
    )
    if not taken:
        return []
    d = Delivery
    query = (
        select(d.id, d.broadcast_id, d.address, d.attempts, d.message_ids, Person.subscribed, Contact.stopped_reason)
        .join(Person, Person.id == d.person_id)
        .join(Contact, Contact.id == d.contact_id)
        .where(d.claim == token, d.id.in_(taken))
        .order_by(d.id)
    )
    claims: list[Claim] = []
    gone: dict[str, list[int]] = {}
    for id, broadcast_id, address, attempts, message_ids, subscribed, stopped in await session.execute(query):
        if stopped or not subscribed:
            gone.setdefault(stopped or Reason.UNSUBSCRIBED, []).append(id)
        else:
            claims.append(Claim(id, token, broadcast_id, address, attempts, tuple(message_ids.split())))
    for reason, ids in gone.items():
        skip = update(Delivery).where(Delivery.id.in_(ids)).values(status=DeliveryStatus.SKIPPED, reason=reason)
        await session.execute(skip.execution_options(synchronize_session=False))
    return claims


async def mark(session: AsyncSession, token: int, ids: Sequence[int], until: datetime) -> set[int]:
    """Note durably that these are about to be sent; only those still ours, of a broadcast still running."""
    values = {"ids": json.dumps(list(ids)), "token": token, "until": _moment(session, until)}
    marked = await session.execute(text(_MARK[session.get_bind().dialect.name]), values)
    return {row[0] for row in marked}


async def record(session: AsyncSession, results: Sequence[Result]) -> None:
    """Write what attempts came to, in one statement; a row that somebody else took meanwhile stays as it is."""
    rows = [
        {
            "row_id": r.id,
            "held": r.token,
            "status": r.status,
            "reason": r.reason,
            "detail": r.detail or None,
            "attempts": r.attempts,
            "message_ids": " ".join(r.message_ids),
            "due_at": _moment(session, r.due_at, written=True),
            "sent_at": _moment(session, r.sent_at, written=True),
            "doubtful": r.doubtful,
        }
        for r in results
    ]
    await session.execute(text(_RECORD[session.get_bind().dialect.name]), {"rows": json.dumps(rows)})


def _moment(session: AsyncSession, at: datetime | None, *, written: bool = False) -> datetime | str | None:
    """A time as the driver wants it (text on SQLite, as SQLAlchemy keeps it there), or written into JSON."""
    if at is None:
        return None
    if session.get_bind().dialect.name == "sqlite":
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return at.isoformat() if written else at


_RUNNING = "SELECT id FROM broadcasts WHERE status = 'sending'"
_MARK = {
    "sqlite": f"""
        UPDATE deliveries SET status = 'sending', due_at = :until
        WHERE id IN (SELECT value FROM json_each(:ids)) AND claim = :token AND status = 'pending'
          AND broadcast_id IN ({_RUNNING}) RETURNING id""",
    "postgresql": f"""
        UPDATE deliveries SET status = 'sending', due_at = :until
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))
          AND claim = :token AND status = 'pending' AND broadcast_id IN ({_RUNNING}) RETURNING id""",
}
"""One statement of one text for any number of rows: through the ORM these two cost ten times as much."""
_SET = """status = r.status, reason = r.reason, detail = r.detail, attempts = r.attempts,
          message_ids = r.message_ids, due_at = r.due_at, sent_at = r.sent_at"""
_OURS = "d.id = r.row_id AND d.claim = r.held AND d.status IN ('sending', 'unknown')"
_RECORD = {
    "sqlite": f"""
        UPDATE deliveries AS d SET {_SET}, doubtful = d.doubtful OR r.doubtful
        FROM (SELECT value ->> 'row_id' AS row_id, value ->> 'held' AS held, value ->> 'status' AS status,
                     value ->> 'reason' AS reason, value ->> 'detail' AS detail, value ->> 'attempts' AS attempts,
                     value ->> 'message_ids' AS message_ids, value ->> 'due_at' AS due_at,
                     value ->> 'sent_at' AS sent_at, value ->> 'doubtful' AS doubtful
              FROM json_each(:rows)) AS r
        WHERE {_OURS}""",
    "postgresql": f"""
        UPDATE deliveries AS d SET {_SET}, doubtful = d.doubtful OR r.doubtful
        FROM json_to_recordset(CAST(:rows AS json)) AS r(
            row_id bigint, held bigint, status text, reason text, detail text, attempts smallint, message_ids text,
            due_at timestamptz, sent_at timestamptz, doubtful boolean)
        WHERE {_OURS}""",
}


async def release(session: AsyncSession, token: int, ids: Sequence[int], now: datetime) -> None:
    """Give back rows that were taken and never marked."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.claim == token, Delivery.status == PENDING)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


async def expire(session: AsyncSession, now: datetime) -> int:
    """Rows marked and never recorded, past their lease: unknown, or sent again where the broadcast says so.

    Of cancelled broadcasts, what came back to be tried again is skipped.
    """
    unfinished = Broadcast.status.in_([BroadcastStatus.SENDING, BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED])
    recent = or_(Broadcast.finished_at.is_(None), Broadcast.finished_at > now - timedelta(days=1))
    again = select(Broadcast.id).where(unfinished, recent, Broadcast.in_doubt == "resend")
    either = select(Broadcast.id).where(unfinished, recent)
    lost = (text(_OPEN), Delivery.status == SENDING, Delivery.due_at < now, Delivery.broadcast_id.in_(either))
    retried = await session.scalars(
        update(Delivery)
        .where(*lost, Delivery.broadcast_id.in_(again))
        .values(status=PENDING, reason=Reason.IN_DOUBT, doubtful=True, attempts=Delivery.attempts + 1, due_at=now)
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


async def cancel_pending(session: AsyncSession, broadcast_id: int) -> None:
    """Skip all that has not been marked for sending."""
    await session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id == broadcast_id, Delivery.status == PENDING)
        .values(status=DeliveryStatus.SKIPPED, reason=Reason.CANCELLED)
        .execution_options(synchronize_session=False)
    )


async def settle_unknown(session: AsyncSession, broadcast_id: int, *, resend: bool, now: datetime) -> int:
    """Decide on the unknown ones: send again (marked as possibly received twice) or leave them as they are."""
    if not resend:
        return 0
    changed = await session.scalars(
        update(Delivery)
        .where(Delivery.broadcast_id == broadcast_id, Delivery.status == DeliveryStatus.UNKNOWN)
        .values(status=PENDING, doubtful=True, due_at=now)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(changed))
