"""Answers from the first tap to the counters, and what is left of the person afterwards."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.contacts import met
from storage.enums import ChannelName
from storage.surveys import survey
from storage.tables import AnswerCount, Consent, Participation, Response, ResponseText
from surveys.catalogue import Catalogue
from surveys.counting import counters, recount
from surveys.fieldwork import NotFinished, Sender, TookPart, begin, close, complete, save, standings
from surveys.index import index
from surveys.journey import SKIPPED, Picked
from surveys.layout import folds
from surveys.packing import unpack
from surveys.words import VI
from tests.world import World

HAPPY: dict[str, Any] = {"nation": SKIPPED, "way": Picked(frozenset({1, 3})), "c1": 4, "c2": 5, "visits": 2}
UNHAPPY: dict[str, Any] = {
    "nation": 1,
    "way": Picked(frozenset({2})),
    "c1": 1,
    "c2": 2,
    "why": "Chờ lâu",
    "visits": 1,
}


async def answered(loa: World, survey_id: int, address: str, answers: dict[str, Any], unit: str = "00004") -> None:
    catalogue = Catalogue()
    async with loa.database.transaction() as session:
        contact = (await met(session, ChannelName.TELEGRAM, [address], loa.now))[address]
        info = await survey(session, survey_id)
        assert info is not None
        standing = await begin(session, catalogue, info, contact.id, unit, loa.now)
        standing = await save(session, standing, answers, loa.now)
        await complete(session, standing, Sender(once=(("telegram", address),)), loa.now)


async def test_completed_answers_are_counted_and_recounted_the_same(loa: World):
    survey_id, _ = await loa.survey()
    for number in range(12):
        await answered(
            loa, survey_id, str(number), HAPPY if number % 3 else UNHAPPY, "00004" if number % 2 else "00070"
        )

    async with loa.database.reading() as session:
        kept = await counters(session, survey_id)
        again = await recount(session, Catalogue(), survey_id)
        questionnaire = await Catalogue().get(session, 1)

    assert kept == again
    assert kept.n == 12
    found = index(questionnaire, kept)
    assert found.overall.value == pytest.approx(100 * 8 / 12)
    assert {id: figure.n for id, figure in found.criteria.items()} == {"c1": 12, "c2": 12}


async def test_nothing_in_a_completed_response_points_at_the_person(loa: World):
    survey_id, _ = await loa.survey()

    await answered(loa, survey_id, "2001", UNHAPPY)

    async with loa.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        assert row.contact_id is None
        assert (row.started_at.hour, row.touched_at.hour) == (0, 0)
        assert row.started_at.date() == loa.now.date()
        assert (await session.scalars(select(ResponseText.text))).all() == ["Chờ lâu"]
        assert (await session.scalars(select(Participation.pseudonym))).one() != b"2001"


async def test_answers_are_folded_once_they_are_sent_and_not_before(loa: World):
    survey_id, payload = await loa.survey()
    await answered(loa, survey_id, "2001", UNHAPPY)
    await loa.says(2002, f"/start {payload}")
    await loa.taps(2002, "Tôi từ 18 tuổi trở lên")
    await loa.taps(2002, "Đồng ý và bắt đầu trả lời")
    await loa.taps(2002, "Kinh")

    async with loa.database.reading() as session:
        form = await Catalogue().get(session, 1)
        kept = {row.status: row.answers for row in await session.scalars(select(Response))}
    assert {status: len(answers) for status, answers in kept.items()} == {
        "complete": folds(form).folded, "open": folds(form).size,
    }  # fmt: skip
    assert unpack(form, kept["complete"], {"why": "Chờ lâu"}) == UNHAPPY


async def test_a_person_counts_once_for_each_survey(loa: World):
    survey_id, _ = await loa.survey()
    await answered(loa, survey_id, "2001", HAPPY)

    with pytest.raises(TookPart):
        await answered(loa, survey_id, "2001", UNHAPPY)

    async with loa.database.reading() as session:
        assert (await counters(session, survey_id)).n == 1
        assert await session.scalar(select(func.count()).select_from(Response)) == 1


async def test_an_unfinished_response_cannot_be_sent(loa: World):
    survey_id, _ = await loa.survey()

    with pytest.raises(NotFinished):
        await answered(loa, survey_id, "2001", {"nation": 1})

    async with loa.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(AnswerCount)) == 0


async def test_fifty_completions_at_once_lose_no_count(loa: World):
    survey_id, _ = await loa.survey()

    await asyncio.gather(*(answered(loa, survey_id, str(n), HAPPY) for n in range(50)))

    async with loa.database.reading() as session:
        assert (await counters(session, survey_id)).n == 50
        assert await counters(session, survey_id) == await recount(session, Catalogue(), survey_id)


async def test_closing_destroys_the_key_and_takes_no_more(loa: World):
    survey_id, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    await loa.taps(2001, "Đồng ý và bắt đầu trả lời")

    async with loa.database.transaction() as session:
        assert await close(session, Catalogue(), survey_id, loa.now)
        assert not await close(session, Catalogue(), survey_id, loa.now)

    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        assert info.key is None
    assert [h.text for h in await loa.taps(2001, "Kinh")] == [VI.form_gone]
    async with loa.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Response)) == 0
    await loa.says(2002, f"/start {payload}")
    assert loa.messages(2002)[-1].text == "Cuộc khảo sát này đã kết thúc. Xin cảm ơn ông/bà đã quan tâm."


async def test_consent_is_recorded_with_words_time_and_evidence(loa: World):
    _, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    loa.later(minutes=1)
    await loa.taps(2001, "Đồng ý và bắt đầu trả lời")

    async with loa.database.reading() as session:
        row = (await session.scalars(select(Consent))).one()
    assert row.version == "1"
    assert len(row.text_digest) == 64
    assert (row.agreed_at - row.adult_at).total_seconds() == 60 if row.agreed_at else False
    assert row.adult_evidence.isdigit()
    assert int(row.agreed_evidence) > int(row.adult_evidence)


async def test_nothing_is_kept_of_somebody_under_age(loa: World):
    _, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")

    await loa.taps(2001, "Tôi dưới 18 tuổi")

    async with loa.database.reading() as session:
        for table in (Consent, Response, Participation):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_open_responses_of_many_people_are_found_at_once(loa: World):
    survey_id, _ = await loa.survey()
    catalogue = Catalogue()
    async with loa.database.transaction() as session:
        contacts = await met(session, ChannelName.TELEGRAM, ["1", "2", "3"], loa.now)
        info = await survey(session, survey_id)
        assert info is not None
        for address in ("1", "3"):
            await begin(session, catalogue, info, contacts[address].id, "00004", loa.now)
        found = await standings(session, catalogue, {c.id: c.language for c in contacts.values()})

    assert set(found) == {contacts["1"].id, contacts["3"].id}
