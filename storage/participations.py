"""Questions to the database about who took part, whom it knows by pseudonyms alone."""

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Participation


async def took_part(session: AsyncSession, survey_id: int, pseudonym: bytes) -> bool:
    return await session.get(Participation, (survey_id, pseudonym)) is not None


async def add_participations(session: AsyncSession, survey_id: int, pseudonyms: Sequence[bytes]) -> int:
    """Note who took part; how many of these had not before."""
    if not pseudonyms:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = [{"survey_id": survey_id, "pseudonym": pseudonym} for pseudonym in sorted(set(pseudonyms))]
    added = insert(Participation).values(new).on_conflict_do_nothing().returning(Participation.pseudonym)
    return len(list(await session.scalars(added)))
