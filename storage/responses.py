"""Questions to the database about responses, who took part, and the counters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ResponseStatus, ScreenKind
from storage.tables import AnswerCount, IndexSums, Participation, Response, ResponseText, Screen


@dataclass(frozen=True, slots=True)
class OpenResponse:
    """A response that is not sent yet."""

    id: int
    survey_id: int
    unit: str
    answers: bytes


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a complete response is counted: its survey, its month ('YYYY-MM') and its stratum."""

    survey_id: int
    period: str
    unit: str

    @property
    def key(self) -> dict[str, object]:
        return {"survey_id": self.survey_id, "period": self.period, "unit": self.unit}


_TABLE: Any = Response.__table__
_OPEN = (
    select(*(_TABLE.c[name] for name in ("contact_id", "id", "survey_id", "unit", "answers")))
    .where(_TABLE.c.contact_id.in_(bindparam("contacts", expanding=True)), _TABLE.c.status == ResponseStatus.OPEN)
    .order_by(_TABLE.c.touched_at.desc(), _TABLE.c.id)
)
_SAVE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("response"))
    .values(answers=bindparam("given"), touched_at=bindparam("at"))
)
"""Both are run with every answer, so they are put together once."""


async def open_responses(session: AsyncSession, contact_ids: Sequence[int]) -> dict[int, list[OpenResponse]]:
    """Those of each contact, the last touched first."""
    asked = {"contacts": list(contact_ids)}
    found: dict[int, list[OpenResponse]] = {}
    for contact_id, id, survey_id, unit, answers in await (await session.connection()).execute(_OPEN, asked):
        found.setdefault(contact_id or 0, []).append(OpenResponse(id, survey_id, unit, answers))
    return found


async def texts_of(session: AsyncSession, response_id: int) -> dict[str, str]:
    query = select(ResponseText.question, ResponseText.text).where(ResponseText.response_id == response_id)
    return {row.question: row.text for row in await session.execute(query)}


async def add_response(
    session: AsyncSession, response_id: int, survey_id: int, contact_id: int, unit: str, answers: bytes, now: datetime
) -> None:
    session.add(
        Response(
            id=response_id, survey_id=survey_id, contact_id=contact_id, unit=unit, answers=answers,
            status=ResponseStatus.OPEN, started_at=now, touched_at=now,
        )
    )  # fmt: skip
    await session.flush()


async def save_answers(session: AsyncSession, response_id: int, answers: bytes, now: datetime) -> None:
    given = {"response": response_id, "given": answers, "at": now}
    await (await session.connection()).execute(_SAVE, given)


async def save_texts(session: AsyncSession, response_id: int, texts: Mapping[str, str]) -> None:
    await session.execute(delete(ResponseText).where(ResponseText.response_id == response_id))
    session.add_all(ResponseText(response_id=response_id, question=q, text=text) for q, text in texts.items())
    await session.flush()


async def delete_response(session: AsyncSession, response_id: int) -> None:
    await session.execute(delete(ResponseText).where(ResponseText.response_id == response_id))
    await session.execute(delete(Response).where(Response.id == response_id))


async def delete_unsent(session: AsyncSession, survey_id: int) -> None:
    """What was never sent goes with the survey: answers, texts, and where they stood in a chat."""
    unsent = select(Response.id).where(Response.survey_id == survey_id, Response.status == ResponseStatus.OPEN)
    await session.execute(delete(ResponseText).where(ResponseText.response_id.in_(unsent)))
    await session.execute(delete(Screen).where(Screen.kind == ScreenKind.QUESTION, Screen.subject_id.in_(unsent)))
    await session.execute(
        delete(Response).where(Response.survey_id == survey_id, Response.status == ResponseStatus.OPEN)
    )


