"""Who may come into a survey, in chat and on the web: where a link leads, what keeps people out, what consent is."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases
from storage import responses as rows
from storage.enums import Mode
from storage.participations import took_part
from storage.surveys import SurveyInfo, consent_of, survey
from surveys import design as designs
from surveys.design import Recruiting
from surveys.links import CASE, genuine, pseudonym, read
from surveys.questionnaire import ConsentText


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a link leads: a survey at a unit, and for whom, if it is a single-use one."""

    info: SurveyInfo
    unit: str
    case: cases.CaseInfo | None = None

    def origin(self, mode: Mode, language: str) -> rows.Origin:
        """Where a response that begins here comes from."""
        if self.case is None:
            return rows.Origin(mode, language)
        return rows.Origin(mode, language, case_id=self.case.id, weight=self.case.weight)


class NotAdmitted(Exception):
    """The link leads nowhere for this person; ``reason`` names the sentence among ``surveys.words``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def lead(session: AsyncSession, payload: str) -> Lead:
    """Where a payload leads; NotAdmitted if it is none of ours."""
    if payload.startswith(CASE):
        case = await cases.case_of(session, payload.removeprefix(CASE))
        info = await survey(session, case.survey_id) if case else None
        if case is None or info is None:
            raise NotAdmitted("unknown_link")
        return Lead(info, case.unit, case)
    link = read(payload)
    info = await survey(session, link.survey_id) if link else None
    if link is None or info is None or (info.key is not None and not genuine(link, info.key)):
        raise NotAdmitted("unknown_link")
    return Lead(info, link.unit)


async def admit(
    session: AsyncSession, to: Lead, who: Iterable[tuple[str, str]], *, began: bool, now: datetime
) -> None:
    """Let in whoever is known by these marks, or NotAdmitted; ``began``: an open response there is theirs."""
    if to.case is not None and not began and await cases.open_cases(session, [to.case.id]):
        raise NotAdmitted("unknown_link")  # somebody else is answering under this single-use link
    if to.info.key is None or not to.info.takes_answers(now):
        raise NotAdmitted("closed")
    if to.case is None and designs.read(to.info.design).recruiting is not Recruiting.OPEN:
        raise NotAdmitted("sample_only")
    case = [(CASE, str(to.case.id))] if to.case is not None else []
    for kind, name in (*who, *case):
        if await took_part(session, to.info.id, pseudonym(to.info.key, kind, name)):
            raise NotAdmitted("taken")


async def consent(
    session: AsyncSession, survey_id: int, contact_id: int, shown: ConsentText, evidence: str, now: datetime
) -> bool:
    """Keep that somebody agreed, to which words, when and by what; False if they have not said to be of age."""
    row = await consent_of(session, survey_id, contact_id)
    if row is None:
        return False
    row.agreed_at, row.agreed_evidence, row.declined_at = now, evidence, None
    row.version, row.text_digest = shown.version, hashlib.sha256(shown.text.encode()).hexdigest()
    return True
