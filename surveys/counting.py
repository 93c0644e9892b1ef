"""Counters: what one complete response adds, how they stand, and the same again from the answers themselves."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import counters as rows
from storage.responses import complete_answers, complete_responses
from storage.surveys import survey
from surveys.answers import Answer, Picked, Ranked, Skipped
from surveys.catalogue import Catalogue
from surveys.packing import unpack
from surveys.questionnaire import Kind, Questionnaire
from surveys.sums import Counts, Sums, Tally, parts_of

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


async def counters(session: AsyncSession, survey_id: int, period: str | None = None) -> Counts:
    """The counters as they stand, for ``surveys.index``; of one month ('YYYY-MM') or of all."""
    answers = await rows.counts(session, survey_id, period)
    sums = await rows.sums(session, survey_id, period)
    return _counts(answers, sums)


def _counts(answers: rows.Answers, sums: rows.Parts) -> Counts:
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


def _summed(form: Questionnaire, responses: Iterable[tuple[str, bytes, float]]) -> tuple[rows.Answers, rows.Parts]:
    """Counters in steps from unit, packed answers and weight of each response."""
    answers: rows.Answers = {}
    sums: rows.Parts = {}
    for unit, packed, weight in responses:
        given = unpack(form, packed, {})
        w, w2 = rows.steps(weight), rows.steps(weight * weight)
        here = answers.setdefault(unit, {})
        for question, value in counted(form, given):
            values = here.setdefault(question, {})
            n, so_far, so_far2 = values.get(value, (0, 0, 0))
            values[value] = (n + 1, so_far + w, so_far2 + w2)
        parts = sums.setdefault(unit, {})
        for part, added in parts_of(form, criteria_values(form, given), weight).items():
            (n, inside), seven = parts.get(part, ((0, 0), (0,) * len(rows.SUMS)))
            (one, inside_one), new = _columns(added)
            together = tuple(old + rows.steps(value) for old, value in zip(seven, new, strict=True))
            parts[part] = (n + one, inside + inside_one), together
    return answers, sums


async def recount(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> Counts:
    """The same counters from the packed answers themselves."""
    info = await survey(session, survey_id)
    assert info is not None
    form = await catalogue.get(session, info.questionnaire_id)
    complete = await complete_answers(session, survey_id)
    return _counts(*_summed(form, ((unit, packed, weight) for _, unit, packed, weight in complete)))


async def mend(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> int:
    """Make the counters anew from the answers; how many responses count."""
    info = await survey(session, survey_id)
    assert info is not None
    form = await catalogue.get(session, info.questionnaire_id)
    months: dict[str, list[tuple[str, bytes, float]]] = {}
    for one in await complete_responses(session, survey_id):
        if not one.excluded:
            period = cell_of(survey_id, one.ended_at, one.unit).period
            months.setdefault(period, []).append((one.unit, one.answers, one.weight))
    await rows.clear(session, survey_id)
    for period, responses in months.items():
        await rows.write(session, survey_id, period, *_summed(form, responses))
    return sum(map(len, months.values()))