async def unlink(session: AsyncSession, response_id: int, now: datetime) -> None:
    """Complete a response: nothing in the row points at the person any more, and times are cut to the day."""
    day = datetime(now.year, now.month, now.day, tzinfo=UTC)
    await session.execute(
        update(Response)
        .where(Response.id == response_id)
        .values(status=ResponseStatus.COMPLETE, contact_id=None, started_at=day, touched_at=day)
    )


async def took_part(session: AsyncSession, survey_id: int, pseudonym: bytes) -> bool:
    return await session.get(Participation, (survey_id, pseudonym)) is not None


async def add_participation(session: AsyncSession, survey_id: int, pseudonym: bytes) -> None:
    session.add(Participation(survey_id=survey_id, pseudonym=pseudonym))
    await session.flush()


async def add_counts(session: AsyncSession, cell: Cell, values: Iterable[tuple[str, int]]) -> None:
    """Add one to the counter of each (question, value); in key order, so that two completions never deadlock."""
    rows = [{**cell.key, "question": question, "value": value, "n": 1} for question, value in sorted(values)]
    if rows:
        await _add(session, AnswerCount, rows, (*cell.key, "question", "value"), ("n",))


async def add_sums(session: AsyncSession, cell: Cell, parts: Mapping[str, tuple[int | float, ...]]) -> None:
    """Add to the seven sums of each part, given in the order of ``IndexSums``' columns."""
    names = ("responses", "w", "ws", "wn", "ws2", "wsn", "wn2")
    rows = [{**cell.key, "part": part, **dict(zip(names, sums, strict=True))} for part, sums in sorted(parts.items())]
    await _add(session, IndexSums, rows, (*cell.key, "part"), names)


async def _add(
    session: AsyncSession,
    table: type[AnswerCount] | type[IndexSums],
    rows: Sequence[Mapping[str, object]],
    key: tuple[str, ...],
    added: tuple[str, ...],
) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    both = {name: getattr(table, name) + getattr(statement.excluded, name) for name in added}
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=both), rows)


async def periods(session: AsyncSession, survey_id: int) -> list[str]:
    """The months in which responses were completed, as 'YYYY-MM', the oldest first."""
    query = select(IndexSums.period).where(IndexSums.survey_id == survey_id).distinct().order_by(IndexSums.period)
    return list(await session.scalars(query))


async def counts(
    session: AsyncSession, survey_id: int, period: str | None = None
) -> dict[str, dict[str, dict[int, int]]]:
    """Counters as ``[unit][question][value]``, of one month or of all."""
    c = AnswerCount
    query = select(c.unit, c.question, c.value, func.sum(c.n)).where(c.survey_id == survey_id)
    if period is not None:
        query = query.where(c.period == period)
    found: dict[str, dict[str, dict[int, int]]] = {}
    for unit, question, value, n in await session.execute(query.group_by(c.unit, c.question, c.value)):
        found.setdefault(unit, {}).setdefault(question, {})[value] = int(n)
    return found


async def sums(
    session: AsyncSession, survey_id: int, period: str | None = None
) -> dict[str, dict[str, tuple[float, ...]]]:
    """The seven sums as ``[unit][part]``, of one month or of all."""
    s = IndexSums
    seven = (s.responses, s.w, s.ws, s.wn, s.ws2, s.wsn, s.wn2)
    query = select(s.unit, s.part, *(func.sum(column) for column in seven)).where(s.survey_id == survey_id)
    if period is not None:
        query = query.where(s.period == period)
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for unit, part, *totals in await session.execute(query.group_by(s.unit, s.part)):
        found.setdefault(unit, {})[part] = tuple(float(total) for total in totals)
    return found


async def complete_answers(session: AsyncSession, survey_id: int) -> list[tuple[int, str, bytes]]:
    """Id, unit and packed answers of every complete response."""
    query = select(Response.id, Response.unit, Response.answers)
    rows = await session.execute(query.filter_by(survey_id=survey_id, status=ResponseStatus.COMPLETE))
    return [(id, unit, answers) for id, unit, answers in rows]
