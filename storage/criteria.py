"""What the counters say of criteria and parts, added up by the database: a row for each month, unit and name."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Float, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.counters import STEPS, SUMS
from storage.tables import AnswerCount, IndexSums

Row = tuple[Any, ...]


async def criteria_rows(
    session: AsyncSession, survey_id: int, satisfied: Mapping[str, frozenset[int]], period: str | None = None
) -> list[Row]:
    """Unit and question, people with a valid answer, Σw and Σw² of these and of the satisfied, and Σ w · level.

    ``satisfied`` are the levels of the satisfied for each criterion. Sums are exact but for one rounding.
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
        _sum(c.w, c.w_rest), _sum(c.w2, c.w2_rest),
        *(_sum(case((happy, whole), else_=0), case((happy, rest), else_=0))
          for whole, rest in ((c.w, c.w_rest), (c.w2, c.w2_rest))),
        _sum(c.w * c.value, c.w_rest * c.value),
    ]  # fmt: skip
    query = select(c.unit, c.question, cast(func.sum(c.n), BigInteger), *sums)
    query = query.where(c.survey_id == survey_id, c.question.in_(questions), c.value > 0)
    if period is not None:
        query = query.where(c.period == period)
    return (await (await session.connection()).execute(query.group_by(c.period, c.unit, c.question))).all()


async def part_rows(session: AsyncSession, survey_id: int, period: str | None = None) -> Sequence[Row]:
    """Unit and part, responses and people inside, then each of ``counters.SUMS``."""
    s = IndexSums
    numbers = (getattr(s, name) + cast(getattr(s, f"{name}_rest"), Float(53)) / float(STEPS) for name in SUMS)
    query = select(s.unit, s.part, s.responses, s.inside, *numbers).where(s.survey_id == survey_id)
    if period is not None:
        query = query.where(s.period == period)
    return (await (await session.connection()).execute(query.order_by(s.period, s.unit))).all()


async def counts_in(session: AsyncSession, survey_id: int, questions: Sequence[str]) -> Sequence[Row]:
    """All counters of the answers to some questions, in their order."""
    c = AnswerCount
    query = select(c.period, c.unit, c.question, c.value, c.n, c.w, c.w_rest, c.w2, c.w2_rest)
    query = query.where(c.survey_id == survey_id, c.question.in_(questions))
    query = query.order_by(c.period, c.unit, c.question, c.value)
    return (await (await session.connection()).execute(query)).all()


def _sum(whole: Any, rest: Any) -> Any:
    """Whole numbers and steps beyond them (``storage.counters``) as one number."""
    return func.sum(whole) + cast(func.sum(rest), Float(53)) / float(STEPS)
