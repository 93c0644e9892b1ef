"""Questions to the database about cases: people drawn for a survey, their invitations, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.case_ways import ADDRESS, first_way, invited_on, open_way
from storage.enums import CaseStatus, ChannelName, ResponseStatus
from storage.tables import Case, Response


@dataclass(frozen=True, slots=True)
class NewCase:
    """Somebody to be asked, as a list names them."""

    code: str
    unit: str
    due_at: datetime
    reference: str | None = None
    served_on: date | None = None
    telegram: str = ""
    zalo: str = ""
    phone: str = ""
    email: str = ""
    agreed: bool = False
    """To be written to on Zalo by their telephone number."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """A case as it travels."""

    id: int
    survey_id: int
    code: str
    unit: str
    status: CaseStatus
    disposition: str
    weight: float
    due_at: datetime | None


def _info(row: Case) -> CaseInfo:
    return CaseInfo(
        row.id, row.survey_id, row.code, row.unit, CaseStatus(row.status), row.disposition, row.weight, row.due_at
    )


async def add_cases(session: AsyncSession, survey_id: int, new: Sequence[NewCase], now: datetime) -> None:
    session.add_all(
        Case(
            survey_id=survey_id, code=one.code, unit=one.unit, due_at=one.due_at, reference=one.reference,
            served_on=one.served_on, telegram=one.telegram, zalo=one.zalo, phone=one.phone, email=one.email,
            agreed=one.agreed, weight=one.weight, status=CaseStatus.PENDING, disposition="pending",
            created_at=now,
        )
        for one in new
    )  # fmt: skip
    await session.flush()


async def known_references(session: AsyncSession, survey_id: int) -> set[str]:
    query = select(Case.reference).where(Case.survey_id == survey_id, Case.reference.is_not(None))
    return {reference for reference in await session.scalars(query) if reference}


async def case_of(session: AsyncSession, code: str) -> CaseInfo | None:
    row = await session.scalar(select(Case).where(Case.code == code))
    return _info(row) if row else None


async def code_for(session: AsyncSession, survey_id: int, channel: ChannelName, address: str) -> str | None:
    """The code of the case that was invited at this address; the latest if there are several."""
    if channel not in (ChannelName.TELEGRAM, ChannelName.ZALO_OA):
        return None
    query = select(Case.code).where(Case.survey_id == survey_id, ADDRESS[channel] == address)
    return await session.scalar(query.order_by(Case.id.desc()).limit(1))


async def become(session: AsyncSession, case_id: int, disposition: str) -> None:
    await session.execute(update(Case).where(Case.id == case_id).values(disposition=disposition))


async def opened(session: AsyncSession, case_id: int) -> None:
    """The person opened the link; whoever did so does not need to be invited or listed any more."""
    await session.execute(
        update(Case)
        .where(Case.id == case_id, Case.disposition.in_(["pending", "invited"]))
        .values(disposition="opened")
    )
    await session.execute(
        update(Case).where(Case.id == case_id, Case.status == CaseStatus.PENDING).values(status=CaseStatus.CANCELLED)
    )


async def dispositions(session: AsyncSession, survey_id: int) -> dict[str, int]:
    """How many cases stand where."""
    query = select(Case.disposition, func.count()).where(Case.survey_id == survey_id).group_by(Case.disposition)
    rows = await session.execute(query)
    return {row[0]: row[1] for row in rows}


async def dispositions_by_unit(session: AsyncSession, survey_id: int) -> dict[str, dict[str, int]]:
    c = Case
    query = select(c.unit, c.disposition, func.count()).where(c.survey_id == survey_id)
    found: dict[str, dict[str, int]] = {}
    for unit, disposition, n in await session.execute(query.group_by(c.unit, c.disposition)):
        found.setdefault(unit, {})[disposition] = n
    return found


async def invitation_counts(session: AsyncSession, survey_id: int) -> dict[CaseStatus, int]:
    query = select(Case.status, func.count()).where(Case.survey_id == survey_id).group_by(Case.status)
    return {CaseStatus(status): n for status, n in await session.execute(query)}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An invitation that is taken to be sent."""

    id: int
    address: str
    unit: str
    served_on: date | None
    claim: int
    code: str


