"""Surveys as they were designed: quotas that hold, people who are turned away, exclusions, giving up, closing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import cases, interviews, quotas
from storage import responses as rows
from storage.cases import NewCase
from storage.contacts import met
from storage.database import Database
from storage.enums import CaseStatus, ChannelName, Mode, ResponseStatus, Role
from storage.responses import Origin
from storage.surveys import survey
from storage.tables import Callback, Case, Response, ResponseText
from surveys.answers import Answer, Picked
from surveys.catalogue import Catalogue
from surveys.counting import counters, recount
from surveys.dispositions import Disposition
from surveys.fieldreport import fieldwork, interviewer_effect, intraclass
from surveys.fieldwork import (
    Sender,
    Standing,
    begin,
    close,
    complete,
    expire,
    filled,
    save,
    set_exclusions,
    turn_away,
)
from surveys.quality import Flag
from tests.surveys.test_fieldwork import HAPPY, UNHAPPY
from tests.world import World

KINH = {"quotas": [{"name": "kinh", "target": 10, "when": "${nation} = '1'"}]}
PICKED: dict[str, Answer] = {**HAPPY, "nation": 1}


async def begun(
    loa: World, survey_id: int, address: str, answers: dict[str, Any], origin: Origin = rows.NO_ORIGIN,
    *, seconds: float = 60, unit: str = "00004",
) -> Standing:  # fmt: skip
    """Somebody who has answered as told, each answer after so many seconds."""
    catalogue = Catalogue()
    async with loa.database.transaction() as session:
        contact = (await met(session, ChannelName.TELEGRAM, [address], loa.now))[address]
        info = await survey(session, survey_id)
        assert info is not None
        standing = await begin(session, catalogue, info, contact.id, unit, loa.now, origin)
        given: dict[str, Answer] = {}
        for number, (id, answer) in enumerate(answers.items(), 1):
            given[id] = answer
            standing = await save(session, standing, given, loa.now + timedelta(seconds=number * seconds))
    return standing


async def sent(loa: World, standing: Standing, address: str, *, phone: str = "") -> Flag:
    sender = Sender(watched=(("phone", phone),)) if phone else Sender(once=(("telegram", address),))
    async with loa.database.transaction() as session:
        return await complete(session, standing, sender, loa.now)


async def counted(database: Database, survey_id: int) -> int:
    async with database.reading() as session:
        assert await counters(session, survey_id) == await recount(session, Catalogue(), survey_id)
        return (await counters(session, survey_id)).n


async def test_fifty_who_finish_at_once_never_exceed_a_quota(loa: World):
    survey_id, _ = await loa.survey(design=KINH)
    standings = [await begun(loa, survey_id, str(n), PICKED) for n in range(50)]

    flags = await asyncio.gather(*(sent(loa, one, str(n)) for n, one in enumerate(standings)))

    async with loa.database.reading() as session:
        assert await quotas.quotas(session, survey_id) == {"kinh": (10, 10)}
    assert sorted(flags) == [Flag(0)] * 10 + [Flag.OVER_QUOTA] * 40
    assert await counted(loa.database, survey_id) == 10


async def test_whoever_is_in_no_quota_cell_is_not_counted_against_it(loa: World):
    survey_id, _ = await loa.survey(design=KINH)
    for n in range(3):
        await sent(loa, await begun(loa, survey_id, str(n), {**HAPPY, "nation": 2}), str(n))
    async with loa.database.reading() as session:
        assert await quotas.quotas(session, survey_id) == {"kinh": (0, 10)}
    assert await counted(loa.database, survey_id) == 3


async def test_a_full_quota_is_known_as_soon_as_its_answers_are(loa: World):
    survey_id, _ = await loa.survey(design={"quotas": [{"name": "kinh", "target": 1, "when": "${nation} = '1'"}]})
    await sent(loa, await begun(loa, survey_id, "1", PICKED), "1")

    early = await begun(loa, survey_id, "2", {"nation": 1})
    other = await begun(loa, survey_id, "3", {"nation": 2})

    async with loa.database.reading() as session:
        assert (await filled(session, early), await filled(session, other)) == (True, False)


async def test_a_quota_of_a_place_holds_there_alone(loa: World):
    survey_id, _ = await loa.survey(design={"quotas": [{"name": "Hà Nội", "target": 1, "unit": "0000"}]})
    flags = [
        await sent(loa, await begun(loa, survey_id, unit + str(n), PICKED, unit=unit), unit + str(n))
        for unit in ("00004", "26740")
        for n in range(2)
    ]
    assert flags == [Flag(0), Flag.OVER_QUOTA, Flag(0), Flag(0)]


async def test_nothing_is_kept_of_whoever_is_turned_away(loa: World):
    survey_id, _ = await loa.survey()
    standing = await begun(loa, survey_id, "1", UNHAPPY)

    async with loa.database.transaction() as session:
        await turn_away(session, standing, Sender(once=(("telegram", "1"),)), loa.now)

    async with loa.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        assert (row.status, row.contact_id, set(row.answers)) == (ResponseStatus.INELIGIBLE, None, {0})
        assert await session.scalar(select(func.count()).select_from(ResponseText)) == 0
    assert await counted(loa.database, survey_id) == 0


async def test_quick_and_straight_answers_are_flagged_and_counted_all_the_same(loa: World):
    survey_id, _ = await loa.survey(design={"straight_items": 2})
    quick = await sent(loa, await begun(loa, survey_id, "1", PICKED, seconds=1), "1")
    calm = await sent(loa, await begun(loa, survey_id, "2", PICKED, seconds=9), "2")
    assert (quick, calm) == (Flag.QUICK, Flag(0))
    assert await counted(loa.database, survey_id) == 2
    async with loa.database.reading() as session:
        seconds = sorted(await session.scalars(select(Response.seconds)))
    assert seconds == [5, 45]


async def test_exclusions_can_be_changed_back_and_forth_and_the_counters_follow_exactly(loa: World):
    survey_id, _ = await loa.survey(design={"quotas": [{"name": "all", "target": 4}]})
    for n in range(4):
        await sent(loa, await begun(loa, survey_id, str(n), PICKED, seconds=1 if n < 2 else 9), str(n))

    told = []
    for exclude in (Flag.QUICK, Flag(0), Flag.QUICK | Flag.STRAIGHT):
        async with loa.database.transaction() as session:
            info = await survey(session, survey_id)
            assert info is not None
            told.append(await set_exclusions(session, Catalogue(), info, exclude))
            told.append((await quotas.quotas(session, survey_id))["all"])
        assert await counted(loa.database, survey_id) == told[-2][0]
    assert told == [(2, 2), (2, 4), (4, 0), (4, 4), (2, 2), (2, 4)]


async def test_a_response_over_quota_does_not_come_to_count_by_another_rule(loa: World):
    survey_id, _ = await loa.survey(design={"quotas": [{"name": "all", "target": 1}]})
    for n in range(2):
        await sent(loa, await begun(loa, survey_id, str(n), PICKED), str(n))
    async with loa.database.transaction() as session:
        info = await survey(session, survey_id)
        assert info is not None
        assert await set_exclusions(session, Catalogue(), info, Flag(0)) == (1, 1)


async def test_a_telephone_that_was_noted_before_is_a_duplicate_and_only_marked(loa: World):
    survey_id, _ = await loa.survey()
    interviewer = await loa.staff(3003, "Vũ Thị Thu", Role.INTERVIEWER)
    origin = Origin(Mode.INTERVIEW, interviewer_id=interviewer)
    flags = [
        await sent(loa, await begun(loa, survey_id, "3003", PICKED, origin), "3003", phone=phone)
        for phone in ("0912345678", "0987654321", "0912345678")
    ]
    assert flags == [Flag(0), Flag(0), Flag.DUPLICATE]
    assert await counted(loa.database, survey_id) == 3


async def test_what_is_left_too_long_is_deleted_and_only_where_it_broke_off_is_counted(loa: World):
    survey_id, _ = await loa.survey(design={"expires_days": 30})
    await begun(loa, survey_id, "1", {"nation": 1})
    loa.later(days=20)
    await begun(loa, survey_id, "2", {"nation": 1, "way": Picked(frozenset({1}))})
    loa.later(days=15)

    async with loa.database.transaction() as session:
        info = await survey(session, survey_id)
        assert info is not None
        given_up = await expire(session, Catalogue(), info, loa.now)

    async with loa.database.reading() as session:
        assert given_up == 1
        assert await rows.break_offs(session, survey_id) == {"way": 1}
        assert await session.scalar(select(func.count()).select_from(Response)) == 1


async def test_who_answered_all_and_did_not_send_broke_off_at_sending(loa: World):
    survey_id, _ = await loa.survey()
    await begun(loa, survey_id, "1", PICKED)

    async with loa.database.transaction() as session:
        assert await close(session, Catalogue(), survey_id, loa.now)

    async with loa.database.reading() as session:
        assert await rows.break_offs(session, survey_id) == {"(sending)": 1}


async def drawn(loa: World, survey_id: int, code: str, **known: Any) -> None:
    async with loa.database.transaction() as session:
        await cases.add_cases(session, survey_id, [NewCase(code, "00004", loa.now, **known)], loa.now)


async def test_closing_erases_by_whom_a_case_could_be_found(loa: World):
    survey_id, _ = await loa.survey(design={"recruiting": "invited"})
    await drawn(loa, survey_id, "one", reference="HS-1", telegram="1", phone="0912345678", email="a@b.vn")
    interviewer = await loa.staff(3003, "Vũ Thị Thu", Role.INTERVIEWER)
    async with loa.database.transaction() as session:
        await interviews.add_callback(session, survey_id, interviewer, "00004", loa.now.date(), "0912345678")

    async with loa.database.transaction() as session:
        assert await close(session, Catalogue(), survey_id, loa.now)

    async with loa.database.reading() as session:
        row = (await session.scalars(select(Case))).one()
        assert (row.reference, row.telegram, row.phone, row.email, row.served_on) == (None, "", "", "", None)
        assert (row.status, row.disposition) == (CaseStatus.CANCELLED, Disposition.PENDING)
        assert await session.scalar(select(func.count()).select_from(Callback)) == 0


async def test_dispositions_and_rates_of_a_sample(loa: World):
    survey_id, _ = await loa.survey(design={"recruiting": "invited"})
    for n in range(4):
        await drawn(loa, survey_id, f"code{n}", telegram=str(n))
    async with loa.database.reading() as session:
        found = {n: await cases.case_of(session, f"code{n}") for n in range(4)}
    async with loa.database.transaction() as session:
        for n in (0, 1, 2):
            await cases.become(session, found[n].id, Disposition.INVITED)  # type: ignore[union-attr]
        await cases.become(session, found[2].id, Disposition.REFUSED)  # type: ignore[union-attr]
    standing = await begun(loa, survey_id, "0", PICKED, Origin(case_id=found[0].id))  # type: ignore[union-attr]
    await sent(loa, standing, "0")

    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        told = await fieldwork(session, info)

    assert told.dispositions == {
        Disposition.COMPLETE: 1, Disposition.INVITED: 1, Disposition.REFUSED: 1, Disposition.PENDING: 1,
    }  # fmt: skip
    assert told.rates is not None
    assert told.rates.rr1 == pytest.approx(1 / 3)
    assert (told.opened, told.excluded) == (None, 0)


async def test_an_open_link_has_no_response_rate(loa: World):
    survey_id, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    await loa.taps(2001, "Đồng ý và bắt đầu trả lời")
    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        told = await fieldwork(session, info)
    assert told.rates is None
    assert told.opened is not None
    assert (told.opened.opened, told.opened.agreed, told.opened.complete) == (1, 1, 0)


async def test_interviewers_whose_people_answer_alike_are_seen(loa: World):
    survey_id, _ = await loa.survey(design={"recruiting": "interviews"})
    happy = await loa.staff(3003, "Vũ Thị Thu", Role.INTERVIEWER)
    other = await loa.staff(3004, "Ngô Văn Sơn", Role.INTERVIEWER)
    for n in range(4):
        for id, address, answers in ((happy, "3003", PICKED), (other, "3004", {**PICKED, "c1": 2, "c2": 3 + n % 2})):
            standing = await begun(loa, survey_id, address, answers, Origin(Mode.INTERVIEW, interviewer_id=id))
            await sent(loa, standing, address, phone=f"09123456{n}{id}")

    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        found = await interviewer_effect(session, Catalogue(), info)

    assert [(one.interviewer_id, one.complete, one.satisfied) for one in found.interviewers] == [
        (happy, 4, 100.0), (other, 4, 25.0),
    ]  # fmt: skip
    assert found.rho is not None
    assert found.rho > 0.8
    assert found.design_effect == pytest.approx(1 + 3 * found.rho)


@pytest.mark.parametrize(
    ("groups", "rho"),
    [([], None), ([[1.0, 2.0]], None), ([[1.0], [2.0]], None), ([[1.0, 1.0], [1.0, 1.0]], None),
     ([[0.0, 0.0], [100.0, 100.0]], 1.0), ([[0.0, 100.0], [0.0, 100.0]], 0.0)],
)  # fmt: skip
def test_intraclass_correlation(groups: list[list[float]], rho: float | None):
    assert intraclass(groups) == rho
