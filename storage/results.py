"""Questions to the database about who receives the results of surveys every week."""

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import SurveyStatus
from storage.tables import Grant, ResultSubscription, Survey


async def wants_results(session: AsyncSession, person_id: int) -> bool:
    return await session.get(ResultSubscription, person_id) is not None


async def want_results(session: AsyncSession, person_id: int, now: datetime, *, wanted: bool) -> None:
    """Begin or end the weekly results of a person; neither twice does harm."""
    await session.execute(delete(ResultSubscription).where(ResultSubscription.person_id == person_id))
    if wanted:
        session.add(ResultSubscription(person_id=person_id, created_at=now))
        await session.flush()


async def those_who_want_results(session: AsyncSession) -> list[int]:
    """The persons who asked for the weekly results and still have a role, in the order of their ids."""
    query = select(ResultSubscription.person_id).where(ResultSubscription.person_id.in_(select(Grant.person_id)))
    return list(await session.scalars(query.order_by(ResultSubscription.person_id)))


async def surveys_to_report(session: AsyncSession, since: datetime) -> list[int]:
    """The open surveys, and those that were closed since then, the oldest first."""
    query = select(Survey.id).where(or_(Survey.status == SurveyStatus.OPEN, Survey.closed_at >= since))
    return list(await session.scalars(query.order_by(Survey.id)))
