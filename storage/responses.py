"""Questions to the database about responses."""

import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import lost_their_answers
from storage.counters import add
from storage.database import count
from storage.enums import Mode, ResponseStatus, ScreenKind
from storage.tables import BreakOff, Response, ResponseText, Screen
from storage.uploads import MARK, forget_uploads

MOST_NAMED = 500
ID_BITS = 52
"""Response ids are random, so that they tell nothing of the order of arrival."""


@dataclass(frozen=True, slots=True)
class OpenResponse:
    """A response that is not sent yet."""

    id: int
    survey_id: int
    unit: str
    answers: bytes
    case_id: int | None
    interviewer_id: int | None
    mode: Mode
    seconds: int
    quick: int
    weight: float
    touched_at: datetime


_TABLE: Any = Response.__table__
OPEN_COLUMNS = (
    "contact_id", "id", "survey_id", "unit", "answers", "case_id", "interviewer_id", "mode", "seconds", "quick",
    "weight", "touched_at",
)  # fmt: skip
_OPEN = (
    select(*(_TABLE.c[name] for name in OPEN_COLUMNS))
    .where(_TABLE.c.contact_id.in_(bindparam("contacts", expanding=True)), _TABLE.c.status == ResponseStatus.OPEN)
    .order_by(_TABLE.c.touched_at.desc(), _TABLE.c.id)
)
_SAVE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("response"))
    .values(
        answers=bindparam("given"),
        touched_at=bindparam("at"),
        seconds=bindparam("seconds_"),
        quick=bindparam("quick_"),
    )
)
"""Both are run with every answer, so they are put together once."""


async def open_responses(session: AsyncSession, contact_ids: Sequence[int]) -> dict[int, list[OpenResponse]]:
    """Those of each contact, the last touched first."""
    asked = {"contacts": list(contact_ids)}
    found: dict[int, list[OpenResponse]] = {}
    rows = await (await session.connection()).execute(_OPEN, asked)
    for contact_id, id, survey_id, unit, answers, case_id, interviewer, mode, *times in rows:
        open_ = OpenResponse(id, survey_id, unit, answers, case_id, interviewer, Mode(mode), *times)
        found.setdefault(contact_id or 0, []).append(open_)
    return found


async def texts_of(session: AsyncSession, response_id: int) -> dict[str, str]:
    query = select(ResponseText.question, ResponseText.text).where(ResponseText.response_id == response_id)
    return {row.question: row.text for row in await session.execute(query)}


