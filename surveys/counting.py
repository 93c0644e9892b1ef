"""Counters: what one complete response adds, how they stand, and the same again from the answers themselves."""

import asyncio
import operator
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage import counters as rows
from storage.criteria import criteria_rows, part_rows
from storage.packed import of_one_moment
from storage.surveys import survey
from surveys.answers import Answer, Picked, Ranked, Skipped
from surveys.catalogue import Catalogue
from surveys.grid import grid_of_rows
from surveys.questionnaire import Kind, Questionnaire
from surveys.sums import Counts, Sums, Tally, parts_of

T = TypeVar("T")
LEFT_OUT, UNKNOWN, INAPPLICABLE = 0, -1, -2
"""The values under which answers that say nothing are counted."""
NOTHING = {Skipped.SKIPPED: LEFT_OUT, Skipped.UNKNOWN: UNKNOWN, Skipped.INAPPLICABLE: INAPPLICABLE}


def cell_of(survey_id: int, ended: datetime, unit: str) -> rows.Cell:
    """Where a response is counted that was sent then; months are those of UTC, in which days are kept too."""
    return rows.Cell(survey_id, f"{ended.astimezone(UTC):%Y-%m}", unit)


async def count(
    session: AsyncSession, cell: rows.Cell, form: Questionnaire, answers: Mapping[str, Answer], *,
    weight: float = 1.0, times: int = 1,
) -> None:  # fmt: skip
    """Add one complete response to the counters of its cell, or with ``times`` of -1 take it out again exactly."""
    await rows.add_counts(session, cell, counted(form, answers), weight, times=times)
    parts = parts_of(form, criteria_values(form, answers), weight)
    await rows.add_sums(session, cell, {part: _columns(sums) for part, sums in parts.items()}, times=times)


def _columns(sums: Sums) -> tuple[tuple[int, int], tuple[float, ...]]:
    return (sums.responses, sums.inside), tuple(getattr(sums, name) for name in rows.SUMS)


def _sums(counts: tuple[int, int], steps: tuple[int, ...]) -> Sums:
    found = {name: rows.number(one) for name, one in zip(rows.SUMS, steps, strict=True)}
    return Sums(responses=counts[0], inside=counts[1], **found)


def counted(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> list[tuple[str, int]]:
    """Every (question, value) that one response adds one to; what has no options only as given or not.

    A ranked question counts the option that was put first.
    """
    values: list[tuple[str, int]] = []
    for question in questionnaire.questions:
        match question.kind, answers.get(question.id):
            case (_, None) | (Kind.NOTE | Kind.CALCULATION, _):
                pass
            case _, Skipped() as nothing:
                values.append((question.id, NOTHING[nothing]))
            case Kind.ONE, int(chosen):
                values.append((question.id, chosen))
            case Kind.SEVERAL, Picked(options):
                values.extend((question.id, option) for option in options)
            case Kind.RANK, Ranked(order):
                values.append((question.id, order[0]))
            case _:
                values.append((question.id, 1))
    return values


def criteria_values(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, int]:
    chosen = {question.id: answers.get(question.id) for question in questionnaire.criteria}
    return {id: answer for id, answer in chosen.items() if isinstance(answer, int)}


async def figures_of(
    session: AsyncSession, form: Questionnaire, survey_id: int, period: str | None = None
) -> Counts:  # fmt: skip
    """As much of the counters as ``surveys.index`` needs, added up by the database: no answers one by one."""
    satisfied = {question.id: question.satisfied for question in form.criteria}
    criteria = await criteria_rows(session, survey_id, satisfied, period)
    parts = await part_rows(session, survey_id, period)
    return (await asyncio.to_thread(grid_of_rows, form, criteria, parts)).counts()


async def counters(session: AsyncSession, survey_id: int, period: str | None = None) -> Counts:
    """The counters as they stand; of one month ('YYYY-MM') or of all."""
    answers = await rows.counts(session, survey_id, period)
    sums = await rows.sums(session, survey_id, period)
    return counts_of(answers, sums)


def counts_of(answers: rows.Answers, sums: rows.Parts) -> Counts:
    """Counters in steps as numbers; what has been taken out again to the last digit is left out."""
    tallies = {
        u: {q: {v: Tally(n, rows.number(w), rows.number(w2)) for v, (n, w, w2) in values.items() if n or w or w2}
            for q, values in questions.items()}
        for u, questions in answers.items()
    }  # fmt: skip
    said = {u: {q: values for q, values in questions.items() if values} for u, questions in tallies.items()}
    kept = {
        u: {part: _sums(two, steps) for part, (two, steps) in parts.items() if any(two) or any(steps)}
        for u, parts in sums.items()
    }
    return Counts({u: q for u, q in said.items() if q}, {u: parts for u, parts in kept.items() if parts})


async def recount(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> Counts:
    """The same counters from the packed answers themselves, in blocks and beside the loop."""
    from surveys.blocks import Blocks

    blocks = await Blocks.read(session, await _form(session, catalogue, survey_id), survey_id)
    return await asyncio.to_thread(lambda: counts_of(*blocks.summed()))


async def agree(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> bool:
    """Whether the counters are those of the answers, at one moment; nothing may have been read before."""
    await of_one_moment(session)
    again = await recount(session, catalogue, survey_id)
    return await asyncio.to_thread(operator.eq, await counters(session, survey_id), again)


async def mend(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> int:
    """Make the counters anew from the answers; how many responses count."""
    from surveys.blocks import Blocks

    form = await _form(session, catalogue, survey_id)

    def month(unit: str, when: str) -> str:
        return f"{when} {unit}"

    blocks = await Blocks.read(session, form, survey_id, place=month)
    answers, sums = await asyncio.to_thread(blocks.summed)
    months = sorted({place.partition(" ")[0] for place in sums})
    await rows.clear(session, survey_id)
    for period in months:
        await rows.write(session, survey_id, period, _inside(answers, period), _inside(sums, period))
    return blocks.n


async def _form(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> Questionnaire:
    info = await survey(session, survey_id)
    assert info is not None
    return await catalogue.get(session, info.questionnaire_id)


def _inside(places: Mapping[str, T], period: str) -> dict[str, T]:
    """What was counted at each unit in a month."""
    return {place.removeprefix(f"{period} "): one for place, one in places.items() if place.startswith(f"{period} ")}