async def take_due(
    session: AsyncSession, survey_id: int, limit: int, lease_until: datetime, now: datetime, *,
    channel: ChannelName = ChannelName.TELEGRAM, channels: Sequence[ChannelName] = (),
) -> list[Outgoing]:  # fmt: skip
    """Take invitations that are due to people whose first open way, of ``channels``, is this channel.

    Nobody else gets them before the lease ends.

    Marked 'sending' in the same statement: whoever takes one and dies leaves it in doubt, and it is never sent again
    by itself.
    """
    c = Case
    due = (
        select(c.id)
        .where(c.survey_id == survey_id, c.status == CaseStatus.PENDING, c.due_at <= now,
               first_way(channel, channels))
        .order_by(c.due_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    ids = list(await session.scalars(due))
    if not ids:
        return []
    taken = await session.execute(
        update(c)
        .where(c.id.in_(ids), c.status == CaseStatus.PENDING)
        .values(status=CaseStatus.SENDING, claim=c.claim + 1, due_at=lease_until, via=channel)
        .returning(c.id, ADDRESS[channel], c.unit, c.served_on, c.claim, c.code)
        .execution_options(synchronize_session=False)
    )
    return [Outgoing(*row) for row in taken]


async def outcome(
    session: AsyncSession, sent: Outgoing, status: CaseStatus, now: datetime, reason: str | None = None,
    again_at: datetime | None = None,
) -> None:  # fmt: skip
    """Record what became of an invitation, unless somebody else has taken it since."""
    values: dict[str, Any] = {"status": status, "reason": reason, "due_at": again_at}
    if status is CaseStatus.SENT:
        values |= {"invited_at": now}
    c = Case
    mine = (c.id == sent.id, c.claim == sent.claim, c.status == CaseStatus.SENDING)
    await session.execute(update(c).where(*mine).values(values))
    if status in (CaseStatus.SENT, CaseStatus.UNKNOWN, CaseStatus.FAILED):
        heard = "unreachable" if status is CaseStatus.FAILED else "invited"
        await session.execute(update(c).where(c.id == sent.id, c.disposition == "pending").values(disposition=heard))


async def take_unheard(
    session: AsyncSession, survey_id: int, reminded: int, before: datetime, limit: int,
    channel: ChannelName = ChannelName.TELEGRAM,
) -> list[Outgoing]:  # fmt: skip
    """People invited on a channel before a moment who did nothing since, reminded so often; counted once more."""
    c = Case
    due = (
        select(c.id)
        .where(c.survey_id == survey_id, c.status == CaseStatus.SENT, c.disposition == "invited",
               c.reminded == reminded, c.invited_at < before, c.via == channel, open_way(channel))
        .order_by(c.invited_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    ids = list(await session.scalars(due))
    if not ids:
        return []
    counted = update(c).where(c.id.in_(ids)).values(reminded=reminded + 1)
    told = counted.returning(c.id, ADDRESS[channel], c.unit, c.served_on, c.claim, c.code)
    return [Outgoing(*row) for row in await session.execute(told.execution_options(synchronize_session=False))]


async def doubt_overdue(session: AsyncSession, now: datetime) -> int:
    """Whatever was being sent when its lease ended is in doubt; how many."""
    c = Case
    lost = await session.execute(
        update(c)
        .where(c.status == CaseStatus.SENDING, c.due_at < now)
        .values(status=CaseStatus.UNKNOWN, reason="in doubt", due_at=None)
        .returning(c.id)
    )
    ids = list(lost.scalars())
    if ids:
        await session.execute(
            update(c).where(c.id.in_(ids), c.disposition == "pending").values(disposition="invited")
        )
    return len(ids)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case with its single-use link's code, for a list that somebody else sends (SMS, e-mail, letter)."""

    code: str
    reference: str
    unit: str
    phone: str
    email: str
    due_at: datetime


async def list_due(
    session: AsyncSession, survey_id: int, now: datetime, channels: Sequence[ChannelName] = ()
) -> list[Listed]:
    """Those due whom nothing reaches on Telegram and Zalo; they count as invited from now on."""
    c = Case
    ways = [open_way(channel) for channel in invited_on(channels) if channel is not ChannelName.EMAIL]
    due = (c.survey_id == survey_id, c.status == CaseStatus.PENDING, c.due_at <= now, ~or_(*ways))
    found = [
        Listed(row.code, row.reference or "", row.unit, row.phone, row.email, row.due_at or now)
        for row in await session.scalars(select(c).where(*due).order_by(c.id).with_for_update())
    ]
    codes = [one.code for one in found]
    for at in range(0, len(codes), 500):
        some = c.code.in_(codes[at : at + 500])
        listed = update(c).where(some).values(status=CaseStatus.LISTED, invited_at=now, due_at=None)
        await session.execute(listed)
        await session.execute(update(c).where(some, c.disposition == "pending").values(disposition="invited"))
    return found


async def forget(session: AsyncSession, survey_id: int) -> None:
    """Erase by whom a case could be found; what became of it stays, for the response rate."""
    c = Case
    nobody = {"telegram": "", "zalo": "", "phone": "", "email": "", "reference": None, "served_on": None}
    await session.execute(update(c).where(c.survey_id == survey_id).values(nobody))
    pending = (c.survey_id == survey_id, c.status.in_([CaseStatus.PENDING, CaseStatus.SENDING]))
    await session.execute(update(c).where(*pending).values(status=CaseStatus.CANCELLED, due_at=None))


async def open_cases(session: AsyncSession, ids: Sequence[int]) -> Mapping[int, int]:
    """The open response of each case, if it has one."""
    query = select(Response.case_id, Response.id).where(
        Response.case_id.in_(ids), Response.status == ResponseStatus.OPEN
    )
    return {case_id: id for case_id, id in await session.execute(query) if case_id is not None}
