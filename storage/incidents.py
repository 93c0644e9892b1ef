"""Questions to the database about incidents: opened once, told to operators, closed once and told again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import IncidentKind, NoticeKind, Role
from storage.notices import tell
from storage.tables import Incident
from storage.tables.incidents import OPEN


@dataclass(frozen=True, slots=True)
class IncidentInfo:
    """One incident; open while ``closed_at`` is None."""

    id: int
    kind: IncidentKind
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None


def _info(row: Incident) -> IncidentInfo:
    return IncidentInfo(row.id, IncidentKind(row.kind), row.subject, row.detail, row.opened_at, row.closed_at)


async def settle(
    session: AsyncSession, kind: IncidentKind, subject: str, now: datetime, *, wrong: bool, detail: str = ""
) -> bool:
    """Open an incident if something is wrong, close it if it is well, and tell operators; whether it changed.

    Any number of processes may say the same at once: it is opened, told and closed once.
    """
    if wrong:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        values = {"kind": kind, "subject": subject, "detail": detail, "opened_at": now}
        row = insert(Incident).values(values).on_conflict_do_nothing(
            index_elements=["kind", "subject"], index_where=OPEN
        )  # fmt: skip
        changed = await session.scalar(row.returning(Incident.id))
    else:
        row_of = update(Incident).where(
            Incident.kind == kind, Incident.subject == subject, Incident.closed_at.is_(None)
        )  # fmt: skip
        changed = await session.scalar(row_of.values(closed_at=now).returning(Incident.id))
    if changed is None:
        return False
    notice = NoticeKind.INCIDENT_OPENED if wrong else NoticeKind.INCIDENT_CLOSED
    await tell(session, notice, changed, now, roles=[Role.OPERATOR])
    return True


async def incident(session: AsyncSession, incident_id: int) -> IncidentInfo | None:
    found = await session.get(Incident, incident_id)
    return _info(found) if found else None


async def open_incidents(session: AsyncSession) -> list[IncidentInfo]:
    """Those that are open, the oldest first."""
    query = select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.opened_at, Incident.id)
    return [_info(row) for row in await session.scalars(query)]


async def incidents_since(session: AsyncSession, since: datetime) -> Sequence[IncidentInfo]:
    """Those that are open, and those that closed since a moment; the newest first."""
    query = select(Incident).where(Incident.closed_at.is_(None) | (Incident.closed_at >= since))
    return [_info(row) for row in await session.scalars(query.order_by(Incident.id.desc()))]
