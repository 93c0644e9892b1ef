"""Questions to the database about the counters of complete responses, whose sums are exact in any order.

Weights are no whole numbers, and sums of floats depend on their order: two people who send at once, or one who is
taken out again, would leave other last digits than a recount. So whatever is added is first rounded to a multiple of
2^-42 (2e-13), and whole numbers and rest are summed apart, where adding is exact. The sums are right to the last
digit up to 9e15 and two million responses in a cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import AnswerCount, BreakOff, IndexSums

STEPS = 2**42
Answers = dict[str, dict[str, dict[int, tuple[int, int, int]]]]
"""``[unit][question][value]``: n, and the steps of w and w2."""
Parts = dict[str, dict[str, tuple[tuple[int, int], tuple[int, ...]]]]
"""``[unit][part]``: (responses, inside), and the steps of the sums in the order of ``SUMS``."""
WEIGHTS = ("w", "w2")
SUMS = ("w", "w2", "ws", "wn", "ws2", "wsn", "wn2")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a complete response is counted: its survey, its month ('YYYY-MM') and its stratum."""

    survey_id: int
    period: str
    unit: str

    @property
    def key(self) -> dict[str, object]:
        return {"survey_id": self.survey_id, "period": self.period, "unit": self.unit}


def steps(value: float) -> int:
    """A sum or what is added to it in steps of 2^-42, rounded to a whole number of them."""
    return round(value * STEPS)


def number(steps: int) -> float:
    """The number that so many steps are."""
    return steps / STEPS


def _columns(names: Sequence[str], values: Iterable[int]) -> dict[str, int]:
    """Each number of steps as its two columns; both have its sign, so that adding the opposite leaves nothing."""
    told: dict[str, int] = {}
    for name, value in zip(names, values, strict=True):
        whole, rest = divmod(abs(value), STEPS)
        sign = 1 if value >= 0 else -1
        told |= {name: sign * whole, f"{name}_rest": sign * rest}
    return told


def _both(names: Sequence[str]) -> tuple[str, ...]:
    return (*names, *(f"{name}_rest" for name in names))


async def add_counts(
    session: AsyncSession, cell: Cell, values: Iterable[tuple[str, int]], weight: float = 1.0, *, times: int = 1
) -> None:
    """Count one response of this weight under each (question, value); in key order, so that two never deadlock."""
    sums = _columns(WEIGHTS, (times * steps(weight), times * steps(weight * weight)))
    rows = [
        {**cell.key, "question": question, "value": value, "n": times, **sums} for question, value in sorted(values)
    ]
    if rows:
        await add(session, AnswerCount, rows, (*cell.key, "question", "value"), ("n", *_both(WEIGHTS)))


async def add_sums(
    session: AsyncSession,
    cell: Cell,
    parts: Mapping[str, tuple[tuple[int, int], tuple[float, ...]]],
    *,
    times: int = 1,
) -> None:
    """Add to each part what one response is: (responses, inside), and its sums in the order of ``SUMS``."""
    rows = [
        {**cell.key, "part": part, "responses": times * responses, "inside": times * inside,
         **_columns(SUMS, (times * steps(value) for value in sums))}
        for part, ((responses, inside), sums) in sorted(parts.items())
    ]  # fmt: skip
    await add(session, IndexSums, rows, (*cell.key, "part"), ("responses", "inside", *_both(SUMS)))


async def add(
    session: AsyncSession,
    table: type[AnswerCount] | type[IndexSums] | type[BreakOff],
    rows: Sequence[Mapping[str, object]],
    key: tuple[str, ...],
    added: tuple[str, ...],
) -> None:
    """Add to the counters that there are under a key, or begin them."""
    made = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = made(table)
    both = {name: getattr(table, name) + getattr(statement.excluded, name) for name in added}
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=both), rows)


async def write(session: AsyncSession, survey_id: int, period: str, answers: Answers, sums: Parts) -> None:
    """Add all counters of a month at once, in steps."""
    counted = [
        {
            **Cell(survey_id, period, unit).key,
            "question": question,
            "value": value,
            "n": n,
            **_columns(WEIGHTS, steps),
        }
        for unit, questions in sorted(answers.items())
        for question, values in sorted(questions.items())
        for value, (n, *steps) in sorted(values.items())
    ]
    summed = [
        {**Cell(survey_id, period, unit).key, "part": part, "responses": n, "inside": inside, **_columns(SUMS, steps)}
        for unit, parts in sorted(sums.items())
        for part, ((n, inside), steps) in sorted(parts.items())
    ]
    for table, rows in ((AnswerCount, counted), (IndexSums, summed)):
        if rows:
            await session.execute(insert(table), rows)


async def clear(session: AsyncSession, survey_id: int) -> None:
    """Forget all counters of a survey."""
    for table in (AnswerCount, IndexSums):
        await session.execute(delete(table).where(table.survey_id == survey_id))


async def periods(session: AsyncSession, survey_id: int) -> list[str]:
    """The months in which responses were completed, as 'YYYY-MM', the oldest first."""
    query = select(IndexSums.period).where(IndexSums.survey_id == survey_id).distinct().order_by(IndexSums.period)
    return list(await session.scalars(query))


def _joined(totals: Sequence[object]) -> tuple[int, ...]:
    """Whole numbers, then their rests, as numbers of steps."""
    half = len(totals) // 2
    return tuple(int(w) * STEPS + int(r) for w, r in zip(totals[:half], totals[half:], strict=True))  # type: ignore[call-overload]  # what SUM gives


async def counts(session: AsyncSession, survey_id: int, period: str | None = None) -> Answers:
    """All counts of answers, of one month or of all."""
    c = AnswerCount
    summed = (func.sum(getattr(c, name)) for name in _both(WEIGHTS))
    query = select(c.unit, c.question, c.value, func.sum(c.n), *summed).where(c.survey_id == survey_id)
    if period is not None:
        query = query.where(c.period == period)
    found: Answers = {}
    rows = await session.execute(query.group_by(c.unit, c.question, c.value))
    for unit, question, value, n, w, w2, w_rest, w2_rest in rows:
        whole = int(n), int(w) * STEPS + int(w_rest), int(w2) * STEPS + int(w2_rest)
        found.setdefault(unit, {}).setdefault(question, {})[value] = whole
    return found


async def sums(session: AsyncSession, survey_id: int, period: str | None = None) -> Parts:
    """All sums, of one month or of all."""
    s = IndexSums
    summed = (func.sum(getattr(s, name)) for name in ("responses", "inside", *_both(SUMS)))
    query = select(s.unit, s.part, *summed).where(s.survey_id == survey_id)
    if period is not None:
        query = query.where(s.period == period)
    found: Parts = {}
    for unit, part, responses, inside, *totals in await session.execute(query.group_by(s.unit, s.part)):
        found.setdefault(unit, {})[part] = (int(responses), int(inside)), _joined(totals)
    return found


async def counters_state(session: AsyncSession, survey_id: int) -> tuple[float, ...]:
    """Numbers that change whenever a response is counted or taken out again; cheap to ask."""
    s = IndexSums
    added = (s.responses, s.inside, s.w, s.ws, s.w_rest, s.ws_rest)
    summed = (func.coalesce(func.sum(column), 0) for column in added)
    rows = await session.execute(select(*summed).where(s.survey_id == survey_id, s.part == "overall"))
    return tuple(float(value) for value in rows.one())
