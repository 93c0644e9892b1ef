"""Questions to the database about bulletins that go to an account's followers as one article.

Their deliveries stand on a channel of their own, which no dispatcher takes: all of them are sent, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audience import sql
from storage.conditions import Condition
from storage.database import put
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person, ZaloArticle, ZaloChat
from storage.ways import first_ways

ARTICLE, ACCOUNT = ChannelName.ZALO_ARTICLE, ChannelName.ZALO_OA
HELD = timedelta(minutes=5)
"""Whoever broadcasts an article and says nothing for so long is gone."""


class ArticleState(StrEnum):
    """How far an article is; it is broadcast between SENDING and SENT, and never again by itself."""

    NEW = "new"
    MADE = "made"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """The article of one broadcast."""

    broadcast_id: int
    bulletin_id: int
    state: ArticleState
    token: str
    article: str
    channels: tuple[ChannelName, ...]
    """On which the broadcast goes out, the first to be tried first."""


def _of(broadcast_id: int, *statuses: DeliveryStatus) -> list[ColumnElement[bool]]:
    d = Delivery
    return [d.broadcast_id == broadcast_id, d.channel == ARTICLE, d.status.in_(statuses)]


async def dedicate(session: AsyncSession, broadcast_id: int, now: datetime) -> int:
    """Everybody of a broadcast who follows the account, or may, gets it as the article and no other way; how many."""
    d, c, z = Delivery, Contact, ZaloChat
    at = select(c.person_id, c.id, c.address).outerjoin(z, and_(z.channel == c.channel, z.address == c.address))
    at = at.where(c.channel == ACCOUNT, c.stopped_at.is_(None), z.follows.is_not(False))
    follower = at.add_columns(func.row_number().over(partition_by=c.person_id, order_by=c.id).label("n")).subquery()
    moved = await session.scalars(
        update(d)
        .where(d.broadcast_id == broadcast_id, d.status == DeliveryStatus.PENDING,
               d.person_id == follower.c.person_id, follower.c.n == 1)
        .values(channel=ARTICLE, contact_id=follower.c.id, address=follower.c.address)
        .returning(d.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    n = len(list(moved))
    if n:
        key = {"broadcast_id": broadcast_id}
        await put(session, ZaloArticle, key, {"state": ArticleState.NEW, "token": "", "article": "", "message": "",
                                              "due_at": now})  # fmt: skip
    return n


async def followers(session: AsyncSession, condition: Condition) -> int:
    """How many of those whom a condition means follow the account, or may."""
    c, z = Contact, ZaloChat
    query = (
        select(func.count(Person.id.distinct()))
        .join(c, c.person_id == Person.id)
        .outerjoin(z, and_(z.channel == c.channel, z.address == c.address))
        .where(Person.subscribed, sql(condition), c.channel == ACCOUNT, c.stopped_at.is_(None),
               z.follows.is_not(False))
    )  # fmt: skip
    return await session.scalar(query) or 0


async def due_articles(session: AsyncSession, now: datetime) -> list[ArticleInfo]:
    """Articles of running broadcasts that are to go on; one in doubt only where a person sends it again."""
    a, b = ZaloArticle, Broadcast
    waits = select(Delivery.id).where(
        Delivery.broadcast_id == a.broadcast_id, Delivery.channel == ARTICLE,
        Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING]),
    )  # fmt: skip
    over = [ArticleState.SENT, ArticleState.REFUSED]
    query = (
        select(a, b.bulletin_id, b.channels)
        .join(b, b.id == a.broadcast_id)
        .where(or_(b.status == BroadcastStatus.SENDING, a.state == ArticleState.SENDING), a.due_at <= now,
               a.state.not_in(over), or_(a.state != ArticleState.UNKNOWN, waits.exists()))
        .order_by(a.broadcast_id)
    )  # fmt: skip
    return [
        ArticleInfo(
            row.broadcast_id,
            bulletin_id or 0,
            ArticleState(row.state),
            row.token,
            row.article,
            tuple(ChannelName(channel) for channel in channels.split()),
        )
        for row, bulletin_id, channels in await session.execute(query)
    ]


async def become(
    session: AsyncSession, one: ArticleInfo, state: ArticleState, *, due: datetime, **values: Any
) -> bool:
    """Go on from the state that was seen; False if somebody else has."""
    a = ZaloArticle
    changed = await session.scalars(
        update(a)
        .where(a.broadcast_id == one.broadcast_id, a.state == one.state)
        .values(state=state, due_at=literal(due, a.due_at.type), **values)
        .returning(a.broadcast_id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


async def unknown_followers(session: AsyncSession, broadcast_id: int, limit: int) -> list[tuple[int, str]]:
    """Deliveries and addresses of whom nobody has asked whether they follow."""
    d, z = Delivery, ZaloChat
    chat = and_(z.channel == ACCOUNT, z.address == d.address)
    query = select(d.id, d.address).outerjoin(z, chat).where(*_of(broadcast_id, DeliveryStatus.PENDING))
    rows = await session.execute(query.where(z.follows.is_(None)).order_by(d.id).limit(limit))
    return [(id, address) for id, address in rows]


async def follows(session: AsyncSession, address: str, *, yes: bool) -> None:
    """Whether somebody follows the account, as Zalo says."""
    await put(session, ZaloChat, {"channel": ACCOUNT, "address": address}, {"follows": yes})


async def back_to_ways(
    session: AsyncSession, one: ArticleInfo, *, ids: Sequence[int] | None = None, tried: Reason | None = None
) -> None:
    """Who surely gets no article is written to on their first way; ``ids`` if not all of them."""
    d, ways = Delivery, first_ways(one.channels)
    way = select(ways.c.person_id, Contact.id, Contact.channel, Contact.address).join(
        Contact, Contact.id == ways.c.contact_id
    ).subquery()  # fmt: skip
    only = [d.id.in_(ids)] if ids is not None else []
    both = _of(one.broadcast_id, DeliveryStatus.PENDING, DeliveryStatus.SENDING)
    values = {"tried": f"{ARTICLE}:{tried}"} if tried else {}
    await session.execute(
        update(d)
        .where(*both, *only, d.person_id == way.c.person_id)
        .values(contact_id=way.c.id, channel=way.c.channel, address=way.c.address, status=DeliveryStatus.PENDING,
                **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


async def begin(session: AsyncSession, one: ArticleInfo, now: datetime) -> bool:
    """Mark everybody before the one call is made; False if nothing runs any more, or somebody else is at it."""
    b = Broadcast
    running = select(b.id).where(b.id == one.broadcast_id, b.status == BroadcastStatus.SENDING)
    if await session.scalar(running.with_for_update()) is None:
        return False
    if not await become(session, one, ArticleState.SENDING, due=now + HELD):
        return False
    marked = update(Delivery).where(*_of(one.broadcast_id, DeliveryStatus.PENDING))
    await session.execute(
        marked.values(status=DeliveryStatus.SENDING, due_at=literal(now + 2 * HELD, Delivery.due_at.type))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return True


async def end(
    session: AsyncSession, broadcast_id: int, status: DeliveryStatus, now: datetime, *, message: str = ""
) -> int:
    """What became of everybody at once: sent as the article was broadcast, pending again, or unknown; how many."""
    d, sent = Delivery, status is DeliveryStatus.SENT
    reason: Any = Reason.IN_DOUBT if status is DeliveryStatus.UNKNOWN else null()
    values: dict[str, Any] = {"status": status, "reason": reason, "message_ids": message if sent else ""}
    values |= {"sent_at": literal(now, d.sent_at.type)} if sent else {"due_at": literal(now, d.due_at.type)}
    statuses = (DeliveryStatus.SENDING, *((DeliveryStatus.PENDING,) if not sent else ()))
    ended = await session.scalars(
        update(d).where(*_of(broadcast_id, *statuses)).values(values).returning(d.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(list(ended))
