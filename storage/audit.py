"""The record of who did what (nhật ký)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import AuditEntry


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry."""

    at: datetime
    actor: str
    action: str
    detail: str


async def note(session: AsyncSession, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, detail=detail))


async def deeds(session: AsyncSession, subject: str) -> list[Deed]:
    """All that was done to a subject, oldest first."""
    query = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    return [Deed(row.at, row.actor, row.action, row.detail) for row in await session.scalars(query)]