async def texts_sent(session: AsyncSession, survey_id: int) -> list[tuple[str, str]]:
    """Question and text of everything that was written, or given as a file, in responses that were sent."""
    query = select(ResponseText.question, ResponseText.text).join(Response, Response.id == ResponseText.response_id)
    query = query.where(Response.survey_id == survey_id, Response.status == ResponseStatus.COMPLETE)
    rows = await session.execute(query)
    return [(question, text) for question, text in rows]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a response comes from: how it is taken, from whom that was drawn, by which interviewer."""

    mode: Mode = Mode.CHAT
    language: str = ""
    case_id: int | None = None
    interviewer_id: int | None = None
    weight: float = 1.0


NO_ORIGIN = Origin()


async def texts_in(session: AsyncSession, survey_id: int, questions: Sequence[str]) -> list[tuple[int, str, str]]:
    """Response, question and text of every text that was given to some questions and sent."""
    t = ResponseText
    query = select(t.response_id, t.question, t.text).join(Response, Response.id == t.response_id)
    query = query.where(
        Response.survey_id == survey_id, Response.status == ResponseStatus.COMPLETE, t.question.in_(questions)
    )
    return [(id, question, text) for id, question, text in await session.execute(query.order_by(t.response_id))]


async def add_response(
    session: AsyncSession, response_id: int, survey_id: int, contact_id: int, unit: str, answers: bytes,
    now: datetime, origin: Origin = NO_ORIGIN,
) -> None:  # fmt: skip
    session.add(
        Response(
            id=response_id, survey_id=survey_id, contact_id=contact_id, unit=unit, answers=answers,
            status=ResponseStatus.OPEN, started_at=now, touched_at=now, mode=origin.mode, language=origin.language,
            case_id=origin.case_id, interviewer_id=origin.interviewer_id, weight=origin.weight,
        )
    )  # fmt: skip
    await session.flush()


async def add_refusal(session: AsyncSession, survey_id: int, interviewer_id: int, unit: str, now: datetime) -> None:
    """Somebody whom an interviewer asked did not want to answer."""
    session.add(
        Response(
            id=secrets.randbits(ID_BITS), survey_id=survey_id, unit=unit, answers=b"", status=ResponseStatus.REFUSED,
            started_at=now, touched_at=now, mode=Mode.INTERVIEW, interviewer_id=interviewer_id,
        )
    )  # fmt: skip
    await session.flush()


async def save_answers(
    session: AsyncSession, response_id: int, answers: bytes, now: datetime, *, seconds: int, quick: int
) -> None:
    """Keep the packed answers with the time spent on them so far."""
    given = {"response": response_id, "given": answers, "at": now, "seconds_": seconds, "quick_": quick}
    await (await session.connection()).execute(_SAVE, given)
    count(session, "answers saved")


async def save_texts(session: AsyncSession, response_id: int, texts: Mapping[str, str]) -> None:
    """These are the texts of a response now; files that none of them names any more are erased."""
    await session.execute(delete(ResponseText).where(ResponseText.response_id == response_id))
    named = [question for question, text in texts.items() if text.startswith(MARK)]
    await forget_uploads(session, [response_id], but=named)
    session.add_all(ResponseText(response_id=response_id, question=q, text=text) for q, text in texts.items())
    await session.flush()


async def delete_response(session: AsyncSession, response_id: int) -> None:
    await forget_uploads(session, [response_id])
    await session.execute(delete(ResponseText).where(ResponseText.response_id == response_id))
    await session.execute(delete(Response).where(Response.id == response_id))


async def unsent(session: AsyncSession, survey_id: int, before: datetime | None = None) -> list[tuple[int, bytes]]:
    """Id and packed answers of what is not sent, all of it or what was last touched before a moment."""
    r = Response
    query = select(r.id, r.answers).where(r.survey_id == survey_id, r.status == ResponseStatus.OPEN)
    if before is not None:
        query = query.where(r.touched_at < before)
    return [(id, answers) for id, answers in await session.execute(query.order_by(r.id))]


async def delete_unsent(session: AsyncSession, ids: Sequence[int]) -> None:
    """Delete what was never sent: answers, texts, and where they stood in a chat; who it was will be told."""
    for at in range(0, len(ids), MOST_NAMED):
        some = ids[at : at + MOST_NAMED]
        await forget_uploads(session, some)
        theirs = select(Response.contact_id).where(Response.id.in_(some), Response.status == ResponseStatus.OPEN)
        await lost_their_answers(session, theirs)
        await session.execute(delete(ResponseText).where(ResponseText.response_id.in_(some)))
        await session.execute(delete(Screen).where(Screen.kind == ScreenKind.QUESTION, Screen.subject_id.in_(some)))
        await session.execute(delete(Response).where(Response.id.in_(some), Response.status == ResponseStatus.OPEN))


async def broke_off(session: AsyncSession, survey_id: int, at: Mapping[str, int]) -> None:
    """Count so many who left off at a question and did not come back."""
    rows = [{"survey_id": survey_id, "question": question, "n": n} for question, n in sorted(at.items())]
    if rows:
        await add(session, BreakOff, rows, ("survey_id", "question"), ("n",))


async def break_offs(session: AsyncSession, survey_id: int) -> dict[str, int]:
    """How many broke off at each question."""
    query = select(BreakOff.question, BreakOff.n).where(BreakOff.survey_id == survey_id)
    return {row.question: row.n for row in await session.execute(query)}


@dataclass(frozen=True, slots=True)
class CompleteResponse:
    """A response that was sent, with what speaks against it."""

    id: int
    unit: str
    answers: bytes
    mode: Mode
    interviewer_id: int | None
    seconds: int
    quick: int
    flags: int
    excluded: bool
    ended_at: datetime
    weight: float
    language: str


def _sent(survey_id: int) -> Any:
    r = Response
    query = select(r.id, r.unit, r.answers, r.mode, r.interviewer_id, r.seconds, r.quick, r.flags, r.excluded,
                   r.touched_at, r.weight, r.language)  # fmt: skip
    return query.filter_by(survey_id=survey_id, status=ResponseStatus.COMPLETE).order_by(r.id)


def _complete(rows: Iterable[Any]) -> list[CompleteResponse]:
    return [CompleteResponse(id, unit, answers, Mode(mode), *rest) for id, unit, answers, mode, *rest in rows]


async def complete_responses(session: AsyncSession, survey_id: int) -> list[CompleteResponse]:
    """Everything that was sent, whether it counts or not."""
    return _complete(await session.execute(_sent(survey_id)))


async def complete_pages(session: AsyncSession, survey_id: int, size: int) -> AsyncIterator[list[CompleteResponse]]:
    """The same in pages of at most ``size``, so that others get their turn in between."""
    last = -1
    while rows := (await session.execute(_sent(survey_id).where(Response.id > last).limit(size))).all():
        yield _complete(rows)
        last = rows[-1][0]


async def states(session: AsyncSession, survey_id: int) -> dict[tuple[ResponseStatus, Mode, int], int]:
    """How many responses stand where, by how they were taken and what speaks against them."""
    r = Response
    query = select(r.status, r.mode, r.flags, func.count()).where(r.survey_id == survey_id)
    rows = await session.execute(query.group_by(r.status, r.mode, r.flags))
    return {(ResponseStatus(status), Mode(mode), flags): n for status, mode, flags, n in rows}


async def excluded(session: AsyncSession, survey_id: int) -> int:
    """How many complete responses are kept out of the index."""
    query = select(func.count()).select_from(Response)
    return await session.scalar(query.filter_by(survey_id=survey_id, excluded=True)) or 0


async def set_flags(session: AsyncSession, response_id: int, flags: int, *, excluded: bool) -> None:
    await session.execute(update(Response).where(Response.id == response_id).values(flags=flags, excluded=excluded))


async def unlink(
    session: AsyncSession, response_id: int, answers: bytes, now: datetime, *,
    status: ResponseStatus = ResponseStatus.COMPLETE, flags: int = 0, excluded: bool = False, language: str = "",
    times: bool = False,
) -> None:  # fmt: skip
    """End a response with these answers: nothing in it points at the respondent any more, its times become a day.

    ``times`` keeps them: those of an interview are the interviewer's.
    """
    day = datetime(now.year, now.month, now.day, tzinfo=UTC)
    if status is ResponseStatus.COMPLETE:
        count(session, "responses completed")
    cut = {"touched_at": now} if times else {"started_at": day, "touched_at": day}
    await session.execute(
        update(Response)
        .where(Response.id == response_id)
        .values(
            status=status,
            answers=answers,
            contact_id=None,
            case_id=None,
            flags=flags,
            excluded=excluded,
            language=language,
            **cut,
        )
    )


async def erase(session: AsyncSession, response_id: int) -> None:
    """Erase what was given in words and files."""
    await forget_uploads(session, [response_id])
    await session.execute(delete(ResponseText).where(ResponseText.response_id == response_id))


async def place_response(session: AsyncSession, response_id: int, place: str) -> None:
    """Where an interview was taken, as 'latitude,longitude'."""
    await session.execute(update(Response).where(Response.id == response_id).values(place=place))
