"""Questions to the database about what people wrote in their own words."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ResponseStatus
from storage.tables import Response, ResponseText


async def texts_by_unit(
    session: AsyncSession, survey_id: int, questions: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Unit, question and text of everything written in responses that count."""
    query = select(Response.unit, ResponseText.question, ResponseText.text)
    query = query.join(Response, Response.id == ResponseText.response_id).where(
        Response.survey_id == survey_id, Response.status == ResponseStatus.COMPLETE, Response.excluded.is_(False),
        ResponseText.question.in_(questions), ResponseText.text != "",
    )  # fmt: skip
    return [(unit, question, text) for unit, question, text in await session.execute(query)]


async def people_by_unit(session: AsyncSession, survey_id: int) -> dict[str, int]:
    """How many responses count at each unit."""
    query = select(Response.unit, func.count()).where(
        Response.survey_id == survey_id, Response.status == ResponseStatus.COMPLETE, Response.excluded.is_(False)
    )
    return {row[0]: row[1] for row in await session.execute(query.group_by(Response.unit))}
