"""Answers as they come in: begun, saved one by one, sent, counted, and cut loose from whoever gave them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import responses as rows
from storage.surveys import SurveyInfo, add_survey, close_survey, survey
from surveys.catalogue import Catalogue
from surveys.index import Counts, Sums, parts_of
from surveys.journey import Answer, Picked, journey
from surveys.links import pseudonym
from surveys.packing import pack, unpack
from surveys.questionnaire import Kind, Questionnaire

KEY_BYTES = 32
ID_BITS = 52
LEFT_OUT = 0
"""The value under which answers that were left out are counted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One respondent's open response with everything needed to go on."""

    response_id: int
    survey: SurveyInfo
    unit: str
    questionnaire: Questionnaire
    answers: Mapping[str, Answer]


class NotFinished(Exception):
    """The response still has unanswered questions, so it cannot be sent."""


async def open_survey(
    session: AsyncSession, questionnaire_id: int, title: str, until: datetime | None, now: datetime
) -> int:
    return await add_survey(session, questionnaire_id, title, secrets.token_bytes(KEY_BYTES), until, now)


async def standings(
    session: AsyncSession, catalogue: Catalogue, contact_ids: Sequence[int]
) -> dict[int, tuple[Standing, ...]]:
    """The open responses of each contact, the last touched first."""
    found: dict[int, tuple[Standing, ...]] = {}
    infos: dict[int, SurveyInfo] = {}
    for contact_id, theirs in (await rows.open_responses(session, contact_ids)).items():
        for row in theirs:
            info = infos.get(row.survey_id) or await survey(session, row.survey_id)
            assert info is not None
            infos[info.id] = info
            questionnaire = await catalogue.get(session, info.questionnaire_id)
            answers = unpack(questionnaire, row.answers, {})
            if any(isinstance(answer, str) for answer in answers.values()):
                answers = unpack(questionnaire, row.answers, await rows.texts_of(session, row.id))
            standing = Standing(row.id, info, row.unit, questionnaire, answers)
            found[contact_id] = (*found.get(contact_id, ()), standing)
    return found


async def begin(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, contact_id: int, unit: str, now: datetime
) -> Standing:
    """A new, empty response under a random id, so that ids tell nothing of the order of arrival."""
    questionnaire = await catalogue.get(session, info.questionnaire_id)
    packed, _ = pack(questionnaire, {})
    response_id = secrets.randbits(ID_BITS)
    await rows.add_response(session, response_id, info.id, contact_id, unit, packed, now)
    return Standing(response_id, info, unit, questionnaire, {})


async def save(session: AsyncSession, standing: Standing, answers: Mapping[str, Answer], now: datetime) -> Standing:
    """Keep the answers as they now are."""
    packed, texts = pack(standing.questionnaire, answers)
    await rows.save_answers(session, standing.response_id, packed, now)
    if texts != {id: answer for id, answer in standing.answers.items() if isinstance(answer, str)}:
        await rows.save_texts(session, standing.response_id, texts)
    return replace(standing, answers=dict(answers))


async def complete(session: AsyncSession, standing: Standing, channel: str, address: str, now: datetime) -> None:
    """Send the response: counted and unlinked in this one transaction; a person counts once for each survey."""
    if journey(standing.questionnaire, standing.answers).next is not None:
        raise NotFinished(standing.response_id)
    assert standing.survey.key is not None
    survey_id = standing.survey.id
    cell = rows.Cell(survey_id, f"{now:%Y-%m}", standing.unit)
    await rows.add_participation(session, survey_id, pseudonym(standing.survey.key, channel, address))
    await rows.add_counts(session, cell, counted(standing.questionnaire, standing.answers))
    parts = parts_of(standing.questionnaire, criteria_values(standing.questionnaire, standing.answers))
    await rows.add_sums(session, cell, {part: astuple(sums) for part, sums in parts.items()})
    await rows.unlink(session, standing.response_id, now)


def counted(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> list[tuple[str, int]]:
    """Every (question, value) that one response adds one to; numbers and texts only as given or left out."""
    values: list[tuple[str, int]] = []
    for question in questionnaire.questions:
        match question.kind, answers.get(question.id):
            case _, None:
                pass
            case Kind.ONE, int(chosen):
                values.append((question.id, chosen))
            case Kind.SEVERAL, Picked(options):
                values.extend((question.id, option) for option in options)
            case ((Kind.NUMBER | Kind.TEXT), (int() | str())):
                values.append((question.id, 1))
            case Kind.NOTE, _:
                pass
            case _:
                values.append((question.id, LEFT_OUT))
    return values


def criteria_values(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, int]:
    chosen = {question.id: answers.get(question.id) for question in questionnaire.criteria}
    return {id: answer for id, answer in chosen.items() if isinstance(answer, int)}


async def close(session: AsyncSession, survey_id: int, now: datetime) -> bool:
    """Close a survey: nobody can be recognised or counted afterwards, and what was not sent is deleted.

    False if it was closed already.
    """
    if not await close_survey(session, survey_id, now):
        return False
    await rows.delete_unsent(session, survey_id)
    return True


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
