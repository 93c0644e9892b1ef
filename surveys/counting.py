"""Counters: what one complete response adds, how they stand, and the same again from the answers themselves."""

from collections.abc import Mapping
from dataclasses import astuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage import responses as rows
from storage.surveys import survey
from surveys.answers import Answer, Picked, Ranked, Skipped
from surveys.catalogue import Catalogue
from surveys.index import Counts, Sums, parts_of
from surveys.packing import unpack
from surveys.questionnaire import Kind, Questionnaire

LEFT_OUT, UNKNOWN, INAPPLICABLE = 0, -1, -2
"""The values under which answers that say nothing are counted."""
NOTHING = {Skipped.SKIPPED: LEFT_OUT, Skipped.UNKNOWN: UNKNOWN, Skipped.INAPPLICABLE: INAPPLICABLE}


async def count(
    session: AsyncSession, cell: rows.Cell, form: Questionnaire, answers: Mapping[str, Answer], *, times: int = 1
) -> None:
    """Add one complete response to the counters of its cell, or with ``times`` of -1 take it out again exactly."""
    await rows.add_counts(session, cell, counted(form, answers), times)
    parts = parts_of(form, criteria_values(form, answers))
    added = {part: tuple(times * value for value in astuple(sums)) for part, sums in parts.items()}
    await rows.add_sums(session, cell, added)


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
    sums = await rows.sums(session, survey_id, period)
    return Counts(
        await rows.counts(session, survey_id, period),
        {u: {part: Sums(int(seven[0]), *seven[1:]) for part, seven in parts.items()} for u, parts in sums.items()},
    )


async def recount(session: AsyncSession, catalogue: Catalogue, survey_id: int) -> Counts:
    """The same counters from the packed answers themselves."""
    info = await survey(session, survey_id)
    assert info is not None
    questionnaire = await catalogue.get(session, info.questionnaire_id)
    answers: dict[str, dict[str, dict[int, int]]] = {}
    sums: dict[str, dict[str, Sums]] = {}
    for _, unit, packed in await rows.complete_answers(session, survey_id):
        given = unpack(questionnaire, packed, {})
        for question, value in counted(questionnaire, given):
            values = answers.setdefault(unit, {}).setdefault(question, {})
            values[value] = values.get(value, 0) + 1
        for part, added in parts_of(questionnaire, criteria_values(questionnaire, given)).items():
            so_far = sums.setdefault(unit, {})
            so_far[part] = so_far.get(part, Sums()) + added
    return Counts(answers, sums)
