"""People in the middle of a questionnaire, made in the database; and whether what they tapped is what is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from benchmarks.phones import DONE, Phone
from channels.telegram_parts import parts_of
from handlers.questions import ask
from storage.database import Database
from storage.surveys import questionnaire_named, survey
from storage.tables import Response
from surveys.catalogue import Catalogue, publish
from surveys.fieldwork import Standing, open_survey
from surveys.journey import SKIPPED, Answer, Picked
from surveys.packing import pack
from surveys.questionnaire import Kind, Question, Questionnaire

QUESTIONNAIRE = Path(__file__).parents[1] / "surveys" / "questionnaires" / "sipas-2026.yaml"
FIRST = 10_000_000
"""Contact, chat and message of the first of them have this number, those after it the next ones."""
UNIT = "00004"
RANDOM_ID = {"sqlite": "abs(random()) % 4503599627370496", "postgresql": "floor(random() * 4503599627370496)::bigint"}
COUNT = "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
ROWS = (
    "INSERT INTO contacts (id, channel, address, asked, created_at) "
    "{count} SELECT i, 'telegram', CAST(i AS text), '', :now FROM n",
    "INSERT INTO consents (survey_id, contact_id, adult_at, adult_evidence, agreed_at, agreed_evidence, version, "
    "text_digest) {count} SELECT :survey, i, :now, CAST(i AS text), :now, CAST(i AS text), '2026-1', :digest FROM n",
    "INSERT INTO responses (id, survey_id, contact_id, unit, status, answers, started_at, touched_at) "
    "{count} SELECT {random}, :survey, i, :unit, 'open', :answers, :now, :now FROM n",
    "INSERT INTO screens (contact_id, kind, subject_id, message_id, shown) "
    "SELECT contact_id, 'question', id, CAST(contact_id AS text), '' FROM responses "
    "WHERE contact_id BETWEEN :first AND :last",
)
"""All that stands in the database for somebody who has agreed and sees the first question."""


async def publish_survey(database: Database) -> int:
    """An open survey of the official questionnaire; its id."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        questionnaire, _, _ = await publish(session, QUESTIONNAIRE.read_text(), now)
        named = await questionnaire_named(session, questionnaire.key)
        assert named is not None
        return await open_survey(session, named[0], "Khảo sát hài lòng", None, now)


async def questionnaire_of(database: Database, survey_id: int) -> Questionnaire:
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        return await Catalogue().get(session, info.questionnaire_id)


async def open_responses(database: Database, survey_id: int, before: int, count: int) -> None:
    """So many people more, after ``before`` that there are already, have agreed and see the first question."""
    empty, _ = pack(await questionnaire_of(database, survey_id), {})
    now = datetime.now(UTC)
    values = {
        "first": FIRST + before, "last": FIRST + before + count - 1, "survey": survey_id, "unit": UNIT,
        "answers": empty, "digest": "0" * 64, "now": f"{now:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else now,
    }  # fmt: skip
    async with database.transaction() as session:
        name = session.get_bind().dialect.name
        for row in ROWS:
            await session.execute(text(row.format(count=COUNT, random=RANDOM_ID[name])), values)


async def telephones(database: Database, survey_id: int, first: int, count: int, *, step: int = 1) -> list[Phone]:
    """The telephones of ``count`` of these people, every ``step``-th from the ``first``."""
    questionnaire = await questionnaire_of(database, survey_id)
    wanted = [FIRST + first + step * n for n in range(count)]
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        found = await session.execute(select(Response.contact_id, Response.id).where(Response.contact_id.in_(wanted)))
        ids = {contact: id for contact, id in found if contact is not None}
    phones = []
    for contact in wanted:
        part = parts_of(ask(Standing(ids[contact], info, UNIT, questionnaire, {})))[0]
        fields: dict[str, Any] = part.fields()
        buttons = [b["callback_data"] for row in fields["reply_markup"]["inline_keyboard"] for b in row]
        phones.append(Phone(contact, contact, fields["text"], buttons, fields["reply_markup"]))
    return phones


async def wrongly_kept(database: Database, survey_id: int, phones: Sequence[Phone]) -> int:
    """How many of these people's packed answers are anything else than exactly what they tapped."""
    questionnaire = await questionnaire_of(database, survey_id)
    async with database.reading() as session:
        theirs = Response.contact_id.in_([phone.chat for phone in phones])
        query = select(Response.contact_id, Response.answers).where(theirs)
        kept = dict((await session.execute(query)).tuples().all())
    return sum(kept.get(phone.chat) != pack(questionnaire, meant(questionnaire, phone))[0] for phone in phones)


def meant(questionnaire: Questionnaire, phone: Phone) -> dict[str, Answer]:
    """The answers that somebody's taps stand for."""
    asked = [(questionnaire.questions[position], values) for position, values in phone.tapped.items()]
    return {question.id: _meant(question, values) for question, values in asked}


def _meant(question: Question, values: Sequence[str]) -> Answer:
    if values[-1] == "-":
        return SKIPPED
    if question.kind is Kind.SEVERAL:
        return Picked(frozenset(int(value) for value in values if value != DONE), done=values[-1] == DONE)
    return int(values[-1])
