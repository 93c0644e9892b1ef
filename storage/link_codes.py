"""Codes with which a person joins an address on another channel to themselves."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.tables import LinkCode


async def give_code(session: AsyncSession, person_id: int, code: str, until: datetime) -> None:
    """The person may say this code elsewhere; an earlier one of theirs is void."""
    await session.execute(delete(LinkCode).where(LinkCode.person_id == person_id))
    await put(session, LinkCode, {"code": code}, {"person_id": person_id, "until": until})


async def take_code(session: AsyncSession, code: str, now: datetime) -> int | None:
    """The person who was shown the code, which is used up; None if there is none or it is too old."""
    taken = await session.execute(
        delete(LinkCode).where(LinkCode.code == code).returning(LinkCode.person_id, LinkCode.until)
    )
    found = taken.one_or_none()
    return found.person_id if found is not None and found.until > now else None
