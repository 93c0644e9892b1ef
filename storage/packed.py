"""Packed answers of all responses that count, read in pages, so that nobody waits for a million of them."""

from collections.abc import AsyncIterator, Sequence
from typing import cast as cast_type

from sqlalchemy import String, cast, false, func, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ResponseStatus
from storage.tables import Response

PAGE = 50_000
Page = Sequence[tuple[str, bytes, float, str]]
"""Unit, packed answers, weight and month of its end in UTC ('YYYY-MM') of each response."""


async def of_one_moment(session: AsyncSession) -> None:
    """Let all that this transaction reads be of one moment; must come before anything is read."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


async def counting_pages(session: AsyncSession, survey_id: int, size: int = PAGE) -> AsyncIterator[Page]:
    """Every complete response that is not kept out."""
    r = Response
    utc = func.timezone("UTC", r.touched_at) if session.get_bind().dialect.name == "postgresql" else r.touched_at
    month = func.substr(cast(type_coerce(utc, String), String), 1, 7)
    query = select(r.unit, r.answers, r.weight, month)
    query = query.where(r.survey_id == survey_id, r.status == ResponseStatus.COMPLETE, r.excluded == false())
    connection = await session.connection()
    async with connection.stream(query.execution_options(yield_per=size)) as found:
        async for page in found.partitions():
            yield cast_type(Page, page)
