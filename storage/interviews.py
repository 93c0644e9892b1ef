"""Questions to the database about interviewers: what they are to do, have done, and whom to call back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.enums import Mode, ResponseStatus, SurveyStatus
from storage.tables import Assignment, Callback, Person, Response, Survey


@dataclass(frozen=True, slots=True)
class Task:
    """So many interviews in one commune for one survey, and how many are done."""

    survey_id: int
    title: str
    unit: str
    target: int
    done: int


async def assign(session: AsyncSession, survey_id: int, person_id: int, unit: str, target: int) -> None:
    """Give an interviewer a commune, or another target there; a target of 0 takes it away."""
    key = {"survey_id": survey_id, "person_id": person_id, "unit": unit}
    if target:
        await put(session, Assignment, key, {"target": target})
    else:
        await session.execute(delete(Assignment).filter_by(**key))


async def tasks(session: AsyncSession, person_id: int) -> list[Task]:
    """What an interviewer has in surveys that are open."""
    a, r = Assignment, Response
    done = (
        select(r.survey_id, r.unit, func.count().label("n"))
        .where(r.interviewer_id == person_id, r.status == ResponseStatus.COMPLETE)
        .group_by(r.survey_id, r.unit)
        .subquery()
    )
    query = (
        select(a.survey_id, Survey.title, a.unit, a.target, func.coalesce(done.c.n, 0))
        .join(Survey, Survey.id == a.survey_id)
        .outerjoin(done, (done.c.survey_id == a.survey_id) & (done.c.unit == a.unit))
        .where(a.person_id == person_id, Survey.status == SurveyStatus.OPEN)
        .order_by(a.survey_id, a.unit)
    )
    return [Task(*row) for row in await session.execute(query)]


@dataclass(frozen=True, slots=True)
class Progress:
    """One interviewer in one commune: target, complete, turned away and refused in all, and complete on one day."""

    person_id: int
    name: str
    unit: str
    target: int
    complete: int
    ineligible: int
    refused: int
    today: int
    minutes: float | None
    """The median length of their complete interviews, in minutes of answering."""


async def progress(
    session: AsyncSession, survey_id: int, since: datetime, *, person_id: int | None = None
) -> list[Progress]:
    """How far everybody is; ``since`` is when today began."""
    a, r = Assignment, Response
    query = select(a.person_id, Person.name, a.unit, a.target).join(Person, Person.id == a.person_id)
    query = query.where(a.survey_id == survey_id).order_by(Person.name, a.person_id, a.unit)
    taken = select(r.interviewer_id, r.unit, r.status, r.touched_at, r.seconds).where(
        r.survey_id == survey_id, r.interviewer_id.is_not(None), r.status != ResponseStatus.OPEN
    )
    if person_id is not None:
        query, taken = query.where(a.person_id == person_id), taken.where(r.interviewer_id == person_id)
    rows: dict[tuple[int, str], list[tuple[str, datetime, int]]] = {}
    for interviewer, unit, status, ended, seconds in await session.execute(taken):
        rows.setdefault((interviewer or 0, unit), []).append((status, ended, seconds))
    found = []
    for who, name, unit, target in await session.execute(query):
        theirs = rows.get((who, unit), [])
        complete = sorted(seconds for status, _, seconds in theirs if status == ResponseStatus.COMPLETE)
        refused = sum(1 for status, _, _ in theirs if status == ResponseStatus.REFUSED)
        today = sum(1 for status, ended, _ in theirs if status == ResponseStatus.COMPLETE and ended >= since)
        median = complete[len(complete) // 2] / 60 if complete else None
        away = len(theirs) - len(complete) - refused
        found.append(Progress(who, name, unit, target, len(complete), away, refused, today, median))
    return found


async def surveys_with_interviews(session: AsyncSession) -> list[tuple[int, str]]:
    """Open surveys in which somebody has communes: id and title."""
    assigned = select(Assignment.survey_id).where(Assignment.survey_id == Survey.id).exists()
    query = select(Survey.id, Survey.title).where(assigned, Survey.status == SurveyStatus.OPEN).order_by(Survey.id)
    return [(id, title) for id, title in await session.execute(query)]


async def open_interviews(session: AsyncSession, contact_id: int) -> list[tuple[int, str, datetime]]:
    """Interviews that somebody began and did not send: id, commune, when begun; the latest first."""
    r = Response
    query = select(r.id, r.unit, r.started_at).where(
        r.contact_id == contact_id, r.mode == Mode.INTERVIEW, r.status == ResponseStatus.OPEN
    )
    return [(id, unit, began) for id, unit, began in await session.execute(query.order_by(r.started_at.desc()))]


async def add_callback(
    session: AsyncSession, survey_id: int, interviewer_id: int, unit: str, day: date, phone: str
) -> None:
    row = Callback(survey_id=survey_id, interviewer_id=interviewer_id, unit=unit, interviewed_on=day, phone=phone)
    session.add(row)
    await session.flush()


@dataclass(frozen=True, slots=True)
class CallbackInfo:
    """A telephone to call, and of whose interview."""

    id: int
    interviewer_id: int
    interviewer: str
    unit: str
    interviewed_on: date
    phone: str
    drawn: int


async def callbacks(session: AsyncSession, survey_id: int) -> list[CallbackInfo]:
    c = Callback
    query = select(c.id, c.interviewer_id, Person.name, c.unit, c.interviewed_on, c.phone, c.drawn)
    query = query.join(Person, Person.id == c.interviewer_id).where(c.survey_id == survey_id)
    return [CallbackInfo(*row) for row in await session.execute(query.order_by(c.interviewer_id, c.id))]


async def drawn(session: AsyncSession, ids: Sequence[int], number: int) -> None:
    """These were drawn into the sample of that number."""
    await session.execute(update(Callback).where(Callback.id.in_(ids)).values(drawn=number))


async def forget(session: AsyncSession, survey_id: int) -> None:
    """Delete all telephones of a survey."""
    await session.execute(delete(Callback).where(Callback.survey_id == survey_id))
