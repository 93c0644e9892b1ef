"""Which way somebody drawn for a survey is invited: the first that is open to them and was not tried."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import CaseStatus, ChannelName, Reason
from storage.tables import Case, Contact

COUNTRY = "84"
"""How a number that people write with 0 begins on Zalo."""
ADDRESS: Mapping[ChannelName, ColumnElement[str]] = {
    ChannelName.TELEGRAM: Case.telegram.expression,
    ChannelName.ZALO_OA: Case.zalo.expression,
    ChannelName.ZALO_PHONE: case((Case.phone == "", ""), else_=literal(COUNTRY) + func.substr(Case.phone, 2)),
    ChannelName.EMAIL: Case.email.expression,
}
"""Where a case is found on each channel, '' where it is not; in the order in which they are tried: chat, in which one
answers at once, then what leads to the form on the web."""


def invited_on(channels: Sequence[ChannelName]) -> list[ChannelName]:
    """Those of the channels on which people are invited, the first to be tried first; the bot's own is always one."""
    return [channel for channel in ADDRESS if channel in channels or channel is ChannelName.TELEGRAM]


def open_way(channel: ChannelName) -> ColumnElement[bool]:
    """Whether a case may be written to on a channel.

    A bot on Telegram cannot write first, so the contact must be known; elsewhere it must only not be stopped. A
    telephone number counts only where the person agreed to be written to on Zalo by it.
    """
    address = ADDRESS[channel]
    contact = select(Contact.id).where(Contact.channel == channel, Contact.address == address)
    stopped, known = (contact.where(Contact.stopped_at.is_not(None)), contact.where(Contact.stopped_at.is_(None)))
    reach: ColumnElement[bool] = known.exists() if channel is ChannelName.TELEGRAM else ~stopped.exists()
    agreed = [Case.agreed] if channel is ChannelName.ZALO_PHONE else []
    return and_(address != "", ("," + Case.tried).not_like(f"%,{channel}:%"), *agreed, reach)


def first_way(channel: ChannelName, channels: Sequence[ChannelName]) -> ColumnElement[bool]:
    """Whether this channel is the first open one of a case."""
    before = [other for other in invited_on(channels) if list(ADDRESS).index(other) < list(ADDRESS).index(channel)]
    return and_(open_way(channel), *(~open_way(other) for other in before))


async def turn(
    session: AsyncSession, case_id: int, claim: int, closed: tuple[ChannelName, Reason],
    channels: Sequence[ChannelName], now: datetime,
) -> bool:  # fmt: skip
    """A way turned out closed before anything left us: the invitation goes the next one; False if there is none."""
    c, came_from = Case, ":".join(closed)
    mine = (c.id == case_id, c.claim == claim, c.status == CaseStatus.SENDING)
    tried = case((c.tried == "", came_from), else_=c.tried + "," + came_from)
    await session.execute(update(c).where(*mine).values(tried=tried).execution_options(synchronize_session=False))
    another = or_(*(open_way(channel) for channel in invited_on(channels)))
    moved = await session.scalars(
        update(c)
        .where(*mine, another)
        .values(status=CaseStatus.PENDING, due_at=literal(now, c.due_at.type), reason=null(), via="")
        .returning(c.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None
