"""Questions to the database about questionnaires and surveys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import ResponseStatus, SurveyStatus
from storage.tables import Consent, QuestionnaireVersion, Response, Survey


@dataclass(frozen=True, slots=True)
class SurveyInfo:
    """A survey as it travels outside its transaction; ``key`` is None once it is closed."""

    id: int
    questionnaire_id: int
    title: str
    status: SurveyStatus
    key: bytes | None
    opened_at: datetime
    until: datetime | None
    closed_at: datetime | None
    design: str = ""
    """``surveys.design.Design`` as JSON; '' for none."""
    results_public_at: datetime | None = None
    """Since when everybody may see its results; None where only staff may."""

    def takes_answers(self, now: datetime) -> bool:
        return self.status is SurveyStatus.OPEN and (self.until is None or now < self.until)


def _info(row: Survey) -> SurveyInfo:
    return SurveyInfo(
        row.id, row.questionnaire_id, row.title, SurveyStatus(row.status), row.key, row.opened_at, row.until,
        row.closed_at, json.dumps(row.design, sort_keys=True) if row.design else "", row.results_public_at,
    )  # fmt: skip


async def survey(session: AsyncSession, survey_id: int) -> SurveyInfo | None:
    row = await session.get(Survey, survey_id)
    return _info(row) if row else None


async def surveys(session: AsyncSession) -> list[SurveyInfo]:
    return [_info(row) for row in await session.scalars(select(Survey).order_by(Survey.id.desc()))]


async def open_surveys(session: AsyncSession) -> list[SurveyInfo]:
    query = select(Survey).where(Survey.status == SurveyStatus.OPEN).order_by(Survey.id)
    return [_info(row) for row in await session.scalars(query)]


async def overdue_surveys(session: AsyncSession, now: datetime) -> list[int]:
    query = select(Survey.id).where(Survey.status == SurveyStatus.OPEN, Survey.until <= now)
    return list(await session.scalars(query.order_by(Survey.id)))


async def add_survey(
    session: AsyncSession, questionnaire_id: int, title: str, key: bytes, until: datetime | None, now: datetime,
    design: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    row = Survey(
        questionnaire_id=questionnaire_id, title=title, key=key, until=until, opened_at=now, status=SurveyStatus.OPEN,
        design=dict(design) if design else None,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def set_design(session: AsyncSession, survey_id: int, design: Mapping[str, Any]) -> None:
    await session.execute(update(Survey).where(Survey.id == survey_id).values(design=dict(design)))


async def close_survey(session: AsyncSession, survey_id: int, now: datetime) -> bool:
    """Close it and destroy its key, so that nobody who took part can be recognised; False if it was closed."""
    closed = await session.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.status == SurveyStatus.OPEN)
        .values(status=SurveyStatus.CLOSED, closed_at=now, key=None)
        .returning(Survey.id)
    )
    return closed.scalar() is not None


async def publish_results(session: AsyncSession, survey_id: int, at: datetime | None) -> bool:
    """Let everybody see the results of a closed survey from now on, or with None staff only; False if it is open."""
    closed = await session.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.status == SurveyStatus.CLOSED)
        .values(results_public_at=at)
        .returning(Survey.id)
    )
    return closed.scalar() is not None


async def questionnaire_source(session: AsyncSession, questionnaire_id: int) -> str:
    query = select(QuestionnaireVersion.source).where(QuestionnaireVersion.id == questionnaire_id)
    return (await session.execute(query)).scalar_one()


async def questionnaire_named(
    session: AsyncSession, key: str, *, version: int | None = None
) -> tuple[int, int] | None:
    """The newest version under a key, or the one that is asked for, as (id, version)."""
    query = select(QuestionnaireVersion.id, QuestionnaireVersion.version).where(QuestionnaireVersion.key == key)
    if version is not None:
        query = query.where(QuestionnaireVersion.version == version)
    row = (await session.execute(query.order_by(QuestionnaireVersion.version.desc()).limit(1))).first()
    return (row[0], row[1]) if row else None


async def questionnaires(session: AsyncSession) -> list[tuple[str, int, str]]:
    """Key, version and title of every questionnaire."""
    table = QuestionnaireVersion
    rows = await session.execute(select(table.key, table.version, table.title).order_by(table.key, table.version))
    return [(key, version, title) for key, version, title in rows]


async def add_questionnaire(
    session: AsyncSession, key: str, title: str, source: str, digest: str, now: datetime
) -> tuple[int, bool]:
    """The version number that this source has, and whether it is new; the same source is never kept twice."""
    table = QuestionnaireVersion
    known = await session.scalar(select(table.version).where(table.digest == digest))
    if known is not None:
        return known, False
    newest = await session.scalar(select(func.max(table.version)).where(table.key == key))
    row = table(key=key, title=title, source=source, digest=digest, version=(newest or 0) + 1, created_at=now)
    session.add(row)
    await session.flush()
    return row.version, True


async def response_counts(session: AsyncSession, survey_id: int) -> dict[ResponseStatus, int]:
    query = select(Response.status, func.count()).where(Response.survey_id == survey_id).group_by(Response.status)
    found = {ResponseStatus(status): n for status, n in await session.execute(query)}
    return {status: found.get(status, 0) for status in ResponseStatus}


async def consent_of(session: AsyncSession, survey_id: int, contact_id: int) -> Consent | None:
    query = select(Consent).where(Consent.survey_id == survey_id, Consent.contact_id == contact_id)
    return await session.scalar(query)


async def consent_counts(session: AsyncSession, survey_id: int) -> tuple[int, int]:
    """How many opened the survey and said to be of age, and how many of them agreed."""
    query = select(func.count(), func.count(Consent.agreed_at)).where(Consent.survey_id == survey_id)
    adults, agreed = (await session.execute(query)).one()
    return adults, agreed


async def agreed_surveys(session: AsyncSession, contact_id: int) -> list[SurveyInfo]:
    """The surveys in which a contact agreed to take part, the latest first."""
    query = select(Survey).join(Consent, Consent.survey_id == Survey.id)
    mine = query.where(Consent.contact_id == contact_id, Consent.agreed_at.is_not(None))
    return [_info(row) for row in await session.scalars(mine.order_by(Consent.agreed_at.desc()))]


async def declared_adult(
    session: AsyncSession, survey_id: int, contact_id: int, evidence: str, now: datetime
) -> None:
    consent = await consent_of(session, survey_id, contact_id)
    if consent is None:
        session.add(Consent(survey_id=survey_id, contact_id=contact_id, adult_at=now, adult_evidence=evidence))
