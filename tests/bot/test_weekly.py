"""The weekly results: Monday at eight, once for each who asked, of what is open or was closed lately."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from bot.weekly import Weekly, newest_slot
from handlers.staff_texts import NOTICE
from storage.enums import NoticeKind, Role, SurveyStatus
from storage.people import revoke
from storage.results import want_results
from storage.tables import Notice, ScheduleRun, Survey
from tests.bot.test_chores import chores
from tests.handlers.test_results import EDITOR, fielded
from tests.world import ZONE, World

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 in Hà Nội."""


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (MONDAY, MONDAY),
        (MONDAY + timedelta(days=6, hours=23, minutes=59), MONDAY),
        (MONDAY + timedelta(days=7), MONDAY + timedelta(days=7)),
        (MONDAY - timedelta(seconds=1), MONDAY - timedelta(days=7)),
        (MONDAY - timedelta(hours=7), MONDAY - timedelta(days=7)),
    ],
)
def test_the_slot_is_the_last_monday_at_eight_where_we_are(now: datetime, slot: datetime):
    assert newest_slot(now, ZONE) == slot


def weekly(loa: World) -> Weekly:
    return Weekly(loa.database, ZONE, lambda: loa.now)


async def subscriber(loa: World, id: int = EDITOR, name: str = "Trần Thị Hoa") -> int:
    person_id = await loa.staff(id, name, Role.EDITOR)
    async with loa.database.transaction() as session:
        await want_results(session, person_id, loa.now, wanted=True)
        await want_results(session, person_id, loa.now, wanted=True)
    return person_id


async def owed(loa: World) -> list[tuple[str, int]]:
    async with loa.database.reading() as session:
        found = await session.execute(select(Notice.kind, Notice.subject_id).order_by(Notice.id))
        return [(kind, subject) for kind, subject in found]


async def test_who_asked_gets_one_picture_of_each_survey_once_a_week(loa: World):
    await subscriber(loa)
    await loa.staff(3002, "Lê Quốc Nam", Role.APPROVER)
    first, second = await fielded(loa, "invited", 36, 0), await fielded(loa, "open", 12, 0)

    for _ in range(2):
        await weekly(loa).owe_results()
        await chores(loa).say_notices()

    told = loa.messages(EDITOR)
    assert [bool(m.photo) for m in told] == [True, True]
    assert [m.text.partition("\n")[0] for m in told] == [NOTICE["weekly results"]] * 2
    assert ["100,00% (" in m.text for m in told] == [True, False]
    assert [[label for label, _ in loa.buttons(m)][-2] for m in told] == ["Thôi gửi hằng tuần"] * 2
    assert loa.messages(3002) == []
    assert await owed(loa) == [("weekly results", first), ("weekly results", second)]

    loa.later(days=7)
    await weekly(loa).owe_results()
    await chores(loa).say_notices()
    assert len(loa.messages(EDITOR)) == 4


async def test_several_clocks_owe_it_once(loa: World):
    await subscriber(loa)
    survey_id, _ = await loa.survey()

    await asyncio.gather(*(weekly(loa).owe_results() for _ in range(3)))

    assert await owed(loa) == [(NoticeKind.WEEKLY_RESULTS, survey_id)]


async def renamed(loa: World, table: str, name: str) -> None:
    async with loa.database.transaction() as session:
        await session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


async def test_a_crash_in_between_takes_no_slot_and_owes_nothing(loa: World):
    """Slot and notices are one transaction, so the next clock makes up for it."""
    await subscriber(loa)
    survey_id, _ = await loa.survey()
    await renamed(loa, "notices", "lost")
    try:
        with pytest.raises(DBAPIError):
            await weekly(loa).owe_results()
    finally:
        await renamed(loa, "lost", "notices")
    async with loa.database.reading() as session:
        assert list(await session.scalars(select(ScheduleRun))) == []

    await weekly(loa).owe_results()

    assert await owed(loa) == [(NoticeKind.WEEKLY_RESULTS, survey_id)]


@pytest.mark.parametrize(("days", "told"), [(2, True), (8, False)])
async def test_a_closed_survey_is_told_of_for_a_week(loa: World, days: int, told: bool):
    await subscriber(loa)
    survey_id, _ = await loa.survey()
    closed = {"status": SurveyStatus.CLOSED, "closed_at": loa.now - timedelta(days=days)}
    async with loa.database.transaction() as session:
        await session.execute(update(Survey).where(Survey.id == survey_id).values(**closed))

    await weekly(loa).owe_results()

    assert await owed(loa) == ([(NoticeKind.WEEKLY_RESULTS, survey_id)] if told else [])


async def test_who_lost_the_role_gets_nothing(loa: World):
    person_id = await subscriber(loa)
    await loa.survey()
    async with loa.database.transaction() as session:
        await revoke(session, person_id, Role.EDITOR)

    await weekly(loa).owe_results()

    assert await owed(loa) == []


async def test_who_asks_on_a_tuesday_waits_for_monday(loa: World):
    await loa.survey()
    await weekly(loa).owe_results()
    loa.later(days=1)
    await subscriber(loa)

    await weekly(loa).owe_results()

    assert await owed(loa) == []
