"""What the clock has done: boards that tell the truth, notices said once, surveys closed in time."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from bot.chores import Chores
from bot.replies import Replier
from broadcasts.finish import start_due
from handlers.operator_texts import COUNTERS_OF
from storage.contacts import screens_of
from storage.enums import ChannelName, Role, ScreenKind
from storage.notices import unsaid
from storage.surveys import survey
from storage.tables import AnswerCount, Delivery, Notice, ScheduleRun, Survey
from surveys.catalogue import Catalogue
from surveys.report_words import OPEN_NOTE
from tests.broadcasts.conftest import APPROVER, approved, dispatching, until_still
from tests.surveys.test_fieldwork import HAPPY, answered
from tests.world import ZONE, World


def chores(loa: World) -> Chores:
    return Chores(loa.database, Catalogue(), Replier(loa.database, loa.telegram, loa.pace), {"rate": loa.pace}, ZONE)


async def test_a_board_follows_its_broadcast_and_then_rests(loa: World):
    broadcast_id = await approved(loa, 5)
    await loa.says(APPROVER, "/bientap")
    await start_due(loa.database, [ChannelName.TELEGRAM], loa.now, latest=timedelta(hours=1))
    await loa.taps(APPROVER, "Bản tin số")
    board = loa.messages(APPROVER)[-1]
    assert "Đã gửi: 0/5" in board.text

    async with dispatching(loa):
        await until_still(loa, broadcast_id)
    await chores(loa).update_boards()

    assert "Đã gửi: 5/5" in board.text
    assert "đã gửi xong" in board.text
    async with loa.database.reading() as session:
        assert await screens_of(session, ScreenKind.PROGRESS) == []


async def test_an_unchanged_board_is_left_alone(loa: World):
    await approved(loa, 5)
    await start_due(loa.database, [ChannelName.TELEGRAM], loa.now, latest=timedelta(hours=1))
    await loa.says(APPROVER, "/bientap")
    await loa.taps(APPROVER, "Bản tin số")
    await chores(loa).update_boards()
    before = loa.sandbox.net.stats.view(0)["calls"].get("editMessageText", 0)

    await chores(loa).update_boards()

    assert loa.sandbox.net.stats.view(0)["calls"].get("editMessageText", 0) == before


async def test_a_running_broadcast_can_be_cancelled_from_its_board(loa: World):
    """The board updates itself, but not over the question that replaced it."""
    broadcast_id = await approved(loa, 300)
    await start_due(loa.database, [ChannelName.TELEGRAM], loa.now, latest=timedelta(hours=1))
    await loa.says(APPROVER, "/bientap")
    await loa.taps(APPROVER, "Bản tin số")
    await loa.taps(APPROVER, "✖️ Huỷ đợt phát")

    await chores(loa).update_boards()
    await loa.taps(APPROVER, "Xác nhận huỷ")

    found, tally = await until_still(loa, broadcast_id)
    assert found.status == "cancelled"
    assert tally.waiting == 0


async def test_a_notice_is_said_once(loa: World):
    await approved(loa, 1)
    await chores(loa).say_notices()
    await chores(loa).say_notices()

    assert [m.text for m in loa.messages(APPROVER)] == ["⏳ Có đợt phát chờ duyệt."]
    async with loa.database.reading() as session:
        assert await unsaid(session) == []


async def test_a_notice_that_cannot_be_said_waits_and_is_not_lost(loa: World):
    await approved(loa, 1)
    loa.sandbox.net.faults.order({"kind": "500", "count": 1, "methods": ["sendMessage"]})

    await chores(loa).say_notices()
    assert loa.messages(APPROVER) == []
    await chores(loa).say_notices()

    assert len(loa.messages(APPROVER)) == 1


async def test_a_notice_to_somebody_who_blocked_us_is_given_up(loa: World):
    await approved(loa, 1)
    loa.person(APPROVER).blocked = True

    await chores(loa).say_notices()

    async with loa.database.reading() as session:
        assert await session.scalar(select(Notice.id).where(Notice.said_at.is_(None), Notice.contact_id == 0)) is None
        assert all(row is not None for row in await session.scalars(select(Notice.said_at)))


async def test_a_survey_past_its_time_closes_and_reports(loa: World):
    await loa.staff(3001, "Trần Thị Hoa", Role.EDITOR)
    survey_id, _ = await loa.survey()
    for number in range(11):
        await answered(loa, survey_id, str(number), HAPPY)
    async with loa.database.transaction() as session:
        await session.execute(update(Survey).values(until=loa.now - timedelta(days=400)))

    await chores(loa).close_surveys()
    await chores(loa).say_notices()

    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        assert info.key is None
    told = loa.messages(3001)
    assert [bool(m.photo) for m in told] == [False, True]
    assert told[1].text.startswith("Khảo sát hài lòng\n\nChỉ số hài lòng: 100,00% · tham khảo\n")
    assert " · 11 phiếu · " in told[1].text
    assert told[1].text.endswith(OPEN_NOTE)
    assert not any("±" in m.text or "khoảng tin cậy" in m.text for m in told)


async def test_the_nightly_recount_runs_once_and_notices_a_wrong_counter(loa: World, caplog):
    survey_id, _ = await loa.survey()
    await answered(loa, survey_id, "2001", HAPPY)
    async with loa.database.transaction() as session:
        await session.execute(update(AnswerCount).where(AnswerCount.question == "c1").values(n=2))

    await chores(loa).nightly()
    await chores(loa).nightly()

    wrong = [r.getMessage() for r in caplog.records if "do not agree" in r.getMessage()]
    assert wrong == [f"survey {survey_id}: the counters do not agree with the answers"]


async def test_operators_are_told_once_of_a_wrong_counter_until_it_is_right_again(loa: World):
    await loa.staff(4001, "Vũ Đình Khoa", Role.OPERATOR)
    await loa.staff(3001, "Trần Thị Hoa", Role.EDITOR)
    survey_id, _ = await loa.survey()
    await answered(loa, survey_id, "2001", HAPPY)
    made = chores(loa)

    async def night(n: int) -> list[str]:
        async with loa.database.transaction() as session:
            await session.execute(delete(ScheduleRun))
            await session.execute(update(AnswerCount).where(AnswerCount.question == "c1").values(n=n))
        await made.nightly()
        await made.say_notices()
        return [m.text.splitlines()[0] for m in loa.messages(4001)]

    what = COUNTERS_OF.format(title="Khảo sát hài lòng")
    wrong, right = f"🔴 Sự cố: {what}", f"🟢 Đã hết sự cố: {what}"
    assert [await night(n) for n in (1, 2, 2, 3)] == [[], [wrong], [wrong], [wrong]]
    assert await night(1) == [wrong, right]
    assert await night(2) == [wrong, right, wrong]
    assert loa.messages(4001)[-1].text.endswith(f"Việc cần làm: chạy lệnh loa survey recount {survey_id}.")
    assert loa.messages(3001) == []


async def test_who_did_not_get_it_is_told_by_name_in_chat_and_in_a_file(loa: World):
    broadcast_id = await approved(loa, 3)
    loa.person(100_001).blocked = True
    await start_due(loa.database, [ChannelName.TELEGRAM], loa.now, latest=timedelta(hours=1))
    async with dispatching(loa):
        await until_still(loa, broadcast_id)

    await chores(loa).say_notices()

    told = loa.messages(APPROVER)
    report = next(m for m in told if "Chưa nhận được" in m.text)
    assert "• Cán bộ 2 – đã chặn bot" in report.text
    file = next(m.document for m in told if m.document)
    rows = file.data.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert any(row.startswith("Cán bộ 2,") and "đã chặn bot" in row for row in rows)
    async with loa.database.reading() as session:
        assert len(list(await session.scalars(select(Delivery.id)))) == 3
