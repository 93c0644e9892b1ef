"""Questions to the database about Zalo: who may refresh the grant, who last spoke when, what typed words mean."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.enums import BroadcastKind, ChannelName, DeliveryStatus
from storage.tables import Broadcast, Delivery, ZaloChat, ZaloGrant

Typed = Sequence[tuple[str, str]]
"""What may be typed, and the token for which it stands."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The pair of tokens as it stands; neither is ever shown."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_until: datetime | None
    refreshed_at: datetime | None
    refresh_until: datetime | None
    trouble: str


async def grant(session: AsyncSession, account: str) -> Grant | None:
    row = await session.get(ZaloGrant, account, populate_existing=True)
    if row is None:
        return None
    return Grant(
        row.access_token, row.refresh_token, row.access_until, row.refreshed_at, row.refresh_until, row.trouble
    )


async def begin(session: AsyncSession, account: str, refresh_token: str) -> None:
    """Begin with the refresh token of the settings, unless it is the one with which we began before."""
    begun = hashlib.sha256(refresh_token.encode()).hexdigest()
    row = await session.get(ZaloGrant, account, with_for_update=True)
    if row is None or row.begun_with != begun:
        values = {
            "refresh_token": refresh_token, "begun_with": begun, "access_token": "", "access_until": None,
            "refreshed_at": None, "refresh_until": None, "turn_until": None, "trouble": "",
        }  # fmt: skip
        await put(session, ZaloGrant, {"account": account}, values)


async def take_turn(session: AsyncSession, account: str, stale: str, now: datetime, until: datetime) -> str | None:
    """The refresh token, for who may use it now; None if another is at it, or ``stale`` is replaced already."""
    taken = await session.execute(
        update(ZaloGrant)
        .where(
            ZaloGrant.account == account, ZaloGrant.access_token == stale,
            or_(ZaloGrant.turn_until.is_(None), ZaloGrant.turn_until < now),
        )
        .values(turn_until=until)
        .returning(ZaloGrant.refresh_token)
    )  # fmt: skip
    return taken.scalar_one_or_none()


async def keep_pair(
    session: AsyncSession, account: str, *, access: str, refresh: str, access_until: datetime,
    refresh_until: datetime, now: datetime,
) -> None:  # fmt: skip
    """A new pair; it is used only after this is committed."""
    await session.execute(
        update(ZaloGrant)
        .where(ZaloGrant.account == account)
        .values(
            access_token=access, refresh_token=refresh, access_until=access_until, refresh_until=refresh_until,
            refreshed_at=now, turn_until=None, trouble="",
        )
    )  # fmt: skip


async def note_trouble(session: AsyncSession, account: str, trouble: str, *, until: datetime | None = None) -> None:
    """The grant could not be refreshed, or is near its end; ``until`` keeps others from trying at once."""
    await session.execute(
        update(ZaloGrant).where(ZaloGrant.account == account).values(trouble=trouble, turn_until=until)
    )


async def interacted(session: AsyncSession, channel: ChannelName, address: str, now: datetime) -> None:
    """The person did something that opens the window."""
    await put(session, ZaloChat, {"channel": channel, "address": address}, {"interacted_at": now})


async def last_interaction(session: AsyncSession, channel: ChannelName, address: str) -> datetime | None:
    query = select(ZaloChat.interacted_at).where(ZaloChat.channel == channel, ZaloChat.address == address)
    return await session.scalar(query)


async def keep_typed(
    session: AsyncSession, channel: ChannelName, address: str, typed: Typed, now: datetime
) -> None:  # fmt: skip
    """What may be typed under the message that was just shown."""
    written = json.dumps(list(typed), ensure_ascii=False) if typed else ""
    await put(session, ZaloChat, {"channel": channel, "address": address}, {"typed": written, "typed_at": now})


async def typed_lately(
    session: AsyncSession, channel: ChannelName, address: str
) -> tuple[dict[str, str], datetime | None]:
    """What may be typed under the last message of the conversation, and when that was shown."""
    row = await session.get(ZaloChat, (channel, address))
    if row is None or not row.typed:
        return {}, row.typed_at if row else None
    return dict(json.loads(row.typed)), row.typed_at


async def last_broadcast(
    session: AsyncSession, channel: ChannelName, address: str
) -> tuple[dict[str, object], datetime] | None:
    """What the newest broadcast that reached an address says, and when it reached them."""
    query = (
        select(Broadcast.content, Delivery.sent_at)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(
            Delivery.channel == channel, Delivery.address == address, Delivery.status == DeliveryStatus.SENT,
            Broadcast.kind != BroadcastKind.WITHDRAW,
        )
        .order_by(Delivery.sent_at.desc())
        .limit(1)
    )  # fmt: skip
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1]) if found and found[1] else None
