"""Questions to the database about quotas: how full they are, and taking a place in one for good."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.tables import QuotaCount


async def set_quotas(session: AsyncSession, survey_id: int, targets: Mapping[str, int]) -> None:
    """Give a survey its quotas; those that it has keep their count."""
    for name, target in sorted(targets.items()):
        row = await session.get(QuotaCount, (survey_id, name))
        counted = row.n if row else 0
        await put(session, QuotaCount, {"survey_id": survey_id, "name": name}, {"target": target, "n": counted})


async def quotas(session: AsyncSession, survey_id: int) -> dict[str, tuple[int, int]]:
    """How many are in and how many are wanted, by name."""
    query = select(QuotaCount.name, QuotaCount.n, QuotaCount.target).where(QuotaCount.survey_id == survey_id)
    return {name: (n, target) for name, n, target in await session.execute(query.order_by(QuotaCount.name))}


async def full(session: AsyncSession, survey_id: int, names: Sequence[str]) -> list[str]:
    """Which of these quotas take nobody any more."""
    q = QuotaCount
    query = select(q.name).where(q.survey_id == survey_id, q.name.in_(names), q.n >= q.target).order_by(q.name)
    return list(await session.scalars(query))


async def take_places(session: AsyncSession, survey_id: int, names: Sequence[str]) -> bool:
    """Take one place in each of these quotas, or in none if one is full; True if taken.

    The rows are locked in one order, so that fifty who finish at once never take more than there is and never wait
    for each other in a circle.
    """
    if not names:
        return True
    q = QuotaCount
    rows = select(q.name, q.n, q.target).where(q.survey_id == survey_id, q.name.in_(names))
    locked = (await session.execute(rows.order_by(q.name).with_for_update())).all()
    if any(n >= target for _, n, target in locked):
        return False
    await session.execute(update(q).where(q.survey_id == survey_id, q.name.in_(names)).values(n=q.n + 1))
    return True


async def give_back(session: AsyncSession, survey_id: int, names: Sequence[str]) -> None:
    """A response that had taken these places does not count any more."""
    q = QuotaCount
    taken = update(q).where(q.survey_id == survey_id, q.name.in_(names), q.n > 0)
    await session.execute(taken.values(n=q.n - 1))
