"""That a clock job's slot has run: the only authority, whatever number of clocks tick."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import ScheduleRun


async def take_slot(session: AsyncSession, job: str, slot: datetime) -> bool:
    """Take a slot in the transaction that does its work; False if it has been taken."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    taken = insert(ScheduleRun).values(job=job, slot=slot).on_conflict_do_nothing().returning(ScheduleRun.job)
    return (await session.execute(taken)).first() is not None


async def last_slot(session: AsyncSession, job: str) -> datetime | None:
    return await session.scalar(select(func.max(ScheduleRun.slot)).where(ScheduleRun.job == job))
