"""Packed answers of all responses that count, read in pages, so that nobody waits for a million of them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ResponseStatus
from storage.tables import Response

PAGE = 10_000
Page = Sequence[tuple[str, bytes, float, datetime]]
"""Unit, packed answers, weight and end of each response."""


async def of_one_moment(session: AsyncSession) -> None:
    """Let all that this transaction reads be of one moment; must come before anything is read."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


async def counting_pages(session: AsyncSession, survey_id: int, size: int = PAGE) -> AsyncIterator[Page]:
    """Every complete response that is not kept out."""
    r = Response
    query = select(r.unit, r.answers, r.weight, r.touched_at)
    query = query.filter_by(survey_id=survey_id, status=ResponseStatus.COMPLETE, excluded=False)
    found = await session.stream(query.execution_options(yield_per=size))
    async for page in found.partitions():
        yield [(unit, answers, weight, ended) for unit, answers, weight, ended in page]
