"""Answers as they come in: begun, saved one by one, sent, counted, and cut loose from whoever gave them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, interviews, quotas
from storage import responses as rows
from storage.enums import Mode, ResponseStatus
from storage.participations import add_participations
from storage.surveys import SurveyInfo, add_survey, close_survey, set_design, survey
from surveys import design as designs
from surveys.answers import Answer
from surveys.catalogue import Catalogue
from surveys.counting import cell_of, count
from surveys.design import Design
from surveys.dispositions import Disposition
from surveys.expression import Scope
from surveys.journey import journey, values
from surveys.layout import fold
from surveys.links import pseudonym
from surveys.packing import pack, unpack
from surveys.quality import NO_FLAG, NO_TIME, Flag, Tempo, flags_of
from surveys.questionnaire import Questionnaire
from surveys.xpath import Value

KEY_BYTES = 32
SENDING = "(sending)"
"""Where those broke off who had answered everything; no question has such an id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One respondent's open response with everything needed to go on; ``questionnaire`` speaks their language."""

    response_id: int
    survey: SurveyInfo
    unit: str
    questionnaire: Questionnaire
    answers: Mapping[str, Answer]
    mode: Mode = Mode.CHAT
    case_id: int | None = None
    interviewer_id: int | None = None
    tempo: Tempo = NO_TIME
    touched_at: datetime | None = None
    weight: float = 1.0
    languages: tuple[str, ...] = ()
    """Those among which the respondent may choose, where there is a choice."""

    @property
    def design(self) -> Design:
        return designs.read(self.survey.design)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a response: by ``once`` (an address on a channel, a case) they take part once, by ``watched`` (a
    telephone that an interviewer noted) a second response is only marked."""

    once: tuple[tuple[str, str], ...] = ()
    watched: tuple[tuple[str, str], ...] = ()


class TookPart(Exception):
    """This person has sent a response to the survey already."""


class NotFinished(Exception):
    """The response still has unanswered questions, so it cannot be sent."""


def languages_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    return questionnaire.languages if questionnaire.translations else ()


async def open_survey(
    session: AsyncSession, questionnaire_id: int, title: str, until: datetime | None, now: datetime,
    design: Design | None = None,
) -> int:  # fmt: skip
    kept = designs.as_dict(design) if design else None
    survey_id = await add_survey(session, questionnaire_id, title, secrets.token_bytes(KEY_BYTES), until, now, kept)
    if design is not None:
        await quotas.set_quotas(session, survey_id, {quota.name: quota.target for quota in design.quotas})
    return survey_id


async def standings(
    session: AsyncSession, catalogue: Catalogue, contacts: Mapping[int, str]
) -> dict[int, tuple[Standing, ...]]:
    """The open responses of each contact, the last touched first; ``contacts`` maps ids to languages."""
    found: dict[int, tuple[Standing, ...]] = {}
    infos: dict[int, SurveyInfo] = {}
    for contact_id, theirs in (await rows.open_responses(session, list(contacts))).items():
        for row in theirs:
            info = infos.get(row.survey_id) or await survey(session, row.survey_id)
            assert info is not None
            infos[info.id] = info
            original = await catalogue.get(session, info.questionnaire_id)
            questionnaire = original.spoken(contacts[contact_id])
            answers = unpack(questionnaire, row.answers, {})
            if any(isinstance(answer, str) for answer in answers.values()):
                answers = unpack(questionnaire, row.answers, await rows.texts_of(session, row.id))
            standing = Standing(
                row.id, info, row.unit, questionnaire, answers, row.mode, row.case_id, row.interviewer_id,
                Tempo(row.seconds, row.quick), row.touched_at, row.weight, languages_of(original),
            )  # fmt: skip
            found[contact_id] = (*found.get(contact_id, ()), standing)
    return found


async def begin(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, contact_id: int, unit: str, now: datetime,
    origin: rows.Origin = rows.NO_ORIGIN,
) -> Standing:  # fmt: skip
    """A new, empty response under a random id, so that ids tell nothing of the order of arrival."""
    original = await catalogue.get(session, info.questionnaire_id)
    questionnaire = original.spoken(origin.language)
    packed, _ = pack(questionnaire, {})
    response_id = secrets.randbits(rows.ID_BITS)
    await rows.add_response(session, response_id, info.id, contact_id, unit, packed, now, origin)
    if origin.case_id is not None:
        await cases.become(session, origin.case_id, Disposition.PARTIAL)
    return Standing(
        response_id, info, unit, questionnaire, {}, origin.mode, origin.case_id, origin.interviewer_id, NO_TIME, now,
        origin.weight, languages_of(original),
    )  # fmt: skip


async def save(session: AsyncSession, standing: Standing, answers: Mapping[str, Answer], now: datetime) -> Standing:
    """Keep the answers as they now are, and how long the new ones took."""
    packed, texts = pack(standing.questionnaire, answers)
    before = standing.answers
    items = sum(1 for id, answer in answers.items() if before.get(id) != answer)
    waited = (now - standing.touched_at).total_seconds() if standing.touched_at else 0.0
    tempo = standing.tempo.after(waited, items, standing.design.limits)
    await rows.save_answers(session, standing.response_id, packed, now, seconds=tempo.seconds, quick=tempo.quick)
    if texts != {id: answer for id, answer in before.items() if isinstance(answer, str)}:
        await rows.save_texts(session, standing.response_id, texts)
    return replace(standing, answers=dict(answers), tempo=tempo, touched_at=now)


def quotas_of(standing: Standing, design: Design | None = None) -> list[str]:
    """The quotas whose cell this response is in, as far as its answers tell."""
    found = []
    seen: Mapping[str, Value] | None = None
    for quota in (design or standing.design).quotas:
        if not quota.open_to(standing.unit):
            continue
        if quota.condition is not None:
            seen = values(standing.questionnaire, standing.answers) if seen is None else seen
            if not quota.condition.references <= seen.keys() or not quota.condition.holds(Scope(seen)):
                continue
        found.append(quota.name)
    return found


async def filled(session: AsyncSession, standing: Standing) -> bool:
    """Whether enough people like this one have answered already."""
    names = quotas_of(standing)
    return bool(names) and bool(await quotas.full(session, standing.survey.id, names))


async def complete(session: AsyncSession, standing: Standing, sender: Sender, now: datetime) -> Flag:
    """Send the response: counted and unlinked in this one transaction; a person counts once for each survey.

    What speaks against it is kept with it; it counts in the index unless the design keeps such responses out.
    """
    here = journey(standing.questionnaire, standing.answers)
    if here.next is not None or here.ended_by is not None:
        raise NotFinished(standing.response_id)
    survey_id, design = standing.survey.id, standing.design
    flags = flags_of(standing.questionnaire, standing.answers, standing.tempo, design.limits)
    if not await _once(session, standing.survey, sender):
        flags |= Flag.DUPLICATE
    out = design.keeps_out(flags)
    if not out and not await quotas.take_places(session, survey_id, quotas_of(standing)):
        flags |= Flag.OVER_QUOTA
        out = True
    if not out:
        cell = cell_of(survey_id, now, standing.unit)
        await count(session, cell, standing.questionnaire, standing.answers, weight=standing.weight)
    await _end(session, standing, now, ResponseStatus.COMPLETE, flags, excluded=out)
    return flags


async def _once(session: AsyncSession, info: SurveyInfo, sender: Sender) -> bool:
    """Note that somebody took part; False if a watched mark is there already, TookPart if they did themselves."""
    assert info.key is not None
    once, watched = (
        [pseudonym(info.key, kind, name) for kind, name in marks] for marks in (sender.once, sender.watched)
    )
    if await add_participations(session, info.id, once) < len(once):
        raise TookPart(info.id)
    return await add_participations(session, info.id, watched) == len(watched)


async def turn_away(session: AsyncSession, standing: Standing, sender: Sender, now: datetime) -> None:
    """End the response of somebody whom the survey is not for, or of whose like there are enough; nothing is kept."""
    await _once(session, standing.survey, sender)
    await rows.erase(session, standing.response_id)
    await _end(session, replace(standing, answers={}), now, ResponseStatus.INELIGIBLE)


async def _end(
    session: AsyncSession, standing: Standing, now: datetime, status: ResponseStatus, flags: Flag = NO_FLAG,
    *, excluded: bool = False,
) -> None:  # fmt: skip
    form = standing.questionnaire
    packed, _ = pack(form, standing.answers)
    await rows.unlink(
        session, standing.response_id, fold(form, packed), now, status=status, flags=int(flags), excluded=excluded,
        language=form.language, times=standing.mode is Mode.INTERVIEW,
    )  # fmt: skip
    if standing.case_id is not None:
        ended = Disposition.COMPLETE if status is ResponseStatus.COMPLETE else Disposition.INELIGIBLE
        await cases.become(session, standing.case_id, ended)


async def expire(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, now: datetime) -> int:
    """Give up what has not been touched for as long as the design waits; how many."""
    wait = designs.read(info.design).expires
    return await _give_up(session, catalogue, info, before=now - wait) if wait is not None else 0


async def _give_up(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, before: datetime | None = None
) -> int:
    """Delete what was not sent; only at which question, or at sending, each broke off is counted."""
    form = await catalogue.get(session, info.questionnaire_id)
    left: dict[str, int] = {}
    given_up = await rows.unsent(session, info.id, before)
    for _, packed in given_up:
        here = journey(form, unpack(form, packed, {}))
        if here.ended_by is None:
            at = here.next.id if here.next is not None else SENDING
            left[at] = left.get(at, 0) + 1
    await rows.broke_off(session, info.id, left)
    await rows.delete_unsent(session, [id for id, _ in given_up])
    return len(given_up)


async def close(session: AsyncSession, catalogue: Catalogue, survey_id: int, now: datetime) -> bool:
    """Close a survey: nobody can be recognised or counted afterwards, and what was not sent is deleted.

    False if it was closed already.
    """
    info = await survey(session, survey_id)
    if info is None or not await close_survey(session, survey_id, now):
        return False
    await _give_up(session, catalogue, info)
    await cases.forget(session, survey_id)
    await interviews.forget(session, survey_id)
    return True


async def set_exclusions(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, exclude: Flag
) -> tuple[int, int]:
    """Apply other rules of exclusion to what is in already; how many count now, and how many do not.

    A response that comes to count takes its places in the quotas, and is over quota where there are none left.
    """
    design = designs.excluding(designs.read(info.design), exclude)
    await set_design(session, info.id, designs.as_dict(design))
    form = await catalogue.get(session, info.questionnaire_id)
    counted = excluded = 0
    for one in await rows.complete_responses(session, info.id):
        flags, answers = Flag(one.flags), unpack(form, one.answers, {})
        standing = Standing(one.id, replace(info, design=""), one.unit, form, answers)
        names = quotas_of(standing, design)
        out = design.keeps_out(flags)
        if one.excluded and not out and not await quotas.take_places(session, info.id, names):
            flags, out = flags | Flag.OVER_QUOTA, True
        if one.excluded is not out or flags != one.flags:
            if one.excluded is not out:
                cell = cell_of(info.id, one.ended_at, one.unit)
                await count(session, cell, form, answers, weight=one.weight, times=-1 if out else 1)
            if out and not one.excluded:
                await quotas.give_back(session, info.id, names)
            await rows.set_flags(session, one.id, int(flags), excluded=out)
        counted, excluded = counted + (not out), excluded + out
    return counted, excluded
