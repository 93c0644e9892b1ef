"""What the counters say of criteria and parts, added up by the database: a row for each month, unit and name."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Float, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.counters import SUMS
from storage.tables import AnswerCount, IndexSums

Row = tuple[Any, ...]


async def criteria_rows(
    session: AsyncSession, survey_id: int, satisfied: Mapping[str, frozenset[int]], period: str | None = None
) -> list[Row]:
    """Unit and question, people with a valid answer, then pairs of whole numbers and steps beyond them.

    The pairs are Σw and Σw² of valid answers, both of the satisfied, and Σ w · level. ``satisfied`` are the levels of
    the satisfied for each criterion.
    """
    alike: dict[frozenset[int], list[str]] = {}
    for question, levels in satisfied.items():
        alike.setdefault(levels, []).append(question)
    found: list[Row] = []
    for levels, questions in alike.items():
        found += await _criteria(session, survey_id, (questions, levels), period)
    return found


async def _criteria(
    session: AsyncSession, survey_id: int, asked: tuple[Sequence[str], Collection[int]], period: str | None
) -> Sequence[Row]:
    c, (questions, levels) = AnswerCount, asked
    happy = c.value.in_(sorted(levels))
    sums = [
        *(_pair(whole, rest) for whole, rest in ((c.w, c.w_rest), (c.w2, c.w2_rest))),
        *(_pair(case((happy, whole), else_=0), case((happy, rest), else_=0))
          for whole, rest in ((c.w, c.w_rest), (c.w2, c.w2_rest))),
        _pair(c.w * c.value, c.w_rest * c.value),
    ]  # fmt: skip
    query = select(c.unit, c.question, cast(func.sum(c.n), BigInteger), *(one for pair in sums for one in pair))
    query = query.where(c.survey_id == survey_id, c.question.in_(questions), c.value > 0)
    if period is not None:
        query = query.where(c.period == period)
    return (await (await session.connection()).execute(query.group_by(c.period, c.unit, c.question))).all()


async def part_rows(session: AsyncSession, survey_id: int, period: str | None = None) -> Sequence[Row]:
    """Unit and part, responses and people inside, then pairs for each of ``counters.SUMS``."""
    s = IndexSums
    pairs = (pair for name in SUMS for pair in (getattr(s, name), getattr(s, f"{name}_rest")))
    query = select(s.unit, s.part, s.responses, s.inside, *pairs).where(s.survey_id == survey_id)
    if period is not None:
        query = query.where(s.period == period)
    return (await (await session.connection()).execute(query.order_by(s.period, s.unit))).all()


async def counts_in(session: AsyncSession, survey_id: int, questions: Sequence[str]) -> Sequence[Row]:
    """All counters of the answers to some questions, in their order."""
    c = AnswerCount
    query = select(c.period, c.unit, c.question, c.value, c.n, c.w, c.w_rest, c.w2, c.w2_rest)
    query = query.where(c.survey_id == survey_id, c.question.in_(questions))
    query = query.order_by(c.period, c.unit, c.question, c.value)
    return (await (await session.connection()).execute(query)).tuples().all()


def _pair(whole: Any, rest: Any) -> tuple[Any, Any]:
    return cast(func.sum(whole), Float(53)), cast(func.sum(rest), BigInteger)
