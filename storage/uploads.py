"""Files that were given as answers on the web. They live and die with the text that names them as the answer."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.enums import ResponseStatus
from storage.tables import Response, Upload

MARK = "web "
"""An answer that begins so names an upload: mark, a token, and the name under which the file was sent."""


async def keep_upload(session: AsyncSession, response_id: int, question: str, *, name: str, content: bytes) -> None:
    """Keep the file that answers a question, in the place of an earlier one."""
    key = {"response_id": response_id, "question": question}
    await put(session, Upload, key, {"name": name, "content": content})


async def forget_uploads(session: AsyncSession, response_ids: Collection[int], *, but: Collection[str] = ()) -> None:
    """Erase the files of responses, but for those that answer some questions."""
    gone = delete(Upload).where(Upload.response_id.in_(response_ids), Upload.question.not_in(but))
    await session.execute(gone)


async def uploads_sent(session: AsyncSession, survey_id: int) -> list[tuple[int, str, str]]:
    """Response, question and name of every file of a survey's complete responses."""
    query = select(Upload.response_id, Upload.question, Upload.name).join(Response, Response.id == Upload.response_id)
    query = query.where(Response.survey_id == survey_id, Response.status == ResponseStatus.COMPLETE)
    rows = await session.execute(query.order_by(Upload.response_id, Upload.question))
    return [(id, question, name) for id, question, name in rows]


async def upload(session: AsyncSession, response_id: int, question: str) -> bytes:
    """The content of a file, of at most ten megabytes."""
    return (await session.get_one(Upload, (response_id, question))).content
