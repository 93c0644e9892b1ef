"""Questions to the database about e-mail: whose it was, and what came back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import note
from storage.contacts import fact
from storage.enums import CaseStatus, ChannelName, DeliveryStatus, Reason
from storage.people import set_subscribed
from storage.tables import Bounce, Broadcast, Case, Contact, Delivery, Fact, Person

SECRET_FACT = "email secret"
SOFT_LIMIT = 4
"""So many temporary failures within ``SOFT_DAYS``, and the address is not written to any more."""
SOFT_DAYS = 60


async def secret(session: AsyncSession) -> bytes:
    """What tokens in e-mails are signed with, made at the first time; the same for every process."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(Fact).values(name=SECRET_FACT, value=secrets.token_hex(32)).on_conflict_do_nothing())
    return bytes.fromhex(await fact(session, SECRET_FACT) or "")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose e-mail it was: the person behind a delivery."""

    delivery_id: int
    contact_id: int
    person_id: int
    bulletin_id: int | None
    areas: int
    subscribed: bool
    stopped: bool
    read: bool


async def addressee(session: AsyncSession, delivery_id: int) -> Addressee | None:
    d, p, c, b = Delivery, Person, Contact, Broadcast
    query = (
        select(d.id, c.id, p.id, b.bulletin_id, p.areas, p.subscribed, c.stopped_at, d.read_at)
        .join(p, p.id == d.person_id)
        .join(c, c.id == d.contact_id)
        .join(b, b.id == d.broadcast_id)
        .where(d.id == delivery_id, d.channel == ChannelName.EMAIL)
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None
    delivery, contact, person, bulletin, areas, subscribed, stopped_at, read_at = row
    return Addressee(
        delivery, contact, person, bulletin, areas, subscribed, stopped_at is not None, read_at is not None
    )


async def unsubscribe(session: AsyncSession, who: Addressee, now: datetime, way: str) -> None:
    """No bulletin any more, on any channel: whoever says stop means it."""
    changed = await session.execute(
        update(Person)
        .where(Person.id == who.person_id, Person.subscribed)
        .values(subscribed=False, subscription_changed_at=now)
        .returning(Person.id)
    )
    if changed.first() is not None:
        await note(session, f"person {who.person_id}", "unsubscribe", f"person {who.person_id}", now, way)


async def resubscribe(session: AsyncSession, who: Addressee, now: datetime) -> None:
    """Bulletins again, to this address too: whoever could press the button reads what is sent there."""
    await set_subscribed(session, who.person_id, True, now)
    await session.execute(
        update(Contact).where(Contact.id == who.contact_id).values(stopped_at=None, stopped_reason=None)
    )
    await note(session, f"person {who.person_id}", "subscribe", f"person {who.person_id}", now, "e-mail page")


async def case_stops(session: AsyncSession, case_id: int) -> bool:
    """Somebody drawn for a survey does not want to hear of it again; False if there is no such case."""
    c = Case
    known = await session.scalar(select(c.id).where(c.id == case_id))
    await session.execute(
        update(c)
        .where(c.id == case_id, c.disposition.in_(["pending", "invited", "opened"]))
        .values(disposition="refused")
    )
    await session.execute(
        update(c).where(c.id == case_id, c.status == CaseStatus.PENDING).values(status=CaseStatus.CANCELLED)
    )
    return known is not None


async def _kept_once(session: AsyncSession, values: dict[str, Any]) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    kept = await session.execute(insert(Bounce).values(values).on_conflict_do_nothing().returning(Bounce.id))
    return kept.first() is not None


async def bounced(
    session: AsyncSession, delivery_id: int, *, report: str, status: str, final: bool, now: datetime
) -> bool:
    """A delivery came back: it failed, whatever was known of it; a dead address is stopped, one that fails again and
    again too. False if this report is known, or the delivery is not.

    What was handed to the mail server counted as sent; now it is known not to have arrived, so its row moves from
    sent (or unknown) to failed, with the reason 'bounced' and the time of sending kept. A row that is just being sent
    is fenced off: its own outcome finds it failed and leaves it so.
    """
    d = Delivery
    contact_id = await session.scalar(select(d.contact_id).where(d.id == delivery_id, d.channel == ChannelName.EMAIL))
    if contact_id is None:
        return False
    values = {"report": report, "delivery_id": delivery_id, "contact_id": contact_id, "status": status,
              "final": final, "at": now}  # fmt: skip
    if not await _kept_once(session, values):
        return False
    came_back = [DeliveryStatus.SENT, DeliveryStatus.UNKNOWN, DeliveryStatus.SENDING, DeliveryStatus.PENDING]
    await session.execute(
        update(d)
        .where(d.id == delivery_id, d.status.in_(came_back))
        .values(status=DeliveryStatus.FAILED, reason=Reason.BOUNCED, detail=status, due_at=None)
        .execution_options(synchronize_session=False)
    )
    if final or await _soft(session, contact_id, now) >= SOFT_LIMIT:
        await session.execute(
            update(Contact)
            .where(Contact.id == contact_id, Contact.stopped_at.is_(None))
            .values(stopped_at=now, stopped_reason=Reason.BOUNCED)
        )
    return True


async def _soft(session: AsyncSession, contact_id: int, now: datetime) -> int:
    """How many deliveries to this address came back for a time, since one last did not."""
    b, d = Bounce, Delivery
    arrived = (
        select(func.max(d.sent_at))
        .where(d.contact_id == contact_id, d.status == DeliveryStatus.SENT, d.sent_at < now - timedelta(days=6))
        .scalar_subquery()
    )
    since = func.coalesce(arrived, now - timedelta(days=SOFT_DAYS))
    query = select(func.count(b.delivery_id.distinct())).where(
        b.contact_id == contact_id, b.at > now - timedelta(days=SOFT_DAYS), b.at > since
    )
    return await session.scalar(query) or 0


async def case_bounced(session: AsyncSession, case_id: int, *, report: str, status: str, now: datetime) -> bool:
    """An invitation came back: the person was not reached. False if this report is known, or the case is not."""
    c = Case
    if await session.scalar(select(c.id).where(c.id == case_id)) is None:
        return False
    values = {"report": report, "case_id": case_id, "status": status, "final": True, "at": now}
    if not await _kept_once(session, values):
        return False
    sent = [CaseStatus.SENT, CaseStatus.UNKNOWN, CaseStatus.SENDING]
    await session.execute(
        update(c).where(c.id == case_id, c.status.in_(sent)).values(
            status=CaseStatus.FAILED, reason=Reason.BOUNCED, due_at=None
        )
    )  # fmt: skip
    await session.execute(
        update(c).where(c.id == case_id, c.disposition.in_(["pending", "invited"])).values(disposition="unreachable")
    )
    return True
