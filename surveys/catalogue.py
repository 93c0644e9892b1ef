"""Questionnaires by their version: kept in the database, read once each."""

import hashlib
import unicodedata
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.surveys import add_questionnaire, questionnaire_source
from surveys.loading import parse
from surveys.questionnaire import Questionnaire


class Catalogue:
    """A version never changes, so what was read once is kept for good."""

    def __init__(self) -> None:
        self._known: dict[int, Questionnaire] = {}

    async def get(self, session: AsyncSession, questionnaire_id: int) -> Questionnaire:
        if questionnaire_id not in self._known:
            self._known[questionnaire_id] = parse(await questionnaire_source(session, questionnaire_id))
        return self._known[questionnaire_id]


async def publish(session: AsyncSession, source: str, now: datetime) -> tuple[Questionnaire, int, bool]:
    """Check a YAML source and freeze it; the questionnaire, its version, and whether that version is new."""
    source = unicodedata.normalize("NFC", source)
    questionnaire = parse(source)
    digest = hashlib.sha256(source.encode()).hexdigest()
    version, new = await add_questionnaire(session, questionnaire.key, questionnaire.title, source, digest, now)
    return questionnaire, version, new
